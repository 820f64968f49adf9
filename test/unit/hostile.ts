import fc from 'fast-check';

/** Texts of all of Unicode, valid or not, with every kind of line break, blank, mark and Markdown sign. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'word',
          'not',
          'Fix',
          'it.',
          '42',
          '-',
          '—',
          '(',
          ')',
          '**',
          '`',
          '```',
          '#',
          '>',
          '1.',
          '|',
          '{',
          '"',
        ],
        ...[' ', ' ', ' ', '  ', '\t', '\n', '\n', '\r\n', '\r', '\u00a0', '\u2028', '\ufeff', '\u0085'],
        ...[
          '\u0301',
          '\u200d',
          '\ud800',
          '\udc00',
          '👩‍👩‍👧',
          '🇩🇪',
          'مرحبا',
          '\u202e',
          'e\u0301',
          '\u0600',
          '\u0000',
          '日本語',
        ],
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);

/** The same, long enough that the model is asked. */
export const longHostileText = fc
  .array(hostileText, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(' and then the words of it '));
