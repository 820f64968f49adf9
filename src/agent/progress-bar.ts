/** As much of a terminal as the bar needs; process.stderr is one. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressBar {
  update(done: number, total: number, label: string): void;
  /** Takes the bar away again. */
  clear(): void;
}

const WIDTH = 24;
const REDRAW_MS = 50;
const CLEAR_LINE = '\r\u001b[K';

/** A one-line bar on a terminal; nothing at all where the output is a file or a pipe. */
export function createProgressBar(
  terminal: Terminal,
  now: () => number = performance.now.bind(performance),
): ProgressBar {
  if (terminal.isTTY !== true) return { update: () => undefined, clear: () => undefined };
  let drawnAt = -Infinity;
  let drawn = false;
  return {
    update(done, total, label) {
      if (now() - drawnAt < REDRAW_MS && done < total) return;
      drawnAt = now();
      drawn = true;
      const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
      const full = Math.round(share * WIDTH);
      const bar = `[${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${String(Math.round(share * 100)).padStart(3)} % ${label}`;
      // A line that wraps could not be taken away with one carriage return.
      terminal.write(CLEAR_LINE + bar.slice(0, widthOf(terminal) - 1));
    },
    clear() {
      if (drawn) terminal.write(CLEAR_LINE);
      drawn = false;
    },
  };
}

/** Columns of the terminal; a pseudo terminal that was given no size says 0. */
const widthOf = ({ columns }: Terminal): number => (columns !== undefined && columns > 0 ? columns : 80);
