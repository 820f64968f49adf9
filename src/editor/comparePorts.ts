import type * as vscode from 'vscode';
import type { Comparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { sliceSpans } from '../text/spans';
import type { CurrentChoice } from './compareSession';
import type { ComparePorts } from './compareView';
import { compressEditor, type CompressParts } from './compress';
import { withOutputs } from './difference';
import { PendingPiece } from './pending';
import { isAsRead, overridesOf, type Region } from './region';
import type { DocumentState, Run } from './registry';
import type { Preview, Refitter } from './refit';
import { inEngineTokens, requestOf, runJobs } from './runs';
import { DEFAULT_RATIO, sameWish, withBudget, type Wish } from './wish';

export interface ComparePortParts extends CompressParts {
  readonly refitter: Refitter;
}

/** A preview under way: the wish before it, and each that was shown. */
interface Trial {
  readonly preview: Preview;
  readonly base: Wish;
  readonly shown: Wish[];
}

/** Lets the compare view look at results, try policies and take one. */
export function createComparePorts(parts: ComparePortParts): ComparePorts {
  const { registry, refitter, service, t } = parts;
  const trials = new WeakMap<vscode.TextDocument, Trial>();

  /** The trial of a document, unless something else was asked of the document meanwhile. */
  const trialOf = (document: vscode.TextDocument, state: DocumentState): Trial | undefined => {
    const trial = trials.get(document);
    if (trial === undefined) return undefined;
    const now = state.run?.wish ?? state.wish;
    return [trial.base, ...trial.shown].some((wish) => sameWish(wish, now)) ? trial : undefined;
  };
  const baseOf = (document: vscode.TextDocument, state: DocumentState): Wish =>
    trialOf(document, state)?.base ?? state.run?.wish ?? state.wish;

  return {
    current(document): CurrentChoice | undefined {
      const state = registry.result(document.uri);
      if (state === undefined) return undefined;
      const { budget, question, policy } = baseOf(document, state);
      return {
        policy: budget.kind === 'model' ? undefined : policy,
        settings: JSON.stringify([budget, question, state.regions.map(overrideKey)]),
        texts: state.regions.map((region) => region.geometry.text),
      };
    },

    preview(document, policy) {
      const state = registry.result(document.uri);
      if (state === undefined) return;
      const trial = trialOf(document, state);
      if (policy === undefined) {
        trial?.preview.restore();
        trials.delete(document);
        return;
      }
      const next = trial ?? { preview: refitter.preview(document), base: baseOf(document, state), shown: [] };
      const wish = asCompared(next.base, policy);
      trials.set(document, next);
      next.shown.push(wish);
      next.preview.show(wish);
    },

    apply(document, policy) {
      const state = registry.result(document.uri);
      if (state === undefined) return;
      const trial = trialOf(document, state);
      trials.delete(document);
      const preview = trial?.preview ?? refitter.preview(document);
      void preview.take(asCompared(trial?.base ?? baseOf(document, state), policy));
    },

    compress: (editor) => compressEditor(parts, editor),

    async outputOf(document, policy) {
      const state = registry.result(document.uri);
      if (state === undefined) return document.getText();
      const run: Run = {
        pieces: state.regions.map(pieceOf),
        controller: new AbortController(),
        wish: asCompared(baseOf(document, state), policy),
        refit: true,
        progress: undefined,
      };
      const jobs = run.pieces.map((piece, i) => ({ piece, known: knownOf(state.regions[i]) }));
      // Not announced to the registry: nothing in the editor changes.
      const results = await runJobs(parts, document, run, jobs, undefined);
      const outputs = results.map((result, i) => sliceSpans(run.pieces[i]?.text ?? '', result.kept));
      return withOutputs(document.getText(), state.regions, (_, i) => outputs[i] ?? '');
    },

    async compare(document, { signal, onProgress }): Promise<Comparison> {
      const state = registry.result(document.uri);
      const wish = state === undefined ? undefined : baseOf(document, state);
      const [longest] = [...(state?.regions ?? [])].sort((a, b) => b.origin.length - a.origin.length);
      if (state === undefined || wish === undefined || longest === undefined)
        throw new Error('There is no result to compare.');
      const words = state.regions.reduce((total, region) => total + region.origin.length, 0);
      const share = words === 0 ? 1 : longest.origin.length / words;
      const asked = await inEngineTokens(wish, parts.targets, document);
      signal.throwIfAborted();
      const request = requestOf(parts, document, pieceOf(longest), asked, share);
      const comparison = await service.compare(request, {
        signal,
        onProgress: (done, total) => onProgress(total === 0 ? undefined : done / total),
      });
      const notes: string[] = [];
      if (state.regions.length > 1) notes.push(t('Of several selections the longest is compared.'));
      const label = parts.targets?.current.label;
      const { tokenizer } = comparison.tokens;
      if (label !== undefined && label !== tokenizer)
        notes.push(t('Tokens are counted here with {0}, elsewhere as {1}.', tokenizer, label));
      return { ...comparison, warnings: [...notes, ...comparison.warnings] };
    },
  };
}

/** A policy at the budget of the comparison; where the model would decide that is the usual ratio. */
const asCompared = (base: Wish, policy: PolicyName): Wish =>
  base.budget.kind === 'model'
    ? withBudget({ ...base, policy }, { kind: 'ratio', ratio: DEFAULT_RATIO })
    : { ...base, policy };

const pieceOf = (region: Region): PendingPiece =>
  new PendingPiece(region.start, region.geometry.text, region.whole, overridesOf(region));

const knownOf = (region: Region | undefined): Region['result'] | undefined =>
  region !== undefined && isAsRead(region) ? region.result : undefined;

const keys = new WeakMap<Uint8Array, number>();

/** The same for the same pins: FNV-1a over what is pinned or released. */
function overrideKey({ override }: Region): number {
  let key = keys.get(override);
  if (key === undefined) {
    key = 0x811c9dc5;
    for (let word = 0; word < override.length; word++) {
      const value = override[word] ?? 0;
      if (value === 0) continue;
      key = Math.imul(key ^ value, 0x01000193);
      key = Math.imul(key ^ word, 0x01000193);
    }
    keys.set(override, key);
  }
  return key;
}
