import type * as vscode from 'vscode';
import type { Budget } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { activeEditor, activeResult } from './active';
import { budgetName, budgetSteps, nextStep, parseBudget, tokensOf } from './budget';
import { budgetSaid } from './budgetReport';
import { compressEditor, type CompressParts } from './compress';
import { grouped, short, type Translate } from './numbers';
import { CHOOSABLE, policyWords } from './policyNames';
import type { Preview, Refitter } from './refit';
import { matches, type DocumentState } from './registry';
import { usualBudget, usualWish } from './settings';
import { sameBudget, withBudget, withPolicy, type Wish } from './wish';
import { pickWish, type WishItem } from './wishPick';

export interface ControlParts extends CompressParts {
  readonly refitter: Refitter;
}

/** The quick control of the budget: steps with live preview, or a budget as typed. */
export async function setBudget(parts: ControlParts): Promise<void> {
  const { refitter, t } = parts;
  const editor = activeEditor(parts);
  if (editor === undefined) return;
  const { document } = editor;
  const state = standing(parts, document);
  const wish = wishOf(parts, document);
  const before = state?.counts?.before ?? Math.ceil(document.getText().length / 4);
  const item = (budget: Budget, typed: boolean): WishItem => ({
    label: `${sameBudget(budget, wish.budget) ? '$(check) ' : ''}${budgetName(budget, t)}`,
    description: inTokens(budget, before, state, t),
    wish: withBudget(wish, budget),
    // What is typed is not what the label says: "12k" asks for "Fit in 12,000 tokens".
    alwaysShow: typed,
  });
  const steps = budgetSteps(before);
  const preview = state === undefined ? undefined : refitter.preview(document);
  const current = steps.some((step) => sameBudget(step, wish.budget)) ? [] : [wish.budget];
  const chosen = await pickWish({
    title: t('Budget: how much may stay'),
    placeHolder: t('A share such as 35%, or tokens such as 12k'),
    items: (typed) => {
      if (typed.trim() === '') return [...current, ...steps].map((step) => item(step, false));
      const budget = parseBudget(typed);
      if (budget !== undefined) return [item(budget, true)];
      return [
        {
          label: t('A budget is a share above 0 % and up to 100 %, or a number of tokens.'),
          alwaysShow: true,
        },
      ];
    },
    isCurrent: (each) => sameBudget(each.budget, wish.budget),
    preview,
  });
  if (chosen !== undefined) await carryOut(parts, editor, chosen, preview);
}

/** The next tighter (-1) or looser (1) step. */
export async function stepBudget(parts: ControlParts, direction: -1 | 1): Promise<void> {
  const found = activeResult(parts);
  if (found === undefined) return;
  const { editor, state } = found;
  const { counts } = state;
  const wish = wishOf(parts, editor.document);
  if (counts === undefined || counts.before === 0) return;
  const asked = tokensOf(wish.budget, counts.before) ?? counts.after;
  const share = wish.budget.kind === 'ratio' ? wish.budget.ratio : asked / counts.before;
  const { t, voice } = parts;
  const budget = direction === 1 && wish.budget.kind === 'model' ? undefined : nextStep(share, direction);
  if (budget === undefined) {
    voice.status(direction === 1 ? t('This is the loosest step.') : t('This is the tightest step.'));
    return;
  }
  await carryOut(parts, editor, withBudget(wish, budget));
}

/** Lets the person choose the policy that fills the budget, with live preview. */
export async function choosePolicy(parts: ControlParts): Promise<void> {
  const { refitter, t } = parts;
  const found = activeResult(parts);
  if (found === undefined) return;
  const { document } = found.editor;
  const wish = wishOf(parts, document);
  const words = policyWords(t);
  const item = (policy: PolicyName): WishItem => ({
    label: `${policy === wish.policy ? '$(check) ' : ''}${words[policy].label}`,
    detail: words[policy].description,
    wish: withPolicy(wish, policy, usualBudget()),
  });
  const items = CHOOSABLE.map(item);
  const preview = refitter.preview(document);
  const chosen = await pickWish({
    title: t('Policy: how to choose what stays'),
    placeHolder: t('Moving through the list shows each one on the text'),
    items: () => items,
    isCurrent: (each) => each.policy === wish.policy,
    preview,
  });
  if (chosen !== undefined) await carryOut(parts, found.editor, chosen, preview);
}

/** Makes a document's result the one for a wish: chosen anew where there is one, else compressed. */
export async function carryOut(
  parts: ControlParts,
  editor: vscode.TextEditor,
  wish: Wish,
  preview?: Preview,
): Promise<void> {
  const { document } = editor;
  const { refitter, registry, voice, t } = parts;
  if (standing(parts, document) === undefined) {
    await compressEditor(parts, editor, wish);
    return;
  }
  if (!(await (preview?.take(wish) ?? refitter.refit(document, wish)))) return;
  const state = registry.result(document.uri);
  const said = state === undefined ? undefined : budgetSaid(state, t);
  if (said !== undefined) voice.status(said);
}

/** The wish of a document that is on its way, or that its result is for, or the usual one. */
export function wishOf({ registry, voice, t }: ControlParts, document: vscode.TextDocument): Wish {
  const state = registry.get(document.uri);
  return state?.run?.wish ?? state?.wish ?? usualWish(voice, t);
}

/** The result of a document whose text is still the one that it speaks of. */
export function standing(
  { registry }: ControlParts,
  document: vscode.TextDocument,
): DocumentState | undefined {
  const state = registry.result(document.uri);
  return state !== undefined && matches(document, state.regions) ? state : undefined;
}

function inTokens(budget: Budget, before: number, state: DocumentState | undefined, t: Translate): string {
  const tokens = tokensOf(budget, before);
  // Without a result the size of the text is a guess that is not worth saying.
  if (state === undefined) return '';
  if (tokens === undefined) return t('what the model finds needed');
  return budget.kind === 'ratio'
    ? t('{0} of {1} tokens', short(tokens), short(before))
    : t('of {0} tokens', grouped(before));
}
