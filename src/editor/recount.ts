import { Debounced, DisposableStore } from './disposables';
import { compressedText } from './region';
import type { Counts, DocumentState, ResultRegistry } from './registry';
import type { TargetModel, TargetModels } from './targetModel';

const PAUSE_MS = 400;

/** The tokens of the regions of a result, before and after, for the target model. Rejects with an EngineError. */
export async function countTokens(target: TargetModel, { regions }: DocumentState): Promise<Counts> {
  const texts = regions.flatMap((region) => [region.geometry.text, compressedText(region)]);
  const { counts, label } = await target.count(texts);
  const sum = (side: 0 | 1): number =>
    counts.reduce((total, count, i) => total + (i % 2 === side ? count : 0), 0);
  return { before: sum(0), after: sum(1), tokenizer: label };
}

/** Whether the counts of a result are those of the target model for the text as it is. */
export const isCounted = (state: DocumentState, target: TargetModel): boolean =>
  !state.stale && state.counts?.tokenizer === target.label;

/** Counts the tokens again after edits and pins, once the person pauses, and for another target model. */
export function registerRecount(
  registry: ResultRegistry,
  targets: TargetModels,
  onError: (error: unknown) => void,
): DisposableStore {
  const store = new DisposableStore();
  const isDue = (state: DocumentState): boolean =>
    state.regions.length > 0 && state.counts !== undefined && !isCounted(state, targets.current);
  const recount = async (): Promise<void> => {
    for (const state of [...registry.all]) {
      if (!isDue(state)) continue;
      try {
        registry.recounted(state.uri, state.regions, await countTokens(targets.current, state));
      } catch (error) {
        // One document's failure must not leave the others with old counts.
        onError(error);
      }
    }
  };
  const soon = store.add(new Debounced(PAUSE_MS, () => void recount().catch(onError)));
  store.add(
    // Progress of a run changes no count, and would put the recount of all others off until it ends.
    registry.onDidChange(({ uri, kind }) => {
      const state = registry.get(uri);
      if (kind === 'regions' && state !== undefined && isDue(state)) soon.request();
    }),
  );
  store.add(targets.onDidChange(() => soon.request()));
  return store;
}
