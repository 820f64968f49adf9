/** Closed lists of English words by what rules do with them. Bits of one number, so that a word may be several. */
export const WORD = {
  /** Articles, auxiliaries, prepositions, pronouns: passed over on the way to a content word. */
  function: 1,
  negation: 1 << 1,
  /** Limits like a negation, and stands before what it limits. */
  limit: 1 << 2,
  pronoun: 1 << 3,
  auxiliary: 1 << 4,
  number: 1 << 5,
  unit: 1 << 6,
  comparative: 1 << 7,
  order: 1 << 8,
  modal: 1 << 9,
  condition: 1 << 10,
  determiner: 1 << 11,
  pastVerb: 1 << 12,
  month: 1 << 13,
  /** Adverbs between a negation and what it negates. */
  degree: 1 << 14,
  /** Says what the number after it counts. */
  label: 1 << 15,
  /** Set by form: not a function word, with a letter or digit. */
  content: 1 << 16,
  /** Set by form: ends in -ly. */
  adverb: 1 << 17,
} as const;

const LISTS: readonly (readonly [bits: number, words: string])[] = [
  [
    WORD.function | WORD.determiner,
    'the a an this that these those my your his her its our their each every any some such',
  ],
  [
    WORD.function | WORD.auxiliary,
    "is are was were be been being am do does did done has have had having will would can could may might should shall it's that's there's he's she's i'm you're we're they're i've we've you've they've i'll you'll we'll they'll it'll i'd you'd we'd they'd he'd she'd get gets got let let's",
  ],
  [
    WORD.function,
    'of to in on at for by with from into onto as and or but so then there here about over under out up down off through between per via also just really quite very too well like which who whom whose what where how why which than if when while because s t',
  ],
  [
    WORD.function | WORD.pronoun,
    'i you he she we they it me him us them myself yourself himself herself itself ourselves themselves one someone anyone',
  ],
  [
    WORD.negation,
    "not no never none nothing nobody nowhere cannot without unless neither nor except cannot can't don't doesn't didn't won't wouldn't isn't aren't wasn't weren't shouldn't couldn't haven't hasn't hadn't mustn't needn't ain't mightn't shan't cant dont doesnt didnt wont isnt wasnt",
  ],
  [WORD.limit, 'only except without unless solely merely barely hardly rarely seldom'],
  [
    WORD.degree,
    'longer yet only just really even actually currently always necessarily directly simply fully quite very too enough any anything anyone much many all both every entirely ever',
  ],
  [
    WORD.number,
    'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion billions trillion dozen dozens half twice thrice',
  ],
  [
    WORD.unit,
    'ms s sec secs second seconds min mins minute minutes h hr hrs hour hours day days week weeks month months year years decade decades century centuries ns µs us kb mb gb tb kib mib gib byte bytes bit bits kbps mbps hz khz mhz ghz px em rem pt cm mm m km kg g mg lb lbs oz mile miles meter meters metre metres foot feet inch inches degree degrees percent % percentage points times line lines token tokens word words char chars character characters item items file files test tests step steps row rows column columns page pages am pm a.m p.m bc ad utc gmt usd eur dollar dollars euro euros pound pounds v w kw mw kwh volt volts watt watts rpm fps core cores thread threads people',
  ],
  [
    WORD.comparative,
    'more less fewer greater larger smaller bigger higher lower better worse faster slower older newer earlier later longer shorter stronger weaker cheaper easier harder simpler most least fewest',
  ],
  [WORD.order, 'before after until till since'],
  [WORD.modal, 'must shall should required mandatory forbidden prohibited always ought'],
  [WORD.condition, 'if unless when whenever once provided assuming whether'],
  [
    WORD.label,
    'code status error line lines port step section chapter page issue version phase table figure pr rule level exit',
  ],
  [
    WORD.pastVerb,
    'wrote made built found broke sent took gave ran began came went said told saw kept left led lost meant met paid put read set shut sold spent stood taught thought threw understood won held hit drew chose caught brought bought written broken chosen drawn driven given held known shown taken thrown run',
  ],
  [
    WORD.month,
    'january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri today yesterday tomorrow tonight noon midnight',
  ],
];

/** Single words that phrases are made of. A word's key is its place here plus 1. */
const KEYS = [
  'than',
  'versus',
  'vs',
  'instead',
  'of',
  'rather',
  'other',
  'not',
  'only',
  'but',
  'at',
  'least',
  'most',
  'up',
  'to',
  'by',
] as const;
export type Key = (typeof KEYS)[number];

/** The key of a word that phrases are made of. */
export const keyOf = (word: Key): number => KEYS.indexOf(word) + 1;

/** What a word means. */
export interface Meaning {
  /** Bits of WORD. */
  readonly bits: number;
  /** Key of a phrase word, 0 for every other. */
  readonly key: number;
}

const NONE: Meaning = { bits: 0, key: 0 };
let meanings: ReadonlyMap<string, Meaning> | undefined;

/** What a word (lower case, straight apostrophes) means. */
export const meaningOf = (word: string): Meaning => (meanings ??= build()).get(word) ?? NONE;

function build(): Map<string, Meaning> {
  const table = new Map<string, Meaning>();
  const add = (word: string, bits: number, key: number): void => {
    const before = table.get(word) ?? NONE;
    table.set(word, { bits: before.bits | bits, key: before.key + key });
  };
  for (const [bits, words] of LISTS) for (const word of words.split(' ')) add(word, bits, 0);
  KEYS.forEach((word, i) => add(word, 0, i + 1));
  return table;
}
