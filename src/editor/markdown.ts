/**
 * Our own sentences as Markdown that says just them. Unlike `MarkdownString.appendText` it leaves blanks breakable,
 * so that a card can wrap. Text of documents goes into code blocks instead.
 */
export const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&');

/**
 * Text that a message shows as it is: VS Code makes a link of `[words](command:…)` in notifications, and the name of a
 * file may say just that.
 */
export const unlinked = (text: string): string => text.replaceAll('](', ']\u200b(');
