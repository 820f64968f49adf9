/**
 * Every identifier the manifest and the code share. A unit test holds package.json against this module, so that a
 * renamed command, setting, colour or context key fails before anyone runs it.
 */

export const EXTENSION_NAME = 'Kompress';

export const COMMANDS = {
  compressSelection: 'kompress.compressSelection',
  copyCompressed: 'kompress.copyCompressed',
  replaceSelection: 'kompress.replaceSelection',
  showDifference: 'kompress.showDifference',
  clear: 'kompress.clear',
  nextDiscarded: 'kompress.nextDiscarded',
  previousDiscarded: 'kompress.previousDiscarded',
  keepWord: 'kompress.keepWord',
  discardWord: 'kompress.discardWord',
  keepLine: 'kompress.keepLine',
  discardLine: 'kompress.discardLine',
  keepTurn: 'kompress.keepTurn',
  discardTurn: 'kompress.discardTurn',
  takeBack: 'kompress.takeBack',
  alwaysKeep: 'kompress.alwaysKeep',
  showPins: 'kompress.showPins',
  forgetPins: 'kompress.forgetPins',
  chooseTargetModel: 'kompress.chooseTargetModel',
  openTranscript: 'kompress.openTranscript',
  compressForQuestion: 'kompress.compressForQuestion',
  setBudget: 'kompress.setBudget',
  tighterBudget: 'kompress.tighterBudget',
  looserBudget: 'kompress.looserBudget',
  choosePolicy: 'kompress.choosePolicy',
  foldDiscarded: 'kompress.foldDiscarded',
  comparePolicies: 'kompress.comparePolicies',
  showSavings: 'kompress.showSavings',
  resetSavings: 'kompress.resetSavings',
  downloadModel: 'kompress.downloadModel',
  removeModel: 'kompress.removeModel',
  cancel: 'kompress.cancel',
  showMenu: 'kompress.showMenu',
  showLog: 'kompress.showLog',
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** A word (or range) of a document as a hover link names it: UTF-16 offsets in that version of the document. */
export interface WordTarget {
  readonly uri: string;
  readonly version: number;
  readonly start: number;
  readonly end: number;
}

/** The turn of a transcript that holds a line, numbered from 0. */
export interface TurnTarget {
  readonly uri: string;
  readonly line: number;
}

/** What each command may be called with; a link with other arguments does not compile. */
export interface CommandArguments {
  [COMMANDS.compressSelection]: [];
  [COMMANDS.copyCompressed]: [];
  [COMMANDS.replaceSelection]: [];
  [COMMANDS.showDifference]: [];
  [COMMANDS.clear]: [];
  [COMMANDS.nextDiscarded]: [];
  [COMMANDS.previousDiscarded]: [];
  [COMMANDS.keepWord]: [target?: WordTarget];
  [COMMANDS.discardWord]: [target?: WordTarget];
  [COMMANDS.keepLine]: [];
  [COMMANDS.discardLine]: [];
  [COMMANDS.keepTurn]: [target?: TurnTarget];
  [COMMANDS.discardTurn]: [target?: TurnTarget];
  [COMMANDS.takeBack]: [target?: WordTarget];
  [COMMANDS.alwaysKeep]: [target?: WordTarget];
  [COMMANDS.showPins]: [];
  [COMMANDS.forgetPins]: [];
  [COMMANDS.chooseTargetModel]: [];
  [COMMANDS.openTranscript]: [file?: unknown];
  [COMMANDS.compressForQuestion]: [];
  [COMMANDS.setBudget]: [];
  [COMMANDS.tighterBudget]: [];
  [COMMANDS.looserBudget]: [];
  [COMMANDS.choosePolicy]: [];
  [COMMANDS.foldDiscarded]: [];
  [COMMANDS.comparePolicies]: [];
  [COMMANDS.showSavings]: [];
  [COMMANDS.resetSavings]: [];
  [COMMANDS.downloadModel]: [];
  [COMMANDS.removeModel]: [];
  [COMMANDS.cancel]: [];
  [COMMANDS.showMenu]: [];
  [COMMANDS.showLog]: [];
}

/** The target of a `command:` link. */
export function commandLink<Id extends CommandId>(id: Id, ...args: CommandArguments[Id]): string {
  return args.length === 0 ? `command:${id}` : `command:${id}?${encodeURIComponent(JSON.stringify(args))}`;
}

export const SETTINGS = {
  model: 'kompress.model',
  /** Not below `kompress.model`: VS Code reads a dot as nesting, and one of the two values would be lost. */
  modelPath: 'kompress.modelPath',
  threads: 'kompress.engine.threads',
  idleMinutes: 'kompress.engine.idleMinutes',
  keepRules: 'kompress.keepRules',
  automaticPins: 'kompress.pins.automatic',
  tokenModel: 'kompress.tokens.model',
  tokenFactor: 'kompress.tokens.factor',
  budget: 'kompress.budget.default',
  prices: 'kompress.savings.pricePerMillion',
} as const;

export const CONTEXT_KEYS = {
  /** The active editor's document has a result. */
  hasResult: 'kompress.hasResult',
  /** The active editor's document is being compressed. */
  running: 'kompress.running',
} as const;

export const COLOURS = {
  discardedForeground: 'kompress.discardedForeground',
  discardedBorder: 'kompress.discardedBorder',
  discardedLineBackground: 'kompress.discardedLineBackground',
  discardedLineBar: 'kompress.discardedLineBar',
  noteForeground: 'kompress.noteForeground',
  pinnedBackground: 'kompress.pinnedBackground',
  pinnedBorder: 'kompress.pinnedBorder',
  releasedBorder: 'kompress.releasedBorder',
  overviewRulerDiscarded: 'kompress.overviewRulerDiscarded',
  overviewRulerPinned: 'kompress.overviewRulerPinned',
  thinkingForeground: 'kompress.thinkingForeground',
  relevantBackground: 'kompress.relevantBackground',
  relevantBorder: 'kompress.relevantBorder',
  overviewRulerRelevant: 'kompress.overviewRulerRelevant',
} as const;

export const SCHEMES = {
  /** Agent transcripts, rendered, read-only. */
  transcript: 'kompress',
  /** The compressed side of a difference, read-only. */
  compressed: 'kompress-compressed',
} as const;

export const TRANSCRIPT_LANGUAGE = 'kompress-transcript';
/** The panel that compares policies. */
export const COMPARE_VIEW = 'kompress.compare';
export const STATUS_ITEM = 'kompress.status';
export const SUBMENU = 'kompress.editorMenu';
export const WALKTHROUGH = 'kompress.start';
