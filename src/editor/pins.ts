import * as vscode from 'vscode';
import { SCHEMES } from '../contributions';
import type { CompressRequest, KeepPattern, AutoPin, TurnHint } from '../compress/result';
import { at, type FlatSpans } from '../text/spans';
import { Debounced, DisposableStore } from './disposables';
import { anchorOf, locate } from './pinAnchors';
import { OPENING, PinMemory, type Memory, type StoredPin } from './pinMemory';
import { OVERRIDE, overridesOf, regionEnd, type Region } from './region';
import { matches, type ResultRegistry } from './registry';

/** A kept or discarded part of a document. */
export interface Pin {
  readonly keep: boolean;
  /** UTF-16 offsets in the document; -1 where the document does not have the part any more. */
  readonly start: number;
  readonly end: number;
  /** The first characters of the part. */
  readonly text: string;
}

/** What the person, their rules and their settings say about a document. */
export interface DocumentPins {
  /** What of it a request for a part of a document says: a text and its UTF-16 offset in the document. */
  requestParts(
    document: vscode.TextDocument,
    start: number,
    text: string,
  ): Pick<CompressRequest, 'overrides' | 'keepPatterns' | 'autoPins' | 'turns'>;
}

export interface DocumentPinParts {
  readonly registry: ResultRegistry;
  readonly memory: Memory;
  /** Who speaks in which lines of a document, if it is a transcript. */
  readonly turns: (document: vscode.TextDocument) => readonly TurnHint[] | undefined;
  readonly autoPins: () => readonly AutoPin[];
  readonly keepPatterns: (document: vscode.TextDocument) => readonly KeepPattern[];
  readonly onError: (error: unknown) => void;
}

/** Pins are written down once the person pauses. */
const PAUSE_MS = 400;

/**
 * Remembers what is pinned. While a document has a result, the result's regions say what is pinned, and follow its
 * edits; this writes it down, and tells a later run of it.
 */
export class RememberedPins implements DocumentPins, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly stored: PinMemory;
  /** Regions of documents with changes that are not yet written down. */
  private readonly waiting = new Map<
    string,
    { readonly document: vscode.TextDocument; readonly regions: readonly Region[] }
  >();
  private located:
    | {
        readonly text: string;
        readonly pins: readonly StoredPin[];
        readonly places: readonly (number | undefined)[];
      }
    | undefined;
  private readonly soon = this.store.add(new Debounced(PAUSE_MS, () => this.writeDown()));

  constructor(private readonly parts: DocumentPinParts) {
    this.stored = new PinMemory(parts.memory);
    this.store.add(
      parts.registry.onDidChange(({ uri, kind }) => {
        if (kind === 'regions') this.regionsChanged(uri);
      }),
    );
  }

  requestParts(
    document: vscode.TextDocument,
    start: number,
    text: string,
  ): Pick<CompressRequest, 'overrides' | 'keepPatterns' | 'autoPins' | 'turns'> {
    this.writeDown();
    const pins = this.remembered(document.uri, document.getText());
    const spans = (keep: boolean): FlatSpans =>
      Int32Array.from(
        pins
          .filter((pin) => pin.keep === keep && pin.start < start + text.length && pin.end > start)
          .flatMap((pin) => [Math.max(0, pin.start - start), Math.min(text.length, pin.end - start)]),
      );
    const overrides = { pinned: spans(true), released: spans(false) };
    const turns = this.parts.turns(document);
    const autoPins = this.parts.autoPins();
    const keepPatterns = this.parts.keepPatterns(document);
    return {
      ...(overrides.pinned.length + overrides.released.length === 0 ? {} : { overrides }),
      ...(keepPatterns.length === 0 ? {} : { keepPatterns }),
      ...(turns === undefined ? {} : { turns: within(turns, document, start, text.length), autoPins }),
    };
  }

  /** The pins of a document, in the order of the text; those that are not in it any more at the end. */
  pinsOf(document: vscode.TextDocument): readonly Pin[] {
    this.writeDown();
    const text = document.getText();
    const found = this.remembered(document.uri, text);
    const lost = this.lost(document.uri, text);
    return [...found, ...lost.map(({ keep, head }) => ({ keep, start: -1, end: -1, text: head }))];
  }

  /** Forgets the pins of a document that are not in it any more. */
  async forgetLost(document: vscode.TextDocument): Promise<void> {
    this.writeDown();
    const text = document.getText();
    const pins = this.stored.pinsOf(addressOf(document.uri), text);
    const places = this.locate(text, pins);
    await this.stored.set(
      addressOf(document.uri),
      text,
      pins.filter((_, i) => places[i] !== undefined),
    );
  }

  /** Forgets the pins `[start, end)` of a document that has no result. */
  async forget(document: vscode.TextDocument, start: number, end: number): Promise<void> {
    this.writeDown();
    const text = document.getText();
    const pins = this.stored.pinsOf(addressOf(document.uri), text);
    const places = this.locate(text, pins);
    const stays = pins.filter((pin, i) => {
      const place = places[i];
      return place === undefined || place >= end || place + pin.length <= start;
    });
    await this.stored.set(addressOf(document.uri), text, stays);
  }

  /** Forgets the pins of all documents, those of open ones too. */
  async forgetAll(): Promise<void> {
    for (const { uri, regions } of [...this.parts.registry.all]) {
      const said = regions.filter(isPinned);
      const changes = said.map((region) => ({ region, first: 0, end: region.override.length }));
      if (changes.length > 0) this.parts.registry.takeBack(uri, changes);
    }
    this.waiting.clear();
    await this.stored.clear();
  }

  dispose(): void {
    this.writeDown();
    this.store.dispose();
  }

  private regionsChanged(uri: vscode.Uri): void {
    const key = uri.toString();
    const regions = this.parts.registry.get(uri)?.regions ?? [];
    // Cleared or closed: what it said last is still to be written down.
    if (regions.length === 0) {
      this.writeDown();
      return;
    }
    const earlier = this.waiting.get(key)?.regions;
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === key);
    if (document === undefined) return;
    const said = regions.some(isPinned) || (earlier ?? []).some(isPinned);
    // How it starts is enough to know a document again; this runs on every key.
    const opening = new vscode.Range(new vscode.Position(0, 0), document.positionAt(OPENING));
    if (!said && this.stored.pinsOf(addressOf(uri), document.getText(opening)).length === 0) return;
    this.waiting.set(key, { document, regions });
    this.soon.request();
  }

  private writeDown(): void {
    for (const { document, regions } of this.waiting.values()) {
      // A change that was too large to follow has left the regions behind.
      const followed = matches(document, regions);
      const text = followed ? document.getText() : textOf(regions);
      if (text === undefined) continue;
      const address = addressOf(document.uri);
      const earlier = this.stored.pinsOf(address, text);
      const places = this.locate(text, earlier);
      const inRegion = (place: number): boolean =>
        regions.some((region) => place >= region.start && place < regionEnd(region));
      const elsewhere = earlier.filter((_, i) => {
        const place = places[i];
        return place === undefined || !inRegion(place);
      });
      const now = regions.flatMap((region) => pinsOfRegion(region, text));
      const pins = [...elsewhere, ...now].sort((a, b) => a.start - b.start);
      if (pins.length + earlier.length > 0)
        this.stored.set(address, text, pins).then(undefined, this.parts.onError);
    }
    this.waiting.clear();
  }

  /** The places of pins, found once for each state of a text. */
  private locate(text: string, pins: readonly StoredPin[]): readonly (number | undefined)[] {
    if (pins.length === 0) return [];
    if (this.located?.pins !== pins || this.located.text !== text)
      this.located = { text, pins, places: locate(text, pins) };
    return this.located.places;
  }

  private remembered(uri: vscode.Uri, text: string): Pin[] {
    const pins = this.stored.pinsOf(addressOf(uri), text);
    const found = this.locate(text, pins)
      .flatMap((start, i): Pin[] => {
        const pin = pins[i];
        return start === undefined || pin === undefined
          ? []
          : [{ keep: pin.keep, start, end: start + pin.length, text: pin.head }];
      })
      .sort((a, b) => a.start - b.start);
    // Two that were apart may have come to stand on the same words.
    let end = -1;
    return found.filter((pin) => {
      if (pin.start < end) return false;
      end = pin.end;
      return true;
    });
  }

  private lost(uri: vscode.Uri, text: string): StoredPin[] {
    const pins = this.stored.pinsOf(addressOf(uri), text);
    const places = this.locate(text, pins);
    return pins.filter((_, i) => places[i] === undefined);
  }
}

/**
 * What the address of a document is for its pins: a transcript's is its file, whatever its title is today.
 */
export const addressOf = (uri: vscode.Uri): string =>
  uri.scheme === SCHEMES.transcript ? `${uri.scheme}:${uri.query}` : uri.toString();

const isPinned = ({ override }: Region): boolean =>
  override.includes(OVERRIDE.pinned) || override.includes(OVERRIDE.released);

/** The text of a document that was compressed as a whole. */
function textOf(regions: readonly Region[]): string | undefined {
  const [only] = regions;
  return regions.length === 1 && only?.whole === true ? only.geometry.text : undefined;
}

function pinsOfRegion(region: Region, text: string): StoredPin[] {
  const overrides = overridesOf(region);
  if (overrides === undefined) return [];
  const pins = (spans: FlatSpans, keep: boolean): StoredPin[] =>
    Array.from({ length: spans.length / 2 }, (_, i) => ({
      keep,
      ...anchorOf(text, region.start + at(spans, 2 * i), region.start + at(spans, 2 * i + 1)),
    }));
  return [...pins(overrides.pinned, true), ...pins(overrides.released, false)];
}

/** The turns of a document for a part of it, their lines counted from the part's first. */
function within(
  turns: readonly TurnHint[],
  document: vscode.TextDocument,
  start: number,
  length: number,
): TurnHint[] {
  const firstLine = document.positionAt(start).line;
  const endLine = document.positionAt(start + length).line + 1;
  return turns
    .filter((turn) => turn.endLine > firstLine && turn.firstLine < endLine)
    .map((turn) => ({
      role: turn.role,
      firstLine: Math.max(turn.firstLine, firstLine) - firstLine,
      endLine: Math.min(turn.endLine, endLine) - firstLine,
    }));
}
