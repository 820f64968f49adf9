const whole = new Intl.NumberFormat('en');
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A count or a number of milliseconds, with its thousands apart. */
export const count = (value: number): string => whole.format(Math.round(value));

/** A share in [0, 1] as a percentage to one decimal. */
export const percent = (share: number): string => `${whole.format(Math.round(share * 1000) / 10)} %`;

/** Three significant digits, whatever the size. */
export const figure = (value: number): string => precise.format(value);

/** Cells as aligned lines: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
