import { at } from '../../text/spans';
import { HAS, type WordTable } from './wordtable';

/** Calls `mark` with each word that a rule protects. */
export type Find = (table: WordTable, mark: (word: number) => void) => void;

/** Protects the words in which a pattern is found, wherever in the word, looking only at those that have `needs`. */
function pattern(expression: RegExp, needs: number): Find {
  return (table, mark) => {
    for (const word of table.signed)
      if ((at(table.has, word) & needs) !== 0 && expression.test(table.raw(word))) mark(word);
  };
}

const B = String.raw`(?<![\p{L}\p{N}_])`;
const unicode = (source: string): RegExp => new RegExp(source, 'u');

/*
 * The families that the published system keeps whatever the score: reference of the Kompress models. Each matches
 * anywhere in a word, so that punctuation around it hides nothing.
 */
export const hexLiteral = pattern(/0[xX][0-9a-fA-F]+/, HAS.digit);
export const number = pattern(
  unicode(
    String.raw`${B}[-+±~≈<>$€£¥#]?\d[\d.,:/_]*(?![\p{L}_])|[\u00B2\u00B3\u00B9\u00BC-\u00BE]|(?<![\p{L}_])\p{Nd}`,
  ),
  HAS.digit | HAS.wide,
);
export const capitals = pattern(
  unicode(String.raw`[\p{Lu}_]{2}`),
  HAS.twoCapitals | HAS.underscore | HAS.wide,
);
export const dottedName = pattern(unicode(String.raw`[\p{L}_$][\p{L}\p{N}_$-]{0,200}\.[\p{L}_$]`), HAS.dot);
export const unixPath = pattern(
  unicode(
    String.raw`(?:^|[^\p{L}\p{N}<])(?:~|\.{1,2})?/[\p{L}\p{N}._@*{$-]|[\p{L}\p{N}._@*}-]/(?:[\p{L}\p{N}._@*{$-]{1,200}/|[\p{L}\p{N}_-]{0,200}\.[\p{L}\p{N}])|[\p{L}\p{N}]/$`,
  ),
  HAS.slash,
);
export const fileExtension = pattern(
  unicode(
    String.raw`(?:^|[^.\p{L}])\*?\.[\p{L}][\p{L}\p{N}]{0,9}(?![\p{L}\p{N}])|[\p{L}\p{N}_)\]-]\.[\p{L}][\p{L}\p{N}]{0,9}(?![\p{L}\p{N}])`,
  ),
  HAS.dot,
);
export const flag = pattern(
  unicode(String.raw`(?:^|[\s"'(\[\x60=,|])-{1,2}[\p{L}][\p{L}\p{N}_-]*`),
  HAS.dash,
);
export const camelCase = pattern(
  unicode(String.raw`\p{Ll}\p{Lu}|\p{Lu}\p{Ll}+\p{N}*\p{Lu}`),
  HAS.lowerUpper | HAS.wide,
);

export const windowsPath = pattern(
  /(?:^|[^A-Za-z])[A-Za-z]:[\\/]|\\\\[\w.$-]|[\w.%-]\\[\w.%-]/,
  HAS.backslash | HAS.colon,
);
export const email = pattern(/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,100}\.[\p{L}\p{N}]/u, HAS.atSign);
export const mention = pattern(/(?:^|[("'`[,])@[\p{L}][\p{L}\p{N}_/-]/u, HAS.atSign);
export const url = pattern(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S|\bwww\.[\p{L}\p{N}]/iu, HAS.colon | HAS.dot);
export const version = pattern(
  /(?<![\p{L}\p{N}])v\d+(?:\.\d+)*|\d+\.\d+\.\d+|\d+\.x(?![\p{L}])|(?<![\p{L}\p{N}])\d+(?:\.\d+)+-?(?:alpha|beta|rc|pre|dev)/iu,
  HAS.digit,
);
export const date = pattern(
  /\d{4}-\d\d(?:-\d\d)?|(?<!\d)\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|(?<!\d)\d{1,2}:\d\d|(?<![\p{L}\p{N}])\d{1,4}(?:st|nd|rd|th|s)(?![\p{L}\p{N}])|(?<!\d)[12]\d{3}s?(?!\d)/u,
  HAS.digit,
);
export const measure = pattern(
  /\d[\d.,]*\s?(?:%|‰|°|×|x(?![\p{L}])|[kKMGTP]i?[Bb]?(?![\p{L}\p{N}])|(?:ms|ns|[µu]s|s|m|h|d|min|hrs?|px|em|pt|mm|cm|km|kg|mg|g|Hz|[kMG]Hz|fps)(?![\p{L}\p{N}]))|[$€£¥]\s?\d/u,
  HAS.digit,
);
export const mixed = pattern(/[\p{L}]\p{N}|\p{N}\p{L}/u, HAS.digit | HAS.wide);
export const snakeCase = pattern(/[\p{L}\p{N}]_[\p{L}\p{N}]/u, HAS.underscore);
export const call = pattern(/[\p{L}\p{N}_$]\([^)]{0,400}\)|::|->|=>|[<>=]=|\$\{?\w/u, HAS.sign | HAS.colon);
export const errorCode = pattern(
  /(?<![\p{L}\p{N}])(?:E[A-Z]{3,20}|[A-Z]{1,6}-?\d{2,6}|SIG[A-Z]{2,6})(?![\p{L}\p{N}])|[A-Z]\w{0,80}(?:Error|Exception)(?![\p{Ll}])/u,
  HAS.twoCapitals | HAS.digit | HAS.lowerUpper,
);
export const negativeOperator = pattern(
  /!=|(?<![\p{L}\p{N}!?])!{1,2}(?=[\p{L}_$([])|^!$|≠|¬|∉|∄|<>|=\/=|~=/u,
  HAS.bang | HAS.sign | HAS.wide,
);
