import type { EngineOptions } from './protocol';

/** Names taken over from the host's environment: what local times need, and what Windows needs to start a process. */
const INHERITED: Readonly<Record<'any' | 'win32', readonly string[]>> = {
  any: ['TZ', 'LANG', 'LC_ALL', 'LC_TIME'],
  win32: ['SystemRoot', 'windir', 'TEMP', 'TMP'],
};

/**
 * The whole environment of the engine process. Nothing else of the host's environment reaches it, so that keys and
 * tokens kept there do not. The inference runtime's own telemetry is switched off.
 */
export function engineEnvironment(
  options: EngineOptions,
  host: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const environment: Record<string, string> = {
    ELECTRON_RUN_AS_NODE: '1',
    ORT_DISABLE_TELEMETRY: '1',
    KOMPRESS_ENGINE: JSON.stringify(options),
  };
  for (const name of [...INHERITED.any, ...(platform === 'win32' ? INHERITED.win32 : [])]) {
    const value = host[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** Reads the options back, in the engine process. Throws where the variable is missing or is not what was written. */
export function readEngineOptions(environment: Readonly<Record<string, string | undefined>>): EngineOptions {
  const json = environment['KOMPRESS_ENGINE'];
  if (json === undefined)
    throw new Error('KOMPRESS_ENGINE is not set: the engine is started by its client only.');
  const value: unknown = JSON.parse(json);
  if (
    typeof value === 'object' &&
    value !== null &&
    'modelFolder' in value &&
    typeof value.modelFolder === 'string' &&
    'policyFolder' in value &&
    typeof value.policyFolder === 'string' &&
    'threads' in value &&
    typeof value.threads === 'number'
  ) {
    const { modelFolder, policyFolder, threads } = value;
    return { modelFolder, policyFolder, threads };
  }
  throw new Error('KOMPRESS_ENGINE does not hold { modelFolder, policyFolder, threads }.');
}
