import * as path from 'node:path';

/** Values of the setting `kompress.model`. */
export const MODEL_CHOICES = ['bundled', 'official-v2', 'folder'] as const;
export type ModelChoice = (typeof MODEL_CHOICES)[number];

/** What the settings say, as they say it. */
export interface ModelSettings {
  readonly choice: unknown;
  /** The folder for the choice `folder`. */
  readonly folder: unknown;
}

/** Where the models that need no folder of the person's are. */
export interface ModelPlaces {
  readonly bundled: string;
  readonly official: string;
}

/** Why the chosen model is not used, and the bundled one is. */
export type ModelTrouble = 'not-downloaded' | 'no-folder' | 'failed';

export interface ModelInUse {
  readonly choice: ModelChoice;
  /** Absolute. */
  readonly folder: string;
  readonly trouble: ModelTrouble | undefined;
}

/**
 * The model that the settings ask for or, where it is not to be had, the bundled one.
 * @param failed a folder whose model could not be loaded.
 */
export function chooseModel(
  settings: ModelSettings,
  places: ModelPlaces,
  isDownloaded: (folder: string) => boolean,
  failed: string | undefined,
): ModelInUse {
  const choice = MODEL_CHOICES.find((each) => each === settings.choice) ?? 'bundled';
  const instead = (trouble: ModelTrouble): ModelInUse => ({ choice, folder: places.bundled, trouble });
  const use = (folder: string): ModelInUse =>
    folder === failed ? instead('failed') : { choice, folder, trouble: undefined };
  switch (choice) {
    case 'bundled':
      return { choice, folder: places.bundled, trouble: undefined };
    case 'official-v2':
      return isDownloaded(places.official) ? use(places.official) : instead('not-downloaded');
    case 'folder': {
      const folder = typeof settings.folder === 'string' ? settings.folder.trim() : '';
      // Relative to what? A window has no folder of its own.
      return path.isAbsolute(folder) ? use(path.normalize(folder)) : instead('no-folder');
    }
  }
}
