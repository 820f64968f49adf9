import * as vscode from 'vscode';
import type { Preview } from './refit';
import type { Wish } from './wish';

export interface WishItem extends vscode.QuickPickItem {
  /** What choosing the item asks for; without one it only tells something. */
  readonly wish?: Wish;
}

export interface WishPick {
  readonly title: string;
  readonly placeHolder: string;
  /** The items for what is typed. */
  readonly items: (typed: string) => readonly WishItem[];
  /** The item to begin with. */
  readonly isCurrent: (wish: Wish) => boolean;
  /** Shows the active item's wish on the text; undefined where there is nothing to show it on. */
  readonly preview: Preview | undefined;
  readonly buttons?: readonly { readonly button: vscode.QuickInputButton; readonly run: () => void }[];
  /** Items filter what is typed by themselves; else VS Code does. */
  readonly matchOnDescription?: boolean;
}

/**
 * Lets a person choose a wish: the active item is tried out on the text at once, Escape brings back what was there.
 * @returns the wish chosen; it is not carried out yet.
 */
export function pickWish(options: WishPick): Promise<Wish | undefined> {
  const { preview } = options;
  const pick = vscode.window.createQuickPick<WishItem>();
  pick.title = options.title;
  pick.placeholder = options.placeHolder;
  pick.matchOnDescription = options.matchOnDescription ?? false;
  pick.buttons = options.buttons?.map(({ button }) => button) ?? [];
  const update = (): void => {
    pick.items = options.items(pick.value);
  };
  update();
  const current = pick.items.find(({ wish }) => wish !== undefined && options.isCurrent(wish));
  if (current !== undefined) pick.activeItems = [current];
  return new Promise((resolve) => {
    let chosen: Wish | undefined;
    pick.onDidChangeValue(update);
    pick.onDidChangeActive(([item]) => {
      if (item?.wish !== undefined) preview?.show(item.wish);
    });
    pick.onDidTriggerButton((pressed) => {
      options.buttons?.find(({ button }) => button === pressed)?.run();
      update();
    });
    pick.onDidAccept(() => {
      const wish = (pick.selectedItems[0] ?? pick.activeItems[0])?.wish;
      // Nothing that could be chosen: the list stays open.
      if (wish === undefined) return;
      chosen = wish;
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      if (chosen === undefined) preview?.restore();
      resolve(chosen);
    });
    pick.show();
  });
}
