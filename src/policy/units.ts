/**
 * What stays or goes as one: whole lines outside of prose, sentences in prose. Units follow each other and cover all
 * words of a text.
 */
export interface Units {
  readonly count: number;
  /** First word of each unit; `count + 1` entries: unit u has the words [firstWord[u], firstWord[u + 1]). */
  readonly firstWord: Int32Array;
  /** Line that each unit begins on. */
  readonly line: Int32Array;
  /** Line after the one that each unit ends on. */
  readonly endLine: Int32Array;
}
