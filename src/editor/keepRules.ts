import * as vscode from 'vscode';
import { SETTINGS } from '../contributions';
import { patternProblem, shown } from '../compress/patterns';
import { AUTO_PINS, type AutoPin, type KeepPattern } from '../compress/result';
import { DisposableStore } from './disposables';
import type { Translate } from './numbers';
import type { Voice } from './voice';

/** Where a rule is written: for the person, or for a workspace or a folder of it. */
export type RuleScope = 'user' | 'workspace' | 'folder';

export interface KeepRule {
  readonly pattern: KeepPattern;
  readonly scope: RuleScope;
  /** Its number in the list of its scope. */
  readonly position: number;
}

const TARGETS: Readonly<Record<RuleScope, vscode.ConfigurationTarget>> = {
  user: vscode.ConfigurationTarget.Global,
  workspace: vscode.ConfigurationTarget.Workspace,
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
};
const KINDS: readonly string[] = ['literal', 'word', 'regex'] satisfies readonly KeepPattern['kind'][];

/** Reads and writes the rules of "always keep text like this". */
export class KeepRules implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** Rules that were complained about: each once, until the setting changes. */
  private readonly told = new Set<string>();

  constructor(
    private readonly voice: Voice,
    private readonly t: Translate,
  ) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS.keepRules)) this.told.clear();
      }),
    );
  }

  /** The rules that hold in a document: the person's and the workspace's. Each broken one is named once, with a way to mend it. */
  rulesOf(uri: vscode.Uri): readonly KeepRule[] {
    const { rules, problems } = readRules(uri, this.t);
    for (const problem of problems) {
      if (this.told.has(problem)) continue;
      this.told.add(problem);
      this.voice.show('warning', problem, {
        label: this.t('Open Settings'),
        run: () => openSettings(),
      });
    }
    return rules;
  }

  patternsOf(uri: vscode.Uri): readonly KeepPattern[] {
    const seen = new Set<string>();
    return this.rulesOf(uri).flatMap(({ pattern }) => {
      const key = `${pattern.kind} ${pattern.pattern}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [pattern];
    });
  }

  /** Writes a rule down; false where the list is broken and would have to be replaced. Rejects where it cannot be written. */
  async add(pattern: KeepPattern, scope: RuleScope, uri: vscode.Uri): Promise<boolean> {
    const list = listOf(uri, scope);
    if (list !== undefined && !Array.isArray(list)) return false;
    const { kind, pattern: text } = pattern;
    await write(uri, scope, [...((list as readonly unknown[] | undefined) ?? []), { kind, pattern: text }]);
    return true;
  }

  async remove(rule: KeepRule, uri: vscode.Uri): Promise<void> {
    const list = listOf(uri, rule.scope);
    if (!Array.isArray(list)) return;
    const found = readPattern((list as readonly unknown[])[rule.position]);
    // The list may have changed since it was read: another rule must not go in this one's place.
    if (found?.kind !== rule.pattern.kind || found.pattern !== rule.pattern.pattern) return;
    const stays = (list as readonly unknown[]).filter((_, i) => i !== rule.position);
    await write(uri, rule.scope, stays.length === 0 ? undefined : stays);
  }

  dispose(): void {
    this.store.dispose();
  }
}

export const openSettings = (): void => {
  void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS.keepRules);
};

function listOf(uri: vscode.Uri, scope: RuleScope): unknown {
  const found = vscode.workspace.getConfiguration(undefined, uri).inspect<unknown>(SETTINGS.keepRules);
  if (scope === 'user') return found?.globalValue;
  return scope === 'workspace' ? found?.workspaceValue : found?.workspaceFolderValue;
}

const write = (uri: vscode.Uri, scope: RuleScope, list: readonly unknown[] | undefined): Thenable<void> =>
  vscode.workspace.getConfiguration(undefined, uri).update(SETTINGS.keepRules, list, TARGETS[scope]);

function readRules(uri: vscode.Uri, t: Translate): { rules: KeepRule[]; problems: string[] } {
  const rules: KeepRule[] = [];
  const problems: string[] = [];
  for (const scope of ['workspace', 'folder', 'user'] as const) {
    const list = listOf(uri, scope);
    if (list === undefined) continue;
    if (!Array.isArray(list)) {
      problems.push(t('The setting “{0}” is no list, so its rules are not used.', SETTINGS.keepRules));
      continue;
    }
    list.forEach((entry: unknown, position) => {
      const pattern = readPattern(entry);
      if (pattern === undefined) {
        problems.push(
          t(
            'Entry {0} of the setting “{1}” is no rule and is left out: it needs a kind and a pattern.',
            position + 1,
            SETTINGS.keepRules,
          ),
        );
        return;
      }
      const problem = patternProblem(pattern);
      if (problem === undefined) rules.push({ pattern, scope, position });
      else problems.push(problem);
    });
  }
  return { rules, problems };
}

/** A rule as the setting has it: a kind and a pattern, or a bare text. */
function readPattern(entry: unknown): KeepPattern | undefined {
  if (typeof entry === 'string') return { kind: 'literal', pattern: entry };
  if (typeof entry !== 'object' || entry === null || !('pattern' in entry)) return undefined;
  const { pattern } = entry;
  const kind: unknown = 'kind' in entry ? entry.kind : 'literal';
  return typeof pattern === 'string' && isKind(kind) ? { kind, pattern } : undefined;
}

const isKind = (kind: unknown): kind is KeepPattern['kind'] =>
  typeof kind === 'string' && KINDS.includes(kind);

/** The automatic pins that are switched on: all but those that the setting says `false` of. */
export function automaticPins(): readonly AutoPin[] {
  const setting: unknown = vscode.workspace.getConfiguration().get(SETTINGS.automaticPins);
  const said = typeof setting === 'object' && setting !== null ? (setting as Record<string, unknown>) : {};
  return AUTO_PINS.filter((name) => said[name] !== false);
}

/** What a rule looks like in a list. */
export function ruleLabel({ kind, pattern }: KeepPattern, t: Translate): string {
  const text = shown(pattern);
  switch (kind) {
    case 'literal':
      return t('“{0}”', text);
    case 'word':
      return t('the word “{0}”', text);
    case 'regex':
      return t('the regular expression {0}', text);
  }
}
