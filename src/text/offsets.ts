declare const brand: unique symbol;
type Nominal<Name extends string> = number & { readonly [brand]: Name };

/** A position in a text, counted in UTF-16 code units from its start. */
export type Offset = Nominal<'utf-16 offset'>;
/** The number of a word in its text, from 0. */
export type WordIndex = Nominal<'word index'>;
/** The number of a line in its text, from 0. */
export type LineIndex = Nominal<'line index'>;
/** The number of a model token in its text, from 0. */
export type TokenIndex = Nominal<'token index'>;

// Plain numbers become positions only here, so that a mix-up of the four does not compile.
export const offset = (value: number): Offset => value as Offset;
export const wordIndex = (value: number): WordIndex => value as WordIndex;
export const lineIndex = (value: number): LineIndex => value as LineIndex;
export const tokenIndex = (value: number): TokenIndex => value as TokenIndex;

/** A half-open range `[start, end)` of UTF-16 offsets. */
export interface Span {
  readonly start: Offset;
  readonly end: Offset;
}
