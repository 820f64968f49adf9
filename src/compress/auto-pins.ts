import { KIND } from '../structure/kinds';
import type { Structure } from '../structure/segments';
import { at } from '../text/spans';
import type { IndexedText } from '../text/words';
import { AUTO_PINS, type AutoPin, type RuleInfo, type TurnHint } from './result';
import { sentencesOf } from './sentences';
import { isInstruction, isQuestion } from './speech-acts';

const EXPLAIN: Readonly<Record<AutoPin, readonly [title: string, explain: string]>> = {
  'system-prompt': ['System prompt', 'What the agent was told at the start holds for everything after it.'],
  'last-request': ['Last request', 'It says what is to be done now.'],
  'open-questions': ['Open question', 'Nobody has answered it yet.'],
  instructions: ['Instruction', 'It says what must or must not be done.'],
  'task-list': ['Task list', 'It says what is done and what is still to do.'],
};

/** What a person is told of the automatic pins, in the order of AUTO_PINS. */
export const AUTO_PIN_RULES: readonly RuleInfo[] = AUTO_PINS.map((name) => ({
  name,
  family: 'pinned',
  title: EXPLAIN[name][0],
  explain: EXPLAIN[name][1],
}));

export interface AutoPinInput {
  readonly index: IndexedText;
  readonly structure: Structure;
  /** Who speaks where, in order. */
  readonly turns: readonly TurnHint[];
  readonly on: readonly AutoPin[];
  /** Those of `sentencesOf`, where they are known already. */
  readonly sentence?: Int32Array | undefined;
}

/**
 * Finds what of a transcript stays without being asked: the system prompt, the last request of the user, questions
 * that nobody answered, instructions of user and system, and the last task list. A word's rule is its index in
 * AUTO_PIN_RULES plus 1, or 0; where several apply, the first. Tool output, thinking and notices inside of a turn are
 * not its speaker's words. Without turns nothing is found. O(length).
 */
export function findAutoPins({ index, structure, turns, on, sentence }: AutoPinInput): { rule: Uint8Array } {
  const rule = new Uint8Array(index.words.count);
  if (turns.length === 0 || on.length === 0) return { rule };
  const talk = new Talk(index, structure, turns, sentence);
  const find: Readonly<Record<AutoPin, (pin: (first: number, end: number) => void) => void>> = {
    'system-prompt': (pin) => systemPrompt(talk, pin),
    'last-request': (pin) => lastRequest(talk, pin),
    'open-questions': (pin) => openQuestions(talk, pin),
    instructions: (pin) => instructions(talk, pin),
    'task-list': (pin) => taskList(talk, pin),
  };
  AUTO_PINS.forEach((name, number) => {
    if (!on.includes(name)) return;
    find[name]((first, end) => {
      for (let word = first; word < end; word++) if (at(rule, word) === 0) rule[word] = number + 1;
    });
  });
  return { rule };
}

/** Gives a pin to the words `[first, end)`. */
type Pin = (first: number, end: number) => void;

const OWN = 1;
const ATTACHED = 2;
/** Characters at the start of a line that tell what it is. */
const START = 12;

/** The turns of a text and which of their lines are the speaker's own. */
class Talk {
  readonly turns: readonly TurnHint[];
  /** OWN: words of the speaker, what they quote or paste included; ATTACHED: tools, thinking, notices; 0: neither. */
  readonly line: Uint8Array;
  private sentences: Int32Array | undefined;

  constructor(
    readonly index: IndexedText,
    readonly structure: Structure,
    turns: readonly TurnHint[],
    sentences: Int32Array | undefined,
  ) {
    const { count } = index.lines;
    this.sentences = sentences;
    this.line = new Uint8Array(count);
    this.turns = turns
      .map((turn) => ({
        ...turn,
        firstLine: Math.max(0, turn.firstLine),
        endLine: Math.min(count, turn.endLine),
      }))
      .filter((turn) => turn.firstLine < turn.endLine);
    let next = 0;
    for (const turn of this.turns) {
      this.look({ ...turn, firstLine: Math.max(next, turn.firstLine) });
      next = Math.max(next, turn.endLine);
    }
  }

  /** What a line starts with, and whether it is indented. */
  start(line: number): string {
    const start = at(this.index.lines.start, line);
    return this.index.text.slice(start, Math.min(at(this.index.lines.end, line), start + START));
  }

  isBlank(line: number): boolean {
    const { firstWord } = this.index.lines;
    return at(firstWord, line) === at(firstWord, line + 1);
  }

  isFrame(line: number): boolean {
    return at(this.structure.lineFrame, line) === 1;
  }

  /** Whether a turn says something in words of its own. */
  speaks({ firstLine, endLine }: TurnHint): boolean {
    return this.line.subarray(firstLine, endLine).includes(OWN);
  }

  /** Pins the lines `[firstLine, endLine)` that `wanted` names. */
  pinLines(firstLine: number, endLine: number, pin: Pin, wanted: (line: number) => boolean): void {
    const { firstWord } = this.index.lines;
    for (let line = firstLine; line < endLine; line++)
      if (wanted(line)) pin(at(firstWord, line), at(firstWord, line + 1));
  }

  /** Calls back with each sentence that the speaker of a turn says in prose: its words `[first, end)`. */
  eachSentence({ firstLine, endLine }: TurnHint, found: (first: number, end: number) => void): void {
    const { words, lines } = this.index;
    this.sentences ??= sentencesOf(this.index, this.structure);
    const sentence = this.sentences;
    const last = at(lines.firstWord, endLine);
    let word = at(lines.firstWord, firstLine);
    while (word < last) {
      const first = word++;
      const number = at(sentence, first);
      while (word < last && at(sentence, word) === number) word++;
      const line = at(words.line, first);
      if (number >= 0 && at(this.line, line) === OWN && !this.isFrame(line)) found(first, word);
    }
  }

  /**
   * Renderings of transcripts put calls, results and thinking below a head line of their own, indented, and notices
   * below a line that starts with a middle dot.
   */
  private look({ firstLine, endLine }: TurnHint): void {
    let attached = false;
    for (let line = firstLine; line < endLine; line++) {
      if (this.isBlank(line)) continue;
      const start = this.start(line);
      if (this.isFrame(line)) {
        attached = /^\s*[▸└✻·]/.test(start);
        if (attached) this.line[line] = ATTACHED;
        continue;
      }
      if (!attached || !/^\s/.test(start)) attached = start.startsWith('· ');
      this.line[line] = attached ? ATTACHED : OWN;
    }
  }
}

/** The system's turns before the agent's first. */
function systemPrompt(talk: Talk, pin: Pin): void {
  for (const turn of talk.turns) {
    if (turn.role === 'assistant') return;
    if (turn.role === 'system')
      talk.pinLines(turn.firstLine, turn.endLine, pin, (line) => !talk.isBlank(line));
  }
}

/** The last turn of the user that says something, with its head line, without the output of tools in it. */
function lastRequest(talk: Talk, pin: Pin): void {
  const turn = talk.turns.findLast((each) => each.role === 'user' && talk.speaks(each));
  if (turn !== undefined)
    talk.pinLines(
      turn.firstLine,
      turn.endLine,
      pin,
      (line) => at(talk.line, line) === OWN || (line === turn.firstLine && talk.isFrame(line)),
    );
}

/** Questions of the user after the agent's last word, and the agent's last ones where the user said nothing since. */
function openQuestions(talk: Talk, pin: Pin): void {
  const lastWord = (role: TurnHint['role']): number =>
    talk.turns.findLastIndex((turn) => turn.role === role && talk.speaks(turn));
  const agent = lastWord('assistant');
  const user = lastWord('user');
  talk.turns.slice(agent + 1).forEach((turn) => {
    if (turn.role === 'user')
      talk.eachSentence(turn, (first, end) => {
        if (isQuestion(wordsOf(talk, first, end))) pin(first, end);
      });
  });
  const last = talk.turns[agent];
  if (last === undefined || user > agent) return;
  // Questions that follow one another belong together; earlier ones the agent answers itself.
  let open: [number, number][] = [];
  let before = -1;
  talk.eachSentence(last, (first, end) => {
    if (!isQuestion(wordsOf(talk, first, end))) return;
    if (before !== first) open = [];
    open.push([first, end]);
    before = end;
  });
  for (const [first, end] of open) pin(first, end);
}

/** Sentences of user and system that say what must, must not, always or never be done. */
function instructions(talk: Talk, pin: Pin): void {
  for (const turn of talk.turns) {
    if (turn.role !== 'user' && turn.role !== 'system') continue;
    talk.eachSentence(turn, (first, end) => {
      if (isInstruction(wordsOf(talk, first, end))) pin(first, end);
    });
  }
}

/** Longest sentence that is looked at, in UTF-16 code units: what is longer is none. */
const MAX_SENTENCE = 2000;

/** A sentence without the mark of its line, and at most its end where it is too long to be one. */
function wordsOf({ index, structure }: Talk, first: number, end: number): string {
  const { words, text } = index;
  const from = Math.max(at(words.start, first), at(structure.markEnd, at(words.line, first)));
  const to = at(words.end, end - 1);
  return to - from > MAX_SENTENCE ? text.slice(to - START, to) : text.slice(from, Math.max(from, to));
}

const BOX = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?\[[ xX~]\]\s/;
const BULLET = /^\s*(?:[-*+]|\d{1,9}[.)])/;
/** Characters of a line in which its box must stand. */
const BOX_REACH = 80;

/**
 * The last list of tasks with boxes, of whoever: in written text with bullets, below the call of a tool for tasks
 * without. Its head line, the call, stays with it.
 */
function taskList(talk: Talk, pin: Pin): void {
  const { lines, text } = talk.index;
  for (const turn of [...talk.turns].reverse()) {
    const isItem = (line: number): boolean => {
      const start = at(lines.start, line);
      const head = text.slice(start, Math.min(at(lines.end, line) + 1, start + BOX_REACH));
      const prose = at(talk.structure.lineKind, line) === KIND.prose;
      return !talk.isFrame(line) && BOX.test(head) && (!BULLET.test(head) || prose);
    };
    let line = turn.endLine - 1;
    while (line >= turn.firstLine && !isItem(line)) line--;
    if (line < turn.firstLine) continue;
    let first = line;
    // An item may go on over indented lines.
    for (let above = line - 1; above >= turn.firstLine && !talk.isFrame(above); above--) {
      if (isItem(above)) first = above;
      else if (!/^\s+\S/.test(talk.start(above)) && !talk.isBlank(above)) break;
    }
    let end = line + 1;
    while (end < turn.endLine && !talk.isFrame(end) && /^\s+\S/.test(talk.start(end))) end++;
    const call = first - 1 >= turn.firstLine && /^▸ Todo/.test(talk.start(first - 1)) ? first - 1 : first;
    const bare = !BULLET.test(talk.start(first));
    // Boxes in the output of any other tool are no task list.
    if (bare && call === first) continue;
    talk.pinLines(call, end, pin, (each) => !talk.isBlank(each));
    return;
  }
}
