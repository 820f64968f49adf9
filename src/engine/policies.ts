import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { PolicyKit } from '../compress/choose';
import { createNetwork, parseNetwork } from '../policy/network';
import { FEATURE_COUNT } from '../policy/records';
import { createRelevanceModel } from '../policy/relevance/model';
import { ModelError } from '../scoring/errors';

const manifest = v.object({
  name: v.string(),
  version: v.string(),
  files: v.object({
    'relevance.json': v.object({ sha256: v.string() }),
    'policy.json': v.object({ sha256: v.string() }),
  }),
});

/**
 * Loads the eviction policy's network and the relevance network from the folder that holds eviction-policy.json.
 * @throws ModelError with reason `model-missing`, `model-mismatch` or `model-invalid`.
 */
export async function loadPolicies(folder: string): Promise<PolicyKit> {
  const { files } = await readJson(folder, 'eviction-policy.json', (text) =>
    v.parse(manifest, JSON.parse(text)),
  );
  const read = <T>(name: keyof typeof files, parse: (value: unknown) => T): Promise<T> =>
    readJson(folder, name, (text) => {
      if (createHash('sha256').update(text).digest('hex') !== files[name].sha256)
        throw new ModelError('model-mismatch', REINSTALL, `${name}: another SHA-256`);
      return parse(JSON.parse(text));
    });
  return {
    network: createNetwork(await read('policy.json', (value) => parseNetwork(value, FEATURE_COUNT))),
    relevance: await read('relevance.json', createRelevanceModel),
  };
}

const REINSTALL = 'The eviction policy that comes with the extension is damaged. Reinstall the extension.';

async function readJson<T>(folder: string, name: string, parse: (text: string) => T): Promise<T> {
  let text: string;
  try {
    text = await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    throw new ModelError(
      'model-missing',
      'The eviction policy that comes with the extension is missing. Reinstall the extension.',
      String(error),
    );
  }
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError('model-invalid', REINSTALL, `${name}: ${String(error)}`);
  }
}
