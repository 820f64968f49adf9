import * as vscode from 'vscode';
import { findMatches } from '../compress/patterns';
import type { KeepPattern } from '../compress/result';
import { activeEditor, type Surface } from './active';
import { Debounced, DisposableStore } from './disposables';
import { openSettings, ruleLabel, type KeepRules, type RuleScope } from './keepRules';
import { grouped, type Translate } from './numbers';
import { chosenRange } from './overrides';

export interface AlwaysKeepParts extends Surface {
  readonly rules: KeepRules;
}

/** A regular expression is tried on the document for no longer than this. */
const REGEX_MS = 60;
/** Texts and words are found in linear time. */
const PLAIN_MS = 1000;
/** Typing is followed at most so often. */
const PAUSE_MS = 120;
/** Lines named in a preview. */
const LINES = 8;
/** UTF-16 code units of a selection that a rule is made from. */
const MAX_TEXT = 500;

interface RuleItem extends vscode.QuickPickItem {
  readonly pattern: KeepPattern;
  readonly count: number;
  readonly problem: string | undefined;
}

/** Makes a rule from the word or the selection, after showing what it would keep in this document. */
export async function alwaysKeep(parts: AlwaysKeepParts, target?: unknown): Promise<void> {
  const { voice, rules, t } = parts;
  const found = chosenRange(parts, target);
  if (found === undefined) {
    if (target === undefined) activeEditor(parts);
    return;
  }
  const { document } = found;
  const item = await pickRule(document, initialText(document, found.range, found.named), t);
  if (item === undefined) return;
  if (item.problem !== undefined && item.count === 0) {
    voice.show('warning', item.problem);
    return;
  }
  const scope = await pickScope(t);
  if (scope === undefined) return;
  if (!(await rules.add(item.pattern, scope, document.uri))) {
    voice.show(
      'warning',
      t('The list of keep rules is broken, so nothing was added. Mend it in the settings.'),
      {
        label: t('Open Settings'),
        run: openSettings,
      },
    );
    return;
  }
  voice.status(
    t('$(pin) From now on {0} stays: {1} here', ruleLabel(item.pattern, t), places(item.count, t)),
  );
}

/** The selection, or the word at a position, as far as a rule can be made from it. */
function initialText(
  document: vscode.TextDocument,
  [start, end]: readonly [number, number],
  named: boolean,
): string {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const word = document.getWordRangeAtPosition(range.start);
  const text = document.getText(end - start === 1 && word !== undefined ? word : range);
  const short = text.trim().slice(0, MAX_TEXT);
  // A word of a hover comes with the marks beside it.
  const bare = short.replace(/^["'`“‘„«]+/u, '').replace(/["'`”’»,.;:!?…]+$/u, '');
  return named && bare !== '' ? bare : short;
}

/** Asks for the kind of rule; the text can be changed while the counts follow. */
async function pickRule(
  document: vscode.TextDocument,
  initial: string,
  t: Translate,
): Promise<RuleItem | undefined> {
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<RuleItem>());
  pick.title = t('Always keep text like this');
  pick.placeholder = t('Type a text, a word or a regular expression');
  pick.value = initial;
  const text = document.getText();
  const update = (): void => {
    pick.items = itemsFor(document, text, pick.value, t);
    pick.busy = false;
  };
  const soon = store.add(new Debounced(PAUSE_MS, update));
  store.add(
    pick.onDidChangeValue(() => {
      pick.busy = true;
      soon.request();
    }),
  );
  update();
  try {
    return await new Promise((resolve) => {
      store.add(
        pick.onDidAccept(() => {
          const chosen = pick.activeItems[0];
          // What was typed last may not be counted yet.
          const fresh =
            chosen === undefined || chosen.pattern.pattern === pick.value.trim()
              ? chosen
              : itemsFor(document, text, pick.value, t).find(
                  (each) => each.pattern.kind === chosen.pattern.kind,
                );
          resolve(fresh);
          pick.hide();
        }),
      );
      store.add(pick.onDidHide(() => resolve(undefined)));
      pick.show();
    });
  } finally {
    store.dispose();
  }
}

function itemsFor(document: vscode.TextDocument, text: string, typed: string, t: Translate): RuleItem[] {
  const value = typed.trim();
  if (value === '') return [];
  const item = (kind: KeepPattern['kind'], label: string): RuleItem => {
    const pattern = { kind, pattern: value };
    const { spans, problem } = findMatches(text, pattern, {
      timeLimitMs: kind === 'regex' ? REGEX_MS : PLAIN_MS,
    });
    const count = spans.length / 2;
    const lines = [
      ...new Set(
        spans
          .filter((_, i) => i % 2 === 0)
          .slice(0, 4 * LINES)
          .map((start) => document.positionAt(start).line + 1),
      ),
    ];
    const more = count > 4 * LINES || lines.length > LINES ? ' …' : '';
    return {
      label,
      description: problem !== undefined && count === 0 ? problem : places(count, t),
      ...(lines.length === 0 ? {} : { detail: t('lines {0}', lines.slice(0, LINES).join(', ') + more) }),
      alwaysShow: true,
      pattern,
      count,
      problem,
    };
  };
  return [
    ...(/\s/.test(value) ? [] : [item('word', t('This word, in any case'))]),
    item('literal', t('This text, as it is written')),
    item('regex', t('This regular expression')),
  ];
}

async function pickScope(t: Translate): Promise<RuleScope | undefined> {
  if (vscode.workspace.workspaceFolders === undefined && vscode.workspace.workspaceFile === undefined)
    return 'user';
  const chosen = await vscode.window.showQuickPick(
    [
      { label: t('In this workspace'), scope: 'workspace' as const },
      { label: t('For you, everywhere'), scope: 'user' as const },
    ],
    { title: t('Always keep text like this'), placeHolder: t('Where does the rule hold?') },
  );
  return chosen?.scope;
}

function places(count: number, t: Translate): string {
  if (count === 0) return t('nowhere');
  return count === 1 ? t('1 place') : t('{0} places', grouped(count));
}
