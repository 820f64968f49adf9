const LABEL_CHARACTERS = 80;

/** The beginning of a text on one line, cut at a word. */
export function oneLine(text: string, most = LABEL_CHARACTERS): string {
  const line = text
    .slice(0, 4 * most)
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most);
  const space = cut.lastIndexOf(' ');
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/\p{Surrogate}$/u, '')}…`;
}
