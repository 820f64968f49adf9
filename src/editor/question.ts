import * as vscode from 'vscode';
import { activeEditor } from './active';
import { carryOut, standing, wishOf, type ControlParts } from './control';
import { compressEditor } from './compress';
import type { Transcripts, TranscriptFacts } from './transcripts';
import { usualBudget } from './settings';
import { withQuestion, type Wish } from './wish';
import { pickWish, type WishItem } from './wishPick';

const KEY = 'kompress.questions';
const MAX_QUESTIONS = 20;
/** Longer ones work, but are not remembered. */
const MAX_REMEMBERED = 2000;
const MAX_TURNS = 8;
const MAX_TURN_LINES = 100;

/** The last questions of a workspace, the newest first. */
export class QuestionHistory {
  constructor(private readonly memento: vscode.Memento) {}

  get questions(): readonly string[] {
    const stored: unknown = this.memento.get(KEY);
    if (!Array.isArray(stored)) return [];
    return stored.filter((each) => typeof each === 'string').slice(0, MAX_QUESTIONS);
  }

  add(question: string): void {
    if (question === '' || question.length > MAX_REMEMBERED) return;
    const others = this.questions.filter((each) => each !== question);
    void this.memento.update(KEY, [question, ...others].slice(0, MAX_QUESTIONS));
  }

  clear(): void {
    void this.memento.update(KEY, undefined);
  }
}

export interface QuestionParts extends ControlParts {
  readonly history: QuestionHistory;
  readonly transcripts: Transcripts;
}

/** Asks what the compressed text has to answer, and compresses for it. */
export async function compressForQuestion(parts: QuestionParts): Promise<void> {
  const { history, transcripts, t } = parts;
  const editor = activeEditor(parts);
  if (editor === undefined) return;
  const { document } = editor;
  const wish = wishOf(parts, document);
  const usual = usualBudget();
  const item = (label: string, question: string, description = ''): WishItem => ({
    label,
    description,
    wish: withQuestion(wish, question, usual),
  });
  const turns = lastRequests(document, transcripts.factsOf(document.uri));
  const items = (typed: string): WishItem[] => {
    const question = typed.trim();
    const own: WishItem[] =
      question === ''
        ? [item(`$(circle-slash) ${t('No question')}`, '', t('each part is weighed by itself'))]
        : [{ ...item(`$(question) ${cut(question)}`, question), alwaysShow: true }];
    if (wish.question !== '') own.push(item(`$(check) ${cut(wish.question)}`, wish.question, t('now')));
    const last = history.questions.filter((each) => each !== wish.question);
    if (last.length > 0) own.push(separator(t('last questions')));
    own.push(...last.map((each) => item(`$(history) ${cut(each)}`, each)));
    if (turns.length > 0) own.push(separator(t('last requests of this transcript')));
    own.push(...turns.map((each) => item(`$(comment) ${cut(each)}`, each)));
    return own;
  };
  const chosen = await pickWish({
    title: t('Question: what the compressed text has to answer'),
    placeHolder: t('Type a question, or pick one'),
    items,
    isCurrent: (each) => wish.question !== '' && each.question === wish.question,
    preview: undefined,
    buttons:
      history.questions.length === 0
        ? []
        : [
            {
              button: { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Forget the last questions') },
              run: () => history.clear(),
            },
          ],
  });
  if (chosen === undefined) return;
  history.add(chosen.question);
  if (isElsewhere(parts, editor)) await compressEditor(parts, editor, chosen);
  else await carryOut(parts, editor, chosen);
}

/** Whether something is selected that is not what the document's result is of. */
function isElsewhere(parts: ControlParts, { document, selections }: vscode.TextEditor): boolean {
  const regions = standing(parts, document)?.regions ?? [];
  return selections.some(
    (selection) =>
      !selection.isEmpty &&
      !regions.some(
        (region) =>
          region.start <= document.offsetAt(selection.start) &&
          region.start + region.geometry.text.length >= document.offsetAt(selection.end),
      ),
  );
}

const separator = (label: string): WishItem => ({ label, kind: vscode.QuickPickItemKind.Separator });

const HEAD = /^.{0,120}/su;

/** As one line that fits a list; an icon's name in it is not taken for one. */
function cut(question: string): string {
  const line = question.replace(/\s+/g, ' ').replaceAll('$(', '$ (');
  const head = HEAD.exec(line)?.[0] ?? '';
  return head.length < line.length ? `${head}…` : line;
}

/** What the person said last in a transcript, the newest first: only their own words, not what tools gave. */
export function lastRequests(document: vscode.TextDocument, facts: TranscriptFacts | undefined): string[] {
  if (facts === undefined) return [];
  const own = new Uint8Array(document.lineCount).fill(1);
  for (const { as, firstLine, endLine } of facts.hints)
    if (as !== 'markdown') own.fill(0, firstLine, endLine);
  const requests: string[] = [];
  for (const turn of facts.turns.toReversed()) {
    if (turn.role !== 'user' || turn.sideChain) continue;
    const end = Math.min(turn.endLine, turn.firstLine + MAX_TURN_LINES, document.lineCount);
    let text = '';
    for (let line = turn.firstLine + 1; line < end && text.length < MAX_REMEMBERED; line++)
      if (own[line] === 1) text += `${document.lineAt(line).text} `;
    const request = leading(text.replace(/\s+/g, ' ').trim());
    if (request !== '' && !requests.includes(request)) requests.push(request);
    if (requests.length === MAX_TURNS) break;
  }
  return requests;
}

const LEADING = new RegExp(`^.{0,${MAX_REMEMBERED}}`, 'su');
const leading = (text: string): string => LEADING.exec(text)?.[0] ?? '';

/** For the menu: the question of a wish, or that there is none. */
export const questionWords = ({ question }: Wish, t: (message: string) => string): string =>
  question === '' ? t('No question') : cut(question);
