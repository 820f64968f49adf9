import type { QuestionEncoding, TokenEncodings } from '../../scoring/scorer';
import type { IndexedText } from '../../text/words';

/** How much each line of a text has to do with a question. Arrays of one entry a line unless said otherwise. */
export interface LineRelevance {
  /** In [0, 1]. */
  readonly line: Float32Array;
  /** Words of the question, at most 32, in order. */
  readonly words: readonly string[];
  /** Bit i of a line's value: the line answers `words[i]`. */
  readonly answers: Uint32Array;
  /** `words` as long as a line has not been read: those lines count by words alone. */
  readonly by: 'words' | 'meaning';
}

/** A text read once: its terms and neighbourhoods, whatever is asked of it. */
export interface ReadText {
  /** @param encoded leaves lexical relevance alone where undefined. */
  score(
    question: string,
    encoded?: { readonly question: QuestionEncoding; readonly text: TokenEncodings },
  ): LineRelevance;
}

/** The relevance network with its features. */
export interface RelevanceModel {
  read(index: IndexedText): ReadText;
}
