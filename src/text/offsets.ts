declare const brand: unique symbol;
type Nominal<Name extends string> = number & { readonly [brand]: Name };

/** A position in a text, counted in UTF-16 code units from its start. */
export type Offset = Nominal<'utf-16 offset'>;

// Plain numbers become offsets only here, so that a mix-up with an index does not compile.
export const offset = (value: number): Offset => value as Offset;

/** A half-open range `[start, end)` of UTF-16 offsets. */
export interface Span {
  readonly start: Offset;
  readonly end: Offset;
}
