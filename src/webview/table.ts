import type { Comparison, PolicyComparison } from '../compress/result';
import type { PolicyName } from '../policy/policy';
import { grouped, percent } from '../editor/numbers';
import type { CompareState } from '../editor/compareMessages';
import type { PolicyNames } from '../editor/compareWords';
import type { CompareWords } from '../editor/compareWords';
import { fill, focusWithin, html, restoreFocus, svg } from './dom';
import { MARKS } from './marks';
import { columnsOf, figure, firstOrder, sortRows, type Column, type Order } from './order';

export interface TableParts {
  readonly words: CompareWords;
  readonly names: PolicyNames;
  readonly order: () => Order;
  readonly setOrder: (order: Order) => void;
  readonly picked: () => readonly PolicyName[];
  readonly togglePick: (policy: PolicyName) => void;
  readonly preview: (policy: PolicyName | undefined) => void;
  readonly apply: (policy: PolicyName) => void;
  readonly point: (policy: PolicyName | undefined) => void;
}

/** The table of policies: a grid whose rows are walked with the arrow keys. */
export class PolicyTable {
  readonly element = html('div', { class: 'table' });
  private rows = new Map<PolicyName, HTMLTableRowElement>();
  private walked: PolicyName | undefined;

  constructor(private readonly parts: TableParts) {}

  /** Builds the rows anew; the focus stays on its policy or its head. */
  build(comparison: Comparison): void {
    const { words, names, order } = this.parts;
    const focused = focusWithin(this.element);
    const columns = columnsOf(comparison);
    const rows = sortRows(comparison.rows, order(), ({ policy }) => names[policy]);
    if (!rows.some(({ policy }) => policy === this.walked)) this.walked = rows[0]?.policy;
    this.rows = new Map(rows.map((row) => [row.policy, this.row(row, columns, comparison)]));
    const table = html(
      'table',
      { role: 'grid', 'aria-label': words.tableLabel, 'aria-describedby': 'hint' },
      html('thead', {}, html('tr', {}, ...columns.map((column) => this.head(column)))),
      html('tbody', {}, ...this.rows.values()),
    );
    this.element.replaceChildren(table);
    restoreFocus(this.element, focused);
  }

  /** Marks what is applied, shown in the editor and picked. */
  update({ current, previewed }: Pick<CompareState, 'current' | 'previewed'>): void {
    const picked = this.parts.picked();
    for (const [policy, row] of this.rows) {
      row.setAttribute('aria-selected', String(policy === (previewed ?? current)));
      row.classList.toggle('current', policy === current);
      row.classList.toggle('previewed', policy === previewed);
      row.tabIndex = policy === this.walked ? 0 : -1;
      const box = row.querySelector('input');
      if (box !== null) box.checked = picked.includes(policy);
    }
  }

  /** Marks the row whose curve is looked at. */
  highlight(policy: PolicyName | undefined): void {
    for (const [each, row] of this.rows) row.classList.toggle('pointed', each === policy);
  }

  private head(column: Column): HTMLTableCellElement {
    const { words, order, setOrder } = this.parts;
    const { by, descending } = order();
    const name = headName(column, words);
    const press = html(
      'button',
      { type: 'button', 'data-focus': `head ${column}`, title: headTitle(column, words) },
      html('span', {}, name),
      html('span', { class: 'arrow', 'aria-hidden': 'true' }, by !== column ? '' : descending ? '↓' : '↑'),
    );
    press.addEventListener('click', () =>
      setOrder(by === column ? { by, descending: !descending } : firstOrder(column)),
    );
    return html(
      'th',
      {
        scope: 'col',
        class: column === 'policy' ? 'name' : 'number',
        'aria-sort': by === column ? (descending ? 'descending' : 'ascending') : 'none',
      },
      press,
    );
  }

  private row(
    row: PolicyComparison,
    columns: readonly Column[],
    comparison: Comparison,
  ): HTMLTableRowElement {
    const { words, names, preview, apply, point } = this.parts;
    const { policy } = row;
    const box = html('input', {
      type: 'checkbox',
      tabindex: -1,
      'aria-label': fill(words.select, names[policy]),
    });
    const cells = columns.map((column) =>
      column === 'policy'
        ? html(
            'th',
            { scope: 'row', class: 'name' },
            box,
            swatch(policy),
            html('span', { class: 'policy' }, names[policy]),
            html('span', { class: 'badge' }, words.current),
          )
        : this.cell(row, column, comparison),
    );
    const element = html('tr', { 'data-focus': `row ${policy}`, tabindex: -1 }, ...cells);
    box.addEventListener('click', (event) => {
      event.stopPropagation();
      this.pick(policy);
    });
    element.addEventListener('click', (event) => {
      this.walk(policy);
      if (event.shiftKey) this.pick(policy);
      else preview(policy);
    });
    element.addEventListener('dblclick', () => apply(policy));
    element.addEventListener('pointerenter', () => point(policy));
    element.addEventListener('pointerleave', () => point(undefined));
    element.addEventListener('focus', () => point(policy));
    element.addEventListener('blur', () => point(undefined));
    element.addEventListener('keydown', (event) => this.key(event, policy));
    return element;
  }

  private cell(row: PolicyComparison, column: Column, { asked }: Comparison): HTMLTableCellElement {
    const { words } = this.parts;
    const value = figure(row, column);
    const cell = html('td', { class: 'number' });
    if (value === undefined) cell.append(html('span', { 'aria-label': words.none }, '–'));
    else if (column === 'tokens') {
      cell.append(grouped(value));
      if (value > asked) {
        cell.classList.add('over');
        const note = fill(words.over, grouped(value - asked));
        cell.title = note;
        cell.append(
          html('span', { class: 'sign', 'aria-hidden': 'true' }, ' ▲'),
          html('span', { class: 'quiet-words' }, ` ${note}`),
        );
      }
    } else if (column === 'time') cell.append(fill(words.milliseconds, milliseconds(value)));
    else cell.append(meter(value), percent(value, 1));
    return cell;
  }

  private key(event: KeyboardEvent, policy: PolicyName): void {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const order = [...this.rows.keys()];
    const index = order.indexOf(policy);
    const to = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: order.length - 1,
    }[event.key];
    if (to !== undefined) {
      const next = order[Math.min(order.length - 1, Math.max(0, to))] ?? policy;
      this.walk(next);
      if (event.shiftKey) this.pick(next);
      else this.parts.preview(next);
    } else if (event.key === 'Enter') this.parts.apply(policy);
    else if (event.key === ' ') this.pick(policy);
    else return;
    event.preventDefault();
  }

  private walk(policy: PolicyName): void {
    this.walked = policy;
    for (const [each, row] of this.rows) row.tabIndex = each === policy ? 0 : -1;
    this.rows.get(policy)?.focus();
  }

  private pick(policy: PolicyName): void {
    this.parts.togglePick(policy);
  }
}

/** The line and the marker of a policy as the plot draws them. */
function swatch(policy: PolicyName): SVGSVGElement {
  const { colour, dash, marker, filled } = MARKS[policy];
  return svg(
    'svg',
    { class: `swatch ${colour}`, width: 26, height: 12, viewBox: '-13 -6 26 12', 'aria-hidden': 'true' },
    svg('path', { class: 'line', d: 'M-13 0H13', 'stroke-dasharray': dash }),
    svg('path', { class: filled ? 'marker filled' : 'marker', d: marker }),
  );
}

/** A share as a small bar under its number. */
const meter = (value: number): HTMLElement => {
  const bar = html('span', { class: 'meter', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', String(value));
  return bar;
};

const milliseconds = (value: number): string =>
  value < 9.95 ? value.toFixed(1) : grouped(Math.round(value));

function headName(column: Column, words: CompareWords): string {
  return column === 'time' ? words.time : words[column];
}

function headTitle(column: Column, words: CompareWords): string {
  switch (column) {
    case 'policy':
      return words.policy;
    case 'tokens':
      return words.tokensTitle;
    case 'evidence':
      return words.evidenceTitle;
    case 'entities':
      return words.entitiesTitle;
    case 'mustKeep':
      return words.mustKeepTitle;
    case 'quality':
      return words.qualityTitle;
    case 'time':
      return words.timeTitle;
  }
}
