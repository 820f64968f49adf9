import type { Comparison } from '../compress/result';
import { grouped, percent } from '../editor/numbers';
import type { CompareState, ToHost, ToView } from '../editor/compareMessages';
import type { PolicyNames } from '../editor/compareWords';
import type { CompareWords } from '../editor/compareWords';
import type { PolicyName } from '../policy/policy';
import { MEASURES, type Measure } from './curve';
import { button, fill, html } from './dom';
import { COLUMNS, columnsOf, defaultOrder, type Order } from './order';
import { RecallPlot } from './plot';
import { PolicyTable } from './table';

interface Api {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: Remembered): void;
}
declare const acquireVsCodeApi: () => Api;

/** What the view remembers while it is hidden. */
interface Remembered {
  readonly order?: Order | undefined;
  readonly measure?: Measure | undefined;
  readonly picked?: readonly string[];
  readonly valuesOpen?: boolean;
}

/** Previews follow arrow keys that are held down at this distance in milliseconds. */
const PREVIEW_MS = 60;

class CompareView {
  private remembered: Remembered;
  private state: CompareState | undefined;
  private built: Comparison | undefined;
  private timer: number | undefined;
  private readonly table: PolicyTable;
  private readonly plot: RecallPlot;
  private readonly head = html('header');
  private readonly status = html('div', { class: 'status', role: 'status' });
  private readonly actions = html('div', { class: 'actions' });
  private readonly notes = html('details', { hidden: true });
  private readonly body = html('main');

  constructor(
    private readonly api: Api,
    private readonly words: CompareWords,
    private readonly names: PolicyNames,
  ) {
    this.remembered = recalled(api.getState());
    const point = (policy: PolicyName | undefined): void => {
      this.table.highlight(policy);
      this.plot.highlight(policy);
    };
    this.table = new PolicyTable({
      words,
      names,
      order: () => this.order(),
      setOrder: (order) => this.remember({ order }, true),
      picked: () => this.picked(),
      togglePick: (policy) => this.togglePick(policy),
      preview: (policy) => this.preview(policy),
      apply: (policy) => this.send({ type: 'apply', policy }),
      point,
    });
    this.plot = new RecallPlot({
      words,
      names,
      measure: () => this.remembered.measure,
      setMeasure: (measure) => this.remember({ measure }, true),
      valuesOpen: () => this.remembered.valuesOpen === true,
      setValuesOpen: (valuesOpen) => this.remember({ valuesOpen }, false),
      point,
    });
    this.body.append(
      html('section', { class: 'policies' }, this.table.element, this.actions, this.hint(), this.notes),
      this.plot.element,
    );
    document.body.replaceChildren(this.head, this.status, this.body);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.state?.previewed !== undefined) this.preview(undefined);
    });
  }

  show(state: CompareState): void {
    this.state = state;
    const { comparison } = state;
    this.showHead(state);
    this.showStatus(state);
    this.body.hidden = comparison === undefined || !state.hasResult;
    this.body.classList.toggle('stale', state.stale || state.work !== undefined);
    if (comparison !== undefined && comparison !== this.built && !this.isSame(comparison))
      this.build(comparison);
    this.table.update(state);
    this.showActions(state);
  }

  /** Every message brings its own copy of the comparison. */
  private isSame(comparison: Comparison): boolean {
    return JSON.stringify(comparison) === JSON.stringify(this.built);
  }

  private build(comparison: Comparison): void {
    this.built = comparison;
    this.table.build(comparison);
    this.plot.build(comparison);
  }

  private showHead({ document: name, comparison, hasResult, current }: CompareState): void {
    const { words } = this;
    const lines: HTMLElement[] = [html('h1', {}, name ?? '')];
    if (comparison !== undefined && hasResult) {
      const { asked, tokens, question, entities } = comparison;
      lines.push(
        html(
          'p',
          {},
          fill(words.asked, grouped(asked), grouped(tokens.before), percent(asked, tokens.before)),
        ),
      );
      if (current === undefined)
        lines.push(html('p', { class: 'note' }, fill(words.modelBudget, percent(asked, tokens.before))));
      if (question === undefined) lines.push(html('p', { class: 'note' }, words.noQuestion));
      else {
        lines.push(html('p', { class: 'question' }, fill(words.question, question)));
        const known = comparison.rows.some(
          (row) => row.entityRecall !== undefined || row.evidenceRecall !== undefined,
        );
        if (entities.length === 0 || !known) lines.push(html('p', { class: 'note' }, words.noEntities));
      }
      const [warning, ...more] = comparison.warnings;
      if (warning !== undefined && more.length === 0) lines.push(html('p', { class: 'note' }, warning));
    }
    this.showNotes(hasResult ? (comparison?.warnings ?? []) : []);
    if (this.head.innerHTML !== lines.map(({ outerHTML }) => outerHTML).join(''))
      this.head.replaceChildren(...lines);
  }

  /** Several warnings, mostly one a policy, stay folded below the table. */
  private showNotes(warnings: readonly string[]): void {
    const many = warnings.length > 1 ? warnings : [];
    const key = many.join('\n');
    if (this.notes.getAttribute('data-key') === key) return;
    this.notes.setAttribute('data-key', key);
    this.notes.hidden = many.length === 0;
    this.notes.replaceChildren(
      html('summary', {}, fill(this.words.notes, many.length)),
      html('ul', {}, ...many.map((warning) => html('li', {}, warning))),
    );
  }

  private showStatus(state: CompareState): void {
    const { words } = this;
    const { work } = state;
    if (state.document === undefined) this.say('note', words.closed);
    else if (!state.hasResult)
      this.say(
        'note',
        words.empty,
        button(words.compress, () => this.send({ type: 'compress' })),
      );
    else if (work !== undefined) {
      const share = work.share;
      const progress = html('progress', share === undefined ? {} : { value: share, max: 1 });
      const sentence =
        share === undefined ? words.working : fill(words.workingShare, `${Math.floor(share * 100)} %`);
      progress.setAttribute('aria-label', words.working);
      this.say(
        'working',
        sentence,
        progress,
        button(words.cancel, () => this.send({ type: 'cancel' }), { class: 'secondary' }),
      );
    } else if (state.failure !== undefined)
      this.say(
        'failure',
        state.failure,
        button(words.tryAgain, () => this.send({ type: 'refresh' })),
      );
    else if (state.stale || state.comparison === undefined)
      this.say(
        'note',
        state.comparison === undefined ? words.notYet : words.stale,
        button(words.compareAgain, () => this.send({ type: 'refresh' })),
      );
    else this.status.replaceChildren();
  }

  /** A sentence with what can be done; left alone where it stands already, so that its button keeps the focus. */
  private say(kind: string, sentence: string, ...more: readonly HTMLElement[]): void {
    const [old] = this.status.children;
    const next = html('div', { class: kind }, html('span', {}, sentence), ...more);
    if (old?.className === kind && old.children.length === next.children.length) {
      const text = old.firstElementChild;
      if (text !== null && text.textContent !== sentence) text.textContent = sentence;
      const bar = old.querySelector('progress');
      const fresh = next.querySelector('progress');
      if (bar !== null && fresh?.hasAttribute('value') === true) bar.value = fresh.value;
      if (old.querySelector('button')?.textContent === next.querySelector('button')?.textContent) return;
    }
    this.status.replaceChildren(next);
  }

  private showActions({ previewed }: CompareState): void {
    const { words, names } = this;
    const [first, second] = this.picked();
    const apply = button(
      previewed === undefined ? words.applyNone : fill(words.apply, names[previewed]),
      () => {
        if (previewed !== undefined) this.send({ type: 'apply', policy: previewed });
      },
      { disabled: previewed === undefined },
    );
    const back = button(words.back, () => this.preview(undefined), {
      class: 'secondary',
      disabled: previewed === undefined,
    });
    const difference = button(
      words.difference,
      () => {
        if (first !== undefined && second !== undefined) this.send({ type: 'difference', first, second });
      },
      { class: 'secondary', disabled: second === undefined, title: words.differenceTitle },
    );
    const focused = [...this.actions.children].indexOf(document.activeElement ?? this.actions);
    this.actions.replaceChildren(apply, back, difference);
    const again = this.actions.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }

  private hint(): HTMLElement {
    return html('p', { class: 'hint', id: 'hint' }, this.words.hint);
  }

  private preview(policy: PolicyName | undefined): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send({ type: 'preview', policy }), PREVIEW_MS);
  }

  private order(): Order {
    const { order } = this.remembered;
    const { built } = this;
    if (built === undefined) return order ?? { by: 'policy', descending: false };
    return order !== undefined && columnsOf(built).includes(order.by) ? order : defaultOrder(built);
  }

  /** The policies whose outputs are to be compared, at most two. */
  private picked(): PolicyName[] {
    const rows = this.built?.rows ?? [];
    return (this.remembered.picked ?? []).flatMap(
      (name) => rows.find(({ policy }) => policy === name)?.policy ?? [],
    );
  }

  private togglePick(policy: PolicyName): void {
    const picked = this.picked();
    const next = picked.includes(policy)
      ? picked.filter((each) => each !== policy)
      : [...picked, policy].slice(-2);
    this.remember({ picked: next }, false);
    if (this.state === undefined) return;
    this.table.update(this.state);
    this.showActions(this.state);
  }

  private remember(change: Remembered, rebuild: boolean): void {
    this.remembered = { ...this.remembered, ...change };
    this.api.setState(this.remembered);
    if (!rebuild || this.built === undefined || this.state === undefined) return;
    this.build(this.built);
    this.table.update(this.state);
  }

  private send(message: ToHost): void {
    // A preview on its way must not come after what replaces it.
    window.clearTimeout(this.timer);
    this.api.postMessage(message);
  }
}

/** What an earlier life of the page has left, as far as it still makes sense. */
function recalled(state: unknown): Remembered {
  if (typeof state !== 'object' || state === null) return {};
  const { order, measure, picked, valuesOpen } = state as Readonly<Record<string, unknown>>;
  const known: Remembered = {
    measure: MEASURES.find((each) => each === measure),
    picked: Array.isArray(picked) ? picked.filter((each) => typeof each === 'string') : [],
    valuesOpen: valuesOpen === true,
  };
  if (typeof order !== 'object' || order === null || !('by' in order) || !('descending' in order))
    return known;
  const by = COLUMNS.find((column) => column === order.by);
  return by === undefined ? known : { ...known, order: { by, descending: order.descending === true } };
}

const api = acquireVsCodeApi();
let view: CompareView | undefined;
window.addEventListener('message', ({ data }: MessageEvent<ToView>) => {
  if (data.type === 'words') view ??= new CompareView(api, data.words, data.names);
  else view?.show(data.state);
});
api.postMessage({ type: 'ready' });
