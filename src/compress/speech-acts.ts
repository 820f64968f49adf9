/** Whether a sentence ends with a question mark, whatever quotes, brackets and emphasis close after it. */
export const isQuestion = (sentence: string): boolean =>
  /[?？]["'”’)\]*_!]{0,6}$/u.test(sentence.trimEnd().slice(-12));

/** Verbs in the third person and in the past: after these "never" and "always" report, they don't instruct. */
const REPORT = String.raw`(?!(?:\p{L}+[^s\P{L}]s|\p{L}+ed|was|were|had|got|did|been|went|came|made|saw|knew|thought|worked)(?!\p{L}))`;
const WORD_START = String.raw`(?<![\p{L}\p{N}_])`;
const WORD_END = String.raw`(?![\p{L}\p{N}_])`;

const imperative = String.raw`(?:never|always|do\s+not|don['’]t|only|avoid|ensure|make\s+sure|be\s+sure|be\s+careful|remember\s+to|under\s+no\s+circumstances|at\s+all\s+times|from\s+now\s+on)`;
const opening = String.raw`[\s"'“‘(*_>]{0,8}(?:(?:please|also|but|and|so|then|important|note|remember|rule|nb|warning|caution|first|finally|instead)[\s,:!*_]{1,4}){0,2}`;

const INSTRUCTIONS: readonly RegExp[] = [
  // "Never push to main.", "Please don't touch the lock file."
  new RegExp(`^${opening}${imperative}${WORD_END}`, 'iu'),
  // "…, and never push", "run it, but do not commit": a verb in its base form follows.
  new RegExp(
    String.raw`(?:[,;:—–]\s*|${WORD_START}(?:and|but|or|please|then|so)\s+)(?:please\s+)?(?:never|always|do\s+not|don['’]t|only|make\s+sure|be\s+sure)\s+${REPORT}\p{Ll}{2,}`,
    'iu',
  ),
  // "You must …", "the file must not …"; "must have been" is a guess.
  new RegExp(String.raw`${WORD_START}must(?!\s+have\s+(?:been|\p{L}+ed)${WORD_END})${WORD_END}`, 'iu'),
  new RegExp(String.raw`${WORD_START}(?:mustn['’]t|shall\s+not|may\s+not\s+be)${WORD_END}`, 'iu'),
  // "You should always …", "we may never …", "you are not to …"
  new RegExp(
    String.raw`${WORD_START}(?:you|we|it|they|agents?|everyone)\s+(?:should|shall|may|can|are|is)\s+(?:never|always|only|not\s+to)${WORD_END}`,
    'iu',
  ),
  new RegExp(
    String.raw`${WORD_START}(?:(?:is|are)\s+(?:strictly\s+|absolutely\s+)?(?:forbidden|prohibited|mandatory|off[- ]limits)|(?:is|are)\s+not\s+allowed|not\s+permitted|no\s+exceptions|without\s+asking(?:\s+me)?|unless\s+I\s+(?:say|ask|tell))${WORD_END}`,
    'iu',
  ),
];

/** "I don't know", "it doesn't matter whether I must": the speaker about themselves. */
const NO_INSTRUCTION =
  /^[\s"'“‘(*_]{0,8}(?:don['’]t\s+(?:worry|know|mind|care)|never\s*mind|only\s+then\s+did)/iu;

/**
 * Whether a sentence says what must, must not, always or never be done. Conservative: reports ("it never works",
 * "always fails"), guesses ("must have been") and questions are none, unless they ask to make sure of something.
 * English. O(length).
 */
export function isInstruction(sentence: string): boolean {
  if (NO_INSTRUCTION.test(sentence)) return false;
  if (isQuestion(sentence)) return /(?<!\p{L})(?:make|be)\s+sure(?!\p{L})/iu.test(sentence);
  return INSTRUCTIONS.some((pattern) => pattern.test(sentence));
}
