import assert from 'node:assert/strict';
import { engineEnvironment, readEngineOptions } from '../../../src/engine/environment';

const options = { modelFolder: '/models/ü', policyFolder: '/models/policy', threads: 2 };
const host = {
  TZ: 'Europe/Paris',
  LANG: 'fr_FR.UTF-8',
  PATH: '/bin',
  HOME: '/home/person',
  GITHUB_TOKEN: 'secret',
  NODE_OPTIONS: '--require ./evil.js',
  LD_PRELOAD: 'evil.so',
  SystemRoot: 'C:\\Windows',
  TEMP: 'C:\\Temp',
};

describe('engine environment', () => {
  it('takes over nothing but what local times need', () => {
    const environment = engineEnvironment(options, host, 'linux');
    assert.deepEqual(Object.keys(environment).sort(), [
      'ELECTRON_RUN_AS_NODE',
      'KOMPRESS_ENGINE',
      'LANG',
      'ORT_DISABLE_TELEMETRY',
      'TZ',
    ]);
    assert.equal(environment['ORT_DISABLE_TELEMETRY'], '1');
  });

  it('adds on Windows what a process cannot start without', () => {
    const environment = engineEnvironment(options, host, 'win32');
    assert.equal(environment['SystemRoot'], 'C:\\Windows');
    assert.equal(environment['TEMP'], 'C:\\Temp');
    assert.equal('PATH' in environment, false);
  });

  it('carries the options over', () => {
    assert.deepEqual(readEngineOptions(engineEnvironment(options, host, 'darwin')), options);
  });

  it('says what is wrong with other values', () => {
    assert.throws(() => readEngineOptions({}), /not set/);
    assert.throws(() => readEngineOptions({ KOMPRESS_ENGINE: '{' }), SyntaxError);
    for (const value of ['null', '[]', '{}', '{"modelFolder":1,"threads":1}', '{"modelFolder":"a"}'])
      assert.throws(() => readEngineOptions({ KOMPRESS_ENGINE: value }), /does not hold/);
  });
});
