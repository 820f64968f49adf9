import type { Comparison, ComparisonFigures } from '../compress/result';
import type { PolicyName } from '../policy/policy';

/** What a curve can show. */
export const MEASURES = ['evidence', 'entities', 'mustKeep'] as const;
export type Measure = (typeof MEASURES)[number];

export function recallOf(figures: ComparisonFigures, measure: Measure): number | undefined {
  switch (measure) {
    case 'evidence':
      return figures.evidenceRecall;
    case 'entities':
      return figures.entityRecall;
    case 'mustKeep':
      return figures.mustKeepRecall;
  }
}

/** A measured point of a curve. */
export interface CurvePoint {
  /** Share of the tokens that stay, in [0, 1]. */
  readonly ratio: number;
  readonly recall: number;
  /** Share asked for. */
  readonly asked: number;
  readonly tokens: number;
}

export interface Curve {
  readonly policy: PolicyName;
  /** By rising ratio. */
  readonly points: readonly CurvePoint[];
}

/** The curves of a measure; policies without a known value are left out. */
export const curvesOf = ({ rows }: Comparison, measure: Measure): Curve[] =>
  rows
    .map(({ policy, curve }) => ({
      policy,
      points: curve
        .flatMap((figures): CurvePoint[] => {
          const recall = recallOf(figures, measure);
          const { ratio, asked, tokens } = figures;
          return recall === undefined ? [] : [{ ratio, recall, asked, tokens }];
        })
        .sort((a, b) => a.ratio - b.ratio || a.asked - b.asked),
    }))
    .filter(({ points }) => points.length > 0);

/** The measures of which anything is known. */
export const measuresOf = (comparison: Comparison): Measure[] =>
  MEASURES.filter((measure) => curvesOf(comparison, measure).length > 0);

/** A place in a plot: a curve and one of its points. */
export interface Cursor {
  readonly curve: number;
  readonly point: number;
}

/** Moves along a curve, or to the nearest budget of the next or previous curve as they lie at that budget. */
export function moveCursor(
  curves: readonly Curve[],
  { curve, point }: Cursor,
  key: 'left' | 'right' | 'up' | 'down',
): Cursor {
  const points = curves[curve]?.points ?? [];
  const here = points[point];
  if (here === undefined) return { curve: 0, point: 0 };
  if (key === 'left') return { curve, point: Math.max(0, point - 1) };
  if (key === 'right') return { curve, point: Math.min(points.length - 1, point + 1) };
  // Stacked by recall at this budget, so that up goes up; equal ones by their order.
  const stack = curves
    .map((each, index) => ({ curve: index, point: nearest(each, here.asked) }))
    .sort((a, b) => heightAt(curves, b) - heightAt(curves, a) || a.curve - b.curve);
  const at = stack.findIndex((place) => place.curve === curve);
  return stack[key === 'up' ? at - 1 : at + 1] ?? { curve, point };
}

/** Index of the point asked for nearest to a share. */
export function nearest({ points }: Curve, asked: number): number {
  let best = 0;
  let distance = Infinity;
  points.forEach((point, i) => {
    const away = Math.abs(point.asked - asked);
    if (away < distance) {
      best = i;
      distance = away;
    }
  });
  return best;
}

const heightAt = (curves: readonly Curve[], { curve, point }: Cursor): number =>
  curves[curve]?.points[point]?.recall ?? 0;

/** Pixels of a plot and the shares that it spans. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Greatest share on the horizontal axis. */
  readonly reach: number;
}

/** A frame for a width in pixels: never wider than high by more than the golden ratio, never too flat to read. */
export function frameOf(width: number, curves: readonly Curve[]): Frame {
  const most = Math.max(0.1, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio)));
  return {
    width,
    height: Math.round(Math.min(340, Math.max(200, width * 0.62))),
    left: 42,
    right: 14,
    top: 20,
    bottom: 40,
    reach: Math.min(1, Math.ceil(most * 10 + 0.3) / 10),
  };
}

export const xOf = (frame: Frame, ratio: number): number =>
  frame.left + (Math.min(ratio, frame.reach) / frame.reach) * (frame.width - frame.left - frame.right);

export const yOf = (frame: Frame, recall: number): number =>
  frame.top + (1 - recall) * (frame.height - frame.top - frame.bottom);

/** The point nearest to a pixel, if any is within reach of a pointer. */
export function pointAt(curves: readonly Curve[], frame: Frame, x: number, y: number): Cursor | undefined {
  let best: Cursor | undefined;
  let distance = 28 ** 2;
  curves.forEach(({ points }, curve) => {
    points.forEach(({ ratio, recall }, point) => {
      const away = (xOf(frame, ratio) - x) ** 2 + (yOf(frame, recall) - y) ** 2;
      if (away < distance) {
        best = { curve, point };
        distance = away;
      }
    });
  });
  return best;
}

/** Shares at which the horizontal axis is marked: every tenth where there is room, else every fifth. */
export function ticksOf(frame: Frame): number[] {
  const step = (frame.width - frame.left - frame.right) / (frame.reach * 10) < 34 ? 2 : 1;
  const ticks: number[] = [];
  for (let tenth = 0; tenth <= Math.round(frame.reach * 10); tenth += step) ticks.push(tenth / 10);
  return ticks;
}
