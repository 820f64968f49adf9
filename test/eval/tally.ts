/** An evidence line counts as near with at least this share of its words. */
const NEAR = 0.6;

/** Means over the questions. */
export interface EvidenceFigures {
  readonly ratio: number;
  /** Tokens of the output as a share of those of the text. */
  readonly reached: number;
  /** Largest share reached by any question. */
  readonly most: number;
  /** Evidence lines that stand in the output with all their words. */
  readonly recall: number;
  /** Questions of which all evidence lines do. */
  readonly all: number;
  /** Evidence lines with at least 60 % of their words. */
  readonly near: number;
}

interface Sum {
  count: number;
  reached: number;
  most: number;
  recall: number;
  all: number;
  near: number;
}

/** Figures by method and ratio, growing question by question. */
export function createTally(ratios: readonly number[]) {
  const sums = new Map<string, Sum>();
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    /** @param shares the part of each evidence line's words that stays */
    add(method: string, ratio: number, reached: number, shares: readonly number[]): void {
      const key = `${method} ${ratio}`;
      const sum = sums.get(key) ?? { count: 0, reached: 0, most: 0, recall: 0, all: 0, near: 0 };
      sums.set(key, sum);
      const whole = shares.filter((share) => share === 1).length;
      sum.count++;
      sum.reached += reached;
      sum.most = Math.max(sum.most, reached);
      sum.recall += whole / shares.length;
      sum.all += whole === shares.length ? 1 : 0;
      sum.near += shares.filter((share) => share >= NEAR).length / shares.length;
    },
    of(method: string): EvidenceFigures[] {
      return ratios.flatMap((ratio) => {
        const sum = sums.get(`${method} ${ratio}`);
        if (sum === undefined) return [];
        const { count, reached, most, recall, all, near } = sum;
        return [
          {
            ratio,
            reached: round(reached / count),
            most: round(most),
            recall: round(recall / count),
            all: round(all / count),
            near: round(near / count),
          },
        ];
      });
    },
  };
}
