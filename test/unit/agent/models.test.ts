import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelFolder } from '../../../src/agent/models';
import { officialShaped } from '../scoring/official-shaped';
import { prose } from '../engine/built';
import { json, kompress } from './program';

describe('--model', function () {
  this.timeout(60_000);
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'kompress-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('finds the downloaded model wherever an editor keeps it', async () => {
    const stored = 'User/globalStorage/kompress.kompress/models/kompress-v2-base';
    const places = [
      ['linux', `.config/Code/${stored}`],
      ['linux', `elsewhere/VSCodium/${stored}`],
      ['linux', `.vscode-server/data/${stored}`],
      ['darwin', `Library/Application Support/Cursor/${stored}`],
      ['win32', `AppData/Roaming/Code - Insiders/${stored}`],
    ] as const;
    for (const [platform, place] of places) {
      const folder = path.join(home, place);
      const env = place.startsWith('elsewhere') ? { XDG_CONFIG_HOME: path.join(home, 'elsewhere') } : {};
      const asked = { shipped: '/models', home, platform, env };
      assert.equal(modelFolder('official-v2', asked), undefined);
      await mkdir(folder, { recursive: true });
      assert.equal(modelFolder('official-v2', asked), undefined, 'a download that has not come to its end');
      await writeFile(path.join(folder, 'kompress.json'), '{}');
      assert.equal(modelFolder('official-v2', asked), folder);
      await rm(folder, { recursive: true });
      assert.equal(modelFolder('bundled', asked), modelFolder(undefined, asked));
      assert.equal(modelFolder('./bundled', asked), path.resolve('bundled'));
    }
  });

  it('says that the official model is not downloaded', async () => {
    const env = { ...process.env, HOME: home, USERPROFILE: home, APPDATA: home, XDG_CONFIG_HOME: home };
    const { code, out, err } = await kompress(['compress', '-', '--model', 'official-v2'], {
      input: prose(30),
      env,
    });
    assert.deepEqual([code, out], [3, '']);
    assert.match(err, /^kompress: The official model is not downloaded\. Run .+\.\n$/);
  });

  it('takes a folder with the official files as they are called', async () => {
    const { model, tokenizer } = officialShaped();
    await writeFile(path.join(home, 'kompress-fp32.onnx'), model);
    await writeFile(path.join(home, 'tokenizer.json'), tokenizer);
    const args = ['compress', '-', '--json', '--question', 'which record?', '--model'];
    const input = prose(200);
    const own = json(await kompress([...args, home], { input }));
    const bundled = json(await kompress([...args, 'bundled'], { input }));
    assert.ok(own.tokens.after < own.tokens.before);
    assert.notEqual(own.text, bundled.text);
  });
});
