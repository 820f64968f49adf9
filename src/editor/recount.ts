import type { CompressionService } from '../engine/service';
import { Debounced, DisposableStore } from './disposables';
import { compressedText } from './region';
import type { Counts, DocumentState, ResultRegistry } from './registry';

const PAUSE_MS = 400;

/** The tokens of the regions of a result, before and after. Rejects with an EngineError. */
export async function countTokens(
  service: CompressionService,
  { regions, counts: earlier }: DocumentState,
): Promise<Counts> {
  const texts = regions.flatMap((region) => [region.geometry.text, compressedText(region)]);
  const counts = await service.countTokens(texts);
  const sum = (side: 0 | 1): number =>
    counts.reduce((total, count, i) => total + (i % 2 === side ? count : 0), 0);
  const tokenizer = earlier?.tokenizer ?? regions[0]?.result.report.tokens.tokenizer ?? '';
  return { before: sum(0), after: sum(1), tokenizer };
}

/** Counts the tokens again after edits and pins, once the person pauses. */
export function registerRecount(
  registry: ResultRegistry,
  service: CompressionService,
  onError: (error: unknown) => void,
): DisposableStore {
  const store = new DisposableStore();
  const recount = async (): Promise<void> => {
    for (const state of registry.all) {
      if (!state.stale || state.regions.length === 0) continue;
      registry.recounted(state.uri, state.regions, await countTokens(service, state));
    }
  };
  const soon = store.add(new Debounced(PAUSE_MS, () => void recount().catch(onError)));
  store.add(
    registry.onDidChange(({ uri }) => {
      if (registry.get(uri)?.stale === true) soon.request();
    }),
  );
  return store;
}
