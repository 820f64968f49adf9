import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a program looks for models. */
export interface ModelPlaces {
  /** Folder of the models that come with the program. */
  readonly shipped: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'];
/** Folders in the home of a machine that an editor works on from afar. */
const SERVERS = ['.vscode-server', '.vscode-server-insiders', '.vscodium-server', '.cursor-server'].map(
  (name) => path.join(name, 'data'),
);
/** Below an editor's data, where its extension keeps what it downloads. */
const STORED = path.join('User', 'globalStorage', 'kompress.kompress', 'models', 'kompress-v2-base');

/**
 * The folder of a model as it is named on the command line: `bundled` (also where none is named), `official-v2` or a
 * folder.
 * @returns an absolute path, or undefined where no editor on this machine has downloaded the official model.
 */
export function modelFolder(model: string | undefined, places: ModelPlaces): string | undefined {
  if (model === undefined || model === 'bundled') return path.join(places.shipped, 'kompress-small');
  if (model !== 'official-v2') return path.resolve(model);
  return storages(places).find((folder) => existsSync(path.join(folder, 'kompress.json')));
}

function storages({ home, platform, env }: ModelPlaces): string[] {
  const settings =
    platform === 'win32'
      ? (env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (env['XDG_CONFIG_HOME'] ?? path.join(home, '.config'));
  return [
    ...EDITORS.map((name) => path.join(settings, name)),
    ...SERVERS.map((name) => path.join(home, name)),
    path.join(home, '.local', 'share', 'code-server'),
  ].map((data) => path.join(data, STORED));
}
