import * as vscode from 'vscode';
import { COMMANDS, CONTEXT_KEYS, EXTENSION_NAME, STATUS_ITEM } from '../contributions';
import { REASONS, type Reason } from '../compress/result';
import { budgetName } from './budget';
import { budgetTotals, heldWords } from './budgetReport';
import { DisposableStore } from './disposables';
import { plain } from './markdown';
import { grouped, percent, short, type Translate } from './numbers';
import { policyWords } from './policyNames';
import { questionWords } from './question';
import type { Region } from './region';
import type { DocumentState, ResultRegistry } from './registry';

/** Sentences about a document that the tooltip adds, such as broken lines of a transcript. */
export type DocumentNotes = (uri: vscode.Uri) => readonly string[];

/** The one status bar item: tokens before and after, or progress; hidden where there is no result. */
export function registerStatusBar(
  registry: ResultRegistry,
  notes: DocumentNotes,
  t: Translate,
): DisposableStore {
  const store = new DisposableStore();
  const item = store.add(
    vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 100),
  );
  item.name = EXTENSION_NAME;

  const keys = new Map<string, boolean>();
  const setKey = (key: string, value: boolean): void => {
    if (keys.get(key) === value) return;
    keys.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };

  const update = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const state = uri === undefined ? undefined : registry.get(uri);
    const hasResult = state !== undefined && state.regions.length > 0;
    setKey(CONTEXT_KEYS.hasResult, hasResult);
    setKey(CONTEXT_KEYS.running, state?.run !== undefined);
    // Choosing anew takes a blink: its progress is worth showing only where the text is being read again.
    const isShort = hasResult && state.run?.refit === true && state.run.progress === undefined;
    if (state?.run !== undefined && !isShort) showProgress(item, state.run.progress, t);
    else if (hasResult && state.counts !== undefined) showCounts(item, state, notes(state.uri), t);
    else {
      item.hide();
      return;
    }
    item.show();
  };
  store.add(registry.onDidChange(update));
  store.add(vscode.window.onDidChangeActiveTextEditor(update));
  update();
  return store;
}

function showProgress(item: vscode.StatusBarItem, progress: number | undefined, t: Translate): void {
  const share = progress === undefined ? undefined : `${Math.floor(progress * 100)} %`;
  item.text = `$(loading~spin) ${share ?? EXTENSION_NAME}`;
  item.tooltip = t('Compressing. Click to cancel.');
  item.command = COMMANDS.cancel;
  item.accessibilityInformation = { label: t('Compressing, {0} done', share ?? '0 %'), role: 'button' };
}

function showCounts(
  item: vscode.StatusBarItem,
  state: DocumentState,
  notes: readonly string[],
  t: Translate,
): void {
  const { counts } = state;
  if (counts === undefined) return;
  const { question } = state.wish;
  item.text = `$(fold-down) ${short(counts.before)} → ${short(counts.after)}${question === '' ? '' : ' $(question)'}`;
  item.tooltip = tooltip(state, counts, notes, t);
  item.command = COMMANDS.showMenu;
  item.accessibilityInformation = {
    label:
      question === ''
        ? t(
            'Kompress: {0} tokens before, {1} after, {2} stay',
            grouped(counts.before),
            grouped(counts.after),
            percent(counts.after, counts.before),
          )
        : t(
            'Kompress: {0} tokens before, {1} after, {2} stay, for a question',
            grouped(counts.before),
            grouped(counts.after),
            percent(counts.after, counts.before),
          ),
    role: 'button',
  };
}

function tooltip(
  state: DocumentState,
  counts: NonNullable<DocumentState['counts']>,
  notes: readonly string[],
  t: Translate,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const row = (name: string, value: string): void => {
    text.appendMarkdown(`| ${plain(name)}&nbsp;&nbsp; | ${plain(value)} |\n`);
  };
  const head = plain(t('{0} → {1} tokens', grouped(counts.before), grouped(counts.after)));
  const recount = state.stale ? ` · ${plain(t('counting again'))}` : '';
  text.appendMarkdown(`**${head}**${recount}\n\n| | |\n|:--|:--|\n`);
  const reports = state.regions.map((region) => region.result.report);
  askedRows(state, counts, row, t);
  row(
    t('Counted with'),
    counts.tokenizer.endsWith('_base')
      ? t('{0}: exact for its family, ≈ for other models', counts.tokenizer)
      : counts.tokenizer,
  );
  row(t('Model'), [...new Set(reports.map((report) => report.model))].join(', '));
  row(t('Time'), t('{0} ms', grouped(Math.round(state.elapsed))));
  if (state.regions.length > 1) row(t('Selections'), grouped(state.regions.length));

  const reasons = totals(state.regions);
  if (reasons.length > 0) {
    text.appendMarkdown(`\n\n${plain(t('Words by reason'))}\n\n| | |\n|:--|--:|\n`);
    for (const [reason, count] of reasons) row(reasonName(reason, t), grouped(count));
  }
  const sentences = new Set([...reports.flatMap((report) => report.warnings), ...notes]);
  for (const sentence of sentences) text.appendMarkdown(`\n\n${plain(sentence)}`);
  return text;
}

/** Question, budget and policy, and how far the budget was met. */
function askedRows(
  state: DocumentState,
  counts: NonNullable<DocumentState['counts']>,
  row: (name: string, value: string) => void,
  t: Translate,
): void {
  const { wish, regions } = state;
  const share = percent(counts.after, counts.before);
  row(t('Question'), questionWords(wish, t));
  if (regions.some(({ result }) => result.relevance?.by === 'words'))
    row(t('Relevance'), t('by words so far'));
  const totals = budgetTotals(state);
  if (totals === undefined) {
    row(t('Asked for'), t('what the model finds needed'));
    row(t('Reached'), share);
    return;
  }
  row(
    t('Asked for'),
    wish.budget.kind === 'tokens'
      ? budgetName(wish.budget, t)
      : t('{0}: {1} tokens', budgetName(wish.budget, t), grouped(totals.asked)),
  );
  row(t('Reached'), t('{0}: {1} tokens', share, grouped(totals.reached)));
  if (totals.over > 0) row(t('Over by'), t('{0} tokens', grouped(totals.over)));
  const held = heldWords(totals, t);
  if (held !== '') row(t('Always stays'), held);
  row(t('Policy'), policyWords(t)[wish.policy].label);
}

function totals(regions: readonly Region[]): [Reason, number][] {
  const sums = new Map<Reason, number>();
  for (const region of regions)
    for (const code of region.reason) {
      const reason = REASONS[code];
      if (reason !== undefined) sums.set(reason, (sums.get(reason) ?? 0) + 1);
    }
  return [...sums].sort((a, b) => b[1] - a[1]);
}

function reasonName(reason: Reason, t: Translate): string {
  const names: Record<Reason, string> = {
    model: t('decided by the model'),
    span: t('borderline, kept with its passage'),
    policy: t('decided by the policy'),
    budget: t('decided by the budget'),
    sink: t('first lines'),
    recent: t('recent lines'),
    'must-keep': t('must keep'),
    negation: t('negation and comparison'),
    pinned: t('kept by you or a rule'),
    released: t('discarded by you'),
    structure: t('structure, stays whole'),
    repeat: t('repeat'),
    superseded: t('superseded'),
    secret: t('secret'),
    undecided: t('without a score'),
  };
  return names[reason];
}
