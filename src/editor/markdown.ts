/**
 * Our own sentences as Markdown that says just them. Unlike `MarkdownString.appendText` it leaves blanks breakable,
 * so that a card can wrap. Text of documents goes into code blocks instead.
 */
export const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&');
