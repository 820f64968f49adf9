import { hashOf, type PinAnchor } from './pinAnchors';

/** A part of a document that the person keeps (or discards, where `keep` is false). */
export interface StoredPin extends PinAnchor {
  readonly keep: boolean;
}

interface StoredDocument {
  /** Where the document is. */
  readonly address: string;
  /** Hash of how its text starts, for the same text at another address; empty for a short one. */
  readonly opening: string;
  readonly pins: readonly StoredPin[];
}

/** Where values are kept from one session to the next, as `vscode.Memento` does. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'kompress.pins';
export const MAX_DOCUMENTS = 50;
export const MAX_PINS = 300;
/** UTF-16 code units that a text's opening is told by. */
export const OPENING = 1000;
/** A shorter text is told by its address alone. */
const TELLING = 200;

/**
 * The pins of documents, kept from one session to the next. The least recently changed documents go when there are
 * more than MAX_DOCUMENTS; of more than MAX_PINS pins of a document the first ones are kept.
 */
export class PinMemory {
  /** The document changed last stands first. */
  private documents: readonly StoredDocument[];

  constructor(private readonly memory: Memory) {
    this.documents = readDocuments(memory.get(KEY));
  }

  /** Pins of the document at an address, else of one whose text starts alike. */
  pinsOf(address: string, text: string): readonly StoredPin[] {
    const opening = openingOf(text);
    const found =
      this.documents.find((each) => each.address === address) ??
      this.documents.find((each) => opening !== '' && each.opening === opening);
    return found?.pins ?? [];
  }

  async set(address: string, text: string, pins: readonly StoredPin[]): Promise<void> {
    const others = this.documents.filter((each) => each.address !== address);
    const opening = openingOf(text);
    // An empty entry would bring nothing back, unless one with the same opening would.
    const shadows = opening !== '' && others.some((each) => each.opening === opening);
    const entry = { address, opening, pins: pins.slice(0, MAX_PINS) };
    await this.put(pins.length === 0 && !shadows ? others : [entry, ...others]);
  }

  /** Forgets the pins of all documents. */
  async clear(): Promise<void> {
    await this.put([]);
  }

  private async put(documents: readonly StoredDocument[]): Promise<void> {
    this.documents = documents.slice(0, MAX_DOCUMENTS);
    await this.memory.update(KEY, this.documents.length === 0 ? undefined : this.documents);
  }
}

const openingOf = (text: string): string => (text.length < TELLING ? '' : hashOf(text.slice(0, OPENING)));

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** What was kept, less what is none: an older version, or somebody else, may have written it. */
function readDocuments(value: unknown): StoredDocument[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_DOCUMENTS).flatMap((each: unknown): StoredDocument[] => {
    if (!isFields(each)) return [];
    const { address, opening, pins } = each;
    if (!isText(address) || !isText(opening) || !Array.isArray(pins)) return [];
    return [{ address, opening, pins: pins.slice(0, MAX_PINS).flatMap(readPin) }];
  });
}

function readPin(value: unknown): StoredPin[] {
  if (!isFields(value)) return [];
  const { keep, head, tail, length, hash, before, after, start } = value;
  const valid =
    typeof keep === 'boolean' &&
    isText(head) &&
    isText(tail) &&
    isText(hash) &&
    isText(before) &&
    isText(after) &&
    isCount(length) &&
    isCount(start) &&
    head !== '' &&
    length >= head.length;
  return valid ? [{ keep, head, tail, length, hash, before, after, start }] : [];
}
