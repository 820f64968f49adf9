import * as vscode from 'vscode';
import { activeEditor, type Surface } from './active';
import { DisposableStore } from './disposables';
import { ruleLabel, type KeepRule, type KeepRules } from './keepRules';
import type { Translate } from './numbers';
import { apply } from './overrides';
import type { Pin, RememberedPins } from './pins';

export interface PinListParts extends Surface {
  readonly pins: RememberedPins;
  readonly rules: KeepRules;
}

interface PinItem extends vscode.QuickPickItem {
  readonly pin?: Pin;
  readonly rule?: KeepRule;
  readonly act?: 'remove several';
}

/** Characters of a pin that its label shows. */
const LABEL = 70;

/** The list of what is pinned in the active document: jump and remove. Moving through it shows each place. */
export async function showPins(parts: PinListParts): Promise<void> {
  const editor = activeEditor(parts);
  if (editor === undefined) return;
  const { pins, rules, t } = parts;
  const { document, selection: before } = editor;
  const visible = editor.visibleRanges[0];
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<PinItem>());
  pick.title = t('Pins and rules of this document');
  pick.placeholder = t('Enter goes there; the button at the right removes it');
  pick.matchOnDescription = true;
  const fill = (): void => {
    pick.items = itemsOf(document, pins.pinsOf(document), rules.rulesOf(document.uri), t);
  };
  fill();
  const done: { how: 'left' | 'went' | 'several' } = { how: 'left' };
  store.add(
    pick.onDidChangeActive(([item]) => {
      if (item?.pin !== undefined && item.pin.start >= 0) reveal(editor, item.pin);
    }),
  );
  store.add(
    pick.onDidTriggerItemButton(({ item }) => {
      void remove(parts, document, item).then(fill, () => fill());
    }),
  );
  store.add(
    pick.onDidAccept(() => {
      const [item] = pick.activeItems;
      if (item?.act === 'remove several') done.how = 'several';
      else if (item?.pin !== undefined && item.pin.start >= 0) {
        done.how = 'went';
        editor.selection = selectionOf(document, item.pin);
      } else return;
      pick.hide();
    }),
  );
  await new Promise<void>((resolve) => {
    store.add(pick.onDidHide(() => resolve()));
    pick.show();
  });
  store.dispose();
  if (done.how === 'several') await removeSeveral(parts, document);
  else if (done.how === 'left' && visible !== undefined) {
    editor.selection = before;
    editor.revealRange(visible, vscode.TextEditorRevealType.AtTop);
  }
}

/** Removes pins and rules that are ticked: what the buttons do, for the keyboard. */
async function removeSeveral(parts: PinListParts, document: vscode.TextDocument): Promise<void> {
  const { pins, rules, t } = parts;
  const items = itemsOf(document, pins.pinsOf(document), rules.rulesOf(document.uri), t).filter(
    ({ act }) => act === undefined,
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Remove pins and rules'),
    placeHolder: t('Tick what to remove'),
    canPickMany: true,
  });
  // Rules go from the last: the others' places in the list stay true.
  for (const item of [...(chosen ?? [])].reverse()) await remove(parts, document, item);
}

async function remove(
  parts: PinListParts,
  document: vscode.TextDocument,
  { pin, rule }: PinItem,
): Promise<void> {
  if (rule !== undefined) await parts.rules.remove(rule, document.uri);
  if (pin === undefined) return;
  if (pin.start < 0) await parts.pins.forgetLost(document);
  else if (!apply(parts, document, [[pin.start, pin.end]], 'take back'))
    await parts.pins.forget(document, pin.start, pin.end);
}

function itemsOf(
  document: vscode.TextDocument,
  pins: readonly Pin[],
  rules: readonly KeepRule[],
  t: Translate,
): PinItem[] {
  const button = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Remove') };
  const pinItem = (pin: Pin): PinItem => ({
    label: `${pin.keep ? '$(pin)' : '$(close)'} ${labelOf(pin)}`,
    description: `${pin.keep ? t('kept') : t('discarded')} · ${placeOf(document, pin, t)}`,
    buttons: [button],
    pin,
  });
  const placed = pins.filter(({ start }) => start >= 0);
  const lost = pins.filter(({ start }) => start < 0);
  const items: PinItem[] = placed.map(pinItem);
  if (lost.length > 0) items.push(separator(t('not in the text any more')), ...lost.map(pinItem));
  if (rules.length > 0)
    items.push(
      separator(t('always kept, by rules')),
      ...rules.map((rule): PinItem => ({
        label: `$(law) ${ruleLabel(rule.pattern, t)}`,
        description: rule.scope === 'user' ? t('everywhere') : t('in this workspace'),
        buttons: [button],
        rule,
      })),
    );
  if (items.length === 0)
    return [{ label: t('Nothing is pinned in this document, and there are no rules.'), alwaysShow: true }];
  return [
    ...items,
    separator(''),
    { label: `$(trash) ${t('Remove several…')}`, act: 'remove several', alwaysShow: true },
  ];
}

const separator = (label: string): PinItem => ({ label, kind: vscode.QuickPickItemKind.Separator });

function labelOf({ text, start, end }: Pin): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // A label's icons are written $(name).
  const safe = line.replace(/\$\(/g, '$\u200b(');
  // A longer pin is remembered by its first characters alone.
  const whole = safe.length <= LABEL && (start < 0 || end - start <= text.length);
  return whole ? safe : `${safe.slice(0, LABEL - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

function placeOf(document: vscode.TextDocument, { start, end }: Pin, t: Translate): string {
  if (start < 0) return t('not found');
  const first = document.positionAt(start).line + 1;
  const last = document.positionAt(end).line + 1;
  return first === last ? t('line {0}', first) : t('lines {0}', `${first}–${last}`);
}

function selectionOf(document: vscode.TextDocument, { start, end }: Pin): vscode.Selection {
  return new vscode.Selection(document.positionAt(start), document.positionAt(end));
}

function reveal(editor: vscode.TextEditor, pin: Pin): void {
  const selection = selectionOf(editor.document, pin);
  editor.selection = selection;
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Forgets the pins of all documents, after asking. */
export async function forgetPins({ pins, voice, t }: PinListParts): Promise<void> {
  const forget = t('Forget All Pins');
  const chosen = await vscode.window.showWarningMessage(
    t('Forget what you keep and discard, in all documents?'),
    { modal: true, detail: t('Rules stay. This cannot be undone.') },
    forget,
  );
  if (chosen !== forget) return;
  await pins.forgetAll();
  voice.status(t('All pins are forgotten.'));
}
