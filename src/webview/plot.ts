import type { Comparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { grouped, percent } from '../editor/numbers';
import type { PolicyNames } from '../editor/compareWords';
import type { CompareWords } from '../editor/compareWords';
import {
  curvesOf,
  frameOf,
  measuresOf,
  moveCursor,
  pointAt,
  ticksOf,
  xOf,
  yOf,
  type Cursor,
  type Curve,
  type Frame,
  type Measure,
} from './curve';
import { fill, focusWithin, html, restoreFocus, svg } from './dom';
import { MARKS } from './marks';

export interface PlotParts {
  readonly words: CompareWords;
  readonly names: PolicyNames;
  readonly measure: () => Measure | undefined;
  readonly setMeasure: (measure: Measure) => void;
  readonly valuesOpen: () => boolean;
  readonly setValuesOpen: (open: boolean) => void;
  /** A curve is looked at; undefined none. */
  readonly point: (policy: PolicyName | undefined) => void;
}

const KEYS: Readonly<Record<string, 'left' | 'right' | 'up' | 'down'>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Recall against budget, one line a policy. */
export class RecallPlot {
  readonly element = html('section', { class: 'plot', 'aria-labelledby': 'plot-title' });
  private readonly canvas = html('div', {
    class: 'canvas',
    tabindex: 0,
    role: 'application',
    'data-focus': 'canvas',
  });
  private readonly readout = html('p', { class: 'readout', 'aria-live': 'polite' });
  private comparison: Comparison | undefined;
  private curves: readonly Curve[] = [];
  private frame: Frame | undefined;
  private cursor: Cursor | undefined;
  private emphasis: PolicyName | undefined;
  private width = 0;

  constructor(private readonly parts: PlotParts) {
    const { words } = parts;
    this.canvas.setAttribute('aria-label', words.plotLabel);
    this.canvas.setAttribute('aria-describedby', 'plot-hint');
    this.canvas.addEventListener('keydown', (event) => this.key(event));
    this.canvas.addEventListener('pointermove', (event) => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => this.setCursor(undefined));
    this.canvas.addEventListener('focus', () => this.setCursor(this.cursor ?? this.firstPlace()));
    this.canvas.addEventListener('blur', () => this.setCursor(undefined));
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width === this.width || width === 0) return;
      this.width = width;
      this.draw();
    }).observe(this.canvas);
  }

  build(comparison: Comparison): void {
    this.comparison = comparison;
    const { words, measure } = this.parts;
    const known = measuresOf(comparison);
    const asked = measure();
    const chosen = asked !== undefined && known.includes(asked) ? asked : known[0];
    this.curves = chosen === undefined ? [] : curvesOf(comparison, chosen);
    this.cursor = undefined;
    const focused = focusWithin(this.element);
    const title = html('h2', { id: 'plot-title' }, words.plotTitle);
    if (chosen === undefined) {
      this.element.replaceChildren(title, html('p', { class: 'note' }, words.plotEmpty));
      return;
    }
    this.element.replaceChildren(
      html('div', { class: 'plot-head' }, title, this.choice(known, chosen)),
      this.readout,
      this.canvas,
      html('p', { class: 'quiet-words', id: 'plot-hint' }, words.plotHint),
      this.values(),
    );
    this.draw();
    restoreFocus(this.element, focused);
  }

  /** Brings one curve to the front. */
  highlight(policy: PolicyName | undefined): void {
    if (this.emphasis === policy) return;
    this.emphasis = policy;
    this.mark();
  }

  private choice(known: readonly Measure[], chosen: Measure): HTMLElement {
    const { words, setMeasure } = this.parts;
    const names: Readonly<Record<Measure, string>> = {
      evidence: words.measureEvidence,
      entities: words.measureEntities,
      mustKeep: words.measureMustKeep,
    };
    const select = html(
      'select',
      { 'data-focus': 'measure' },
      ...known.map((each) => html('option', { value: each, selected: each === chosen }, names[each])),
    );
    select.addEventListener('change', () => {
      const measure = known.find((each) => each === select.value);
      if (measure !== undefined) setMeasure(measure);
    });
    return html('label', {}, `${words.measure} `, select);
  }

  private draw(): void {
    if (this.comparison === undefined || this.width === 0) return;
    const frame = frameOf(this.width, this.curves);
    this.frame = frame;
    const { width, height } = frame;
    this.canvas.replaceChildren(
      svg(
        'svg',
        { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
        this.axes(frame),
        ...this.curves.map((curve) => drawCurve(curve, frame)),
        svg('circle', { class: 'cursor', r: 8, cx: -50, cy: -50 }),
      ),
    );
    this.mark();
  }

  private axes(frame: Frame): SVGGElement {
    const { words } = this.parts;
    const group = svg('g', { class: 'axes' });
    const right = frame.width - frame.right;
    const floor = yOf(frame, 0);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const y = yOf(frame, share);
      group.append(
        svg('path', { class: 'grid', d: `M${frame.left} ${y}H${right}` }),
        svg('text', { x: frame.left - 6, y: y + 4, 'text-anchor': 'end' }, `${share * 100} %`),
      );
    }
    for (const share of ticksOf(frame)) {
      const x = xOf(frame, share);
      group.append(
        svg('path', { class: 'tick', d: `M${x} ${floor}v4` }),
        svg('text', { x, y: floor + 16, 'text-anchor': 'middle' }, String(Math.round(share * 100))),
      );
    }
    group.append(
      svg(
        'text',
        { class: 'axis-name', x: (frame.left + right) / 2, y: frame.height - 6, 'text-anchor': 'middle' },
        `${words.axisX} (%)`,
      ),
    );
    const asked = this.askedRatio();
    if (asked !== undefined && asked <= frame.reach) {
      const x = xOf(frame, asked);
      group.append(
        svg('path', { class: 'asked', d: `M${x} ${frame.top}V${floor}` }),
        svg('text', { class: 'asked-name', x, y: frame.top - 7, 'text-anchor': 'middle' }, words.askedLine),
      );
    }
    return group;
  }

  private askedRatio(): number | undefined {
    const comparison = this.comparison;
    if (comparison === undefined || comparison.tokens.before === 0) return undefined;
    return comparison.asked / comparison.tokens.before;
  }

  private key(event: KeyboardEvent): void {
    const key = KEYS[event.key];
    if (key === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const place = this.cursor ?? this.firstPlace();
    if (place !== undefined) this.setCursor(moveCursor(this.curves, place, key));
  }

  private firstPlace(): Cursor | undefined {
    return this.curves.length === 0 ? undefined : { curve: 0, point: 0 };
  }

  private hover(event: PointerEvent): void {
    if (this.frame === undefined) return;
    const box = this.canvas.getBoundingClientRect();
    this.setCursor(pointAt(this.curves, this.frame, event.clientX - box.left, event.clientY - box.top));
  }

  private setCursor(cursor: Cursor | undefined): void {
    this.cursor = cursor;
    this.parts.point(cursor === undefined ? undefined : this.curves[cursor.curve]?.policy);
    this.mark();
  }

  /** Shows cursor and emphasis on what is drawn. */
  private mark(): void {
    const { words, names } = this.parts;
    const curve = this.cursor === undefined ? undefined : this.curves[this.cursor.curve];
    const point = this.cursor === undefined ? undefined : curve?.points[this.cursor.point];
    const ring = this.canvas.querySelector('.cursor');
    if (curve !== undefined && point !== undefined && this.frame !== undefined) {
      ring?.setAttribute('cx', String(xOf(this.frame, point.ratio)));
      ring?.setAttribute('cy', String(yOf(this.frame, point.recall)));
      this.readout.textContent = fill(
        words.point,
        names[curve.policy],
        percent(point.recall, 1),
        percent(point.ratio, 1),
        grouped(point.tokens),
        percent(point.asked, 1),
      );
    } else {
      ring?.setAttribute('cx', '-50');
      this.readout.textContent = '';
    }
    const front = curve?.policy ?? this.emphasis;
    this.canvas.classList.toggle('has-front', front !== undefined);
    const root = this.canvas.querySelector('svg');
    for (const group of this.canvas.querySelectorAll('.curve')) {
      const isFront = group.getAttribute('data-policy') === front;
      group.classList.toggle('front', isFront);
      if (isFront) root?.insertBefore(group, ring);
    }
  }

  private values(): HTMLElement {
    const { words, names, valuesOpen, setValuesOpen } = this.parts;
    const asked = [...new Set(this.curves.flatMap(({ points }) => points.map((point) => point.asked)))].sort(
      (a, b) => a - b,
    );
    const details = html(
      'details',
      { open: valuesOpen() },
      html('summary', {}, words.values),
      html(
        'div',
        { class: 'table' },
        html(
          'table',
          {},
          html(
            'thead',
            {},
            html(
              'tr',
              {},
              html('th', { scope: 'col', class: 'name' }, words.policy),
              ...asked.map((share) => html('th', { scope: 'col', class: 'number' }, percent(share, 1))),
            ),
          ),
          html(
            'tbody',
            {},
            ...this.curves.map(({ policy, points }) =>
              html(
                'tr',
                {},
                html('th', { scope: 'row', class: 'name' }, names[policy]),
                ...asked.map((share) => {
                  const point = points.find((each) => each.asked === share);
                  const text =
                    point === undefined
                      ? '–'
                      : fill(words.valuesCell, percent(point.recall, 1), percent(point.ratio, 1));
                  return html('td', { class: 'number' }, text);
                }),
              ),
            ),
          ),
        ),
      ),
    );
    details.addEventListener('toggle', () => setValuesOpen(details.open));
    return details;
  }
}

function drawCurve({ policy, points }: Curve, frame: Frame): SVGGElement {
  const { colour, dash, marker, filled } = MARKS[policy];
  const places = points.map(({ ratio, recall }) => [xOf(frame, ratio), yOf(frame, recall)] as const);
  return svg(
    'g',
    { class: `curve ${colour}`, 'data-policy': policy },
    svg('path', {
      class: 'line',
      d: places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(''),
      'stroke-dasharray': dash,
    }),
    ...places.map(([x, y]) =>
      svg('path', {
        class: filled ? 'marker filled' : 'marker',
        d: marker,
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      }),
    ),
  );
}
