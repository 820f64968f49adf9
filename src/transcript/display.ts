// CSI, OSC and other strings up to their end, two-character sequences. Each alternative scans on without going back.
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[PX^_][^\u001b]*\u001b\\|\u001b[ #()*+][0-9A-Za-z]|\u001b[=>0-9A-Za-z]/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]|\p{Surrogate}/gu;
const PICTURES = 0x2400;
const DELETE = 0x7f;

/**
 * A text as lines to show: without ANSI sequences, each other control character as its visible picture (U+2400…),
 * line separators that an editor would stumble over as U+2424, lone surrogates as U+FFFD. Linear.
 */
export function displayLines(text: string): string[] {
  return displayText(text).split('\n');
}

export function displayText(text: string): string {
  const plain = text.includes('\u001b') || text.includes('\u009b') ? text.replace(ESCAPES, '') : text;
  return plain.replace(/\r\n?/g, '\n').replace(CONTROL, picture);
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === DELETE) return '\u2421';
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  return code >= 0xd800 ? '\ufffd' : '\u2424';
}
