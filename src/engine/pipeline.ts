import { readFile } from 'node:fs/promises';
import type { EngineOperations } from './dispatcher';
import { memoizeLoad, untilAborted } from './memoize';
import { loadPolicies } from './policies';
import { createSerialSession } from './serial-session';
import { createCompressor } from '../compress/compressor';
import { loadTokenCounter } from '../compress/counter';
import { createCachingScorer } from '../scoring/cache';
import { readModelFolder } from '../scoring/model-folder';
import { createModernBertScorer } from '../scoring/modernbert';
import type { InferenceSession, Scorer } from '../scoring/scorer';
import { runSelfcheck } from '../scoring/selfcheck';
import { createTokenizer } from '../scoring/tokenizer';
import { listSessions } from '../transcript/discover';
import { openTranscriptFile } from '../transcript/open';

/** Scores and vectors of the texts seen last, so that another budget or question does not run the encoder again. */
const CACHE_BYTES = 192 * 1024 * 1024;

export interface PipelineParts {
  /** Folder with kompress.json. */
  readonly modelFolder: string;
  /** Folder with eviction-policy.json. */
  readonly policyFolder: string;
  /** Opens a model file for windows of so many tokens; rejects where the runtime or the file cannot be loaded. */
  readonly openSession: (modelPath: string, window: number) => Promise<InferenceSession>;
  /** Called once for a successful load, with the model's name and the milliseconds it took. */
  readonly onLoaded: (model: string, ms: number) => void;
}

/**
 * The whole pipeline behind the engine's requests. Nothing is loaded before it is needed: session lists and
 * transcripts need no model, the model is loaded by the first text with something to score (again after a failed
 * load), the token counter by the first count.
 */
export function createPipeline(parts: PipelineParts): EngineOperations {
  let counting = false;
  const counter = memoizeLoad(async () => {
    const loaded = await loadTokenCounter();
    counting = true;
    return loaded;
  });
  let loaded = false;
  const scorer = memoizeLoad(async () => {
    const result = await loadScorer(parts);
    loaded = true;
    return result;
  });
  const policies = memoizeLoad(() => loadPolicies(parts.policyFolder));
  const compressor = createCompressor({
    scorer: ({ signal, onProgress }) => {
      if (!loaded) onProgress?.(0, 1, 'load');
      return untilAborted(scorer(), signal);
    },
    counter: ({ signal }) => untilAborted(counter(), signal),
    policies: ({ signal }) => untilAborted(policies(), signal),
  });
  return {
    compress: async (request, { signal, onProgress, onPartial }) => {
      const options = { signal, onProgress, onPartial, eager: !counting };
      const { base, choice } = await compressor.compressParts(request, options);
      return { base: base.key === request.holds ? undefined : base, choice };
    },
    compare: (request, { signal, onProgress }) => compressor.compare(request, { signal, onProgress }),
    openTranscript: (path, format, { signal, onProgress }) =>
      openTranscriptFile(path, format, {
        signal,
        onProgress: (done, total) => onProgress(done, total, 'read'),
      }),
    listSessions: (home, { signal }) => listSessions(home, { signal }),
    countTokens: async (texts, { signal }) => {
      const tokens = await untilAborted(counter(), signal);
      return texts.map((text) => tokens.count(text));
    },
  };
}

/** Reads, opens and checks the model. */
async function loadScorer({ modelFolder, openSession, onLoaded }: PipelineParts): Promise<Scorer> {
  const begun = performance.now();
  const description = await readModelFolder(modelFolder);
  const tokenizer = createTokenizer(JSON.parse(await readFile(description.tokenizerPath, 'utf8')));
  const session = createSerialSession(await openSession(description.modelPath, description.window));
  try {
    await runSelfcheck({ description, tokenizer, session });
  } catch (error) {
    await session.dispose();
    throw error;
  }
  const scorer = createModernBertScorer({ description, tokenizer, session, outputs: 'encodings' });
  onLoaded(`${description.name} ${description.version}`, performance.now() - begun);
  return createCachingScorer(scorer, { maxBytes: CACHE_BYTES });
}
