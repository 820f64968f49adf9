import { ESTIMATE, estimateSavings } from '../compress/savings';
import { grouped, percent, type Translate } from './numbers';

const KEY = 'kompress.savings';
/** Days that are kept one by one. */
const MAX_DAYS = 30;

/** Tokens of copies and replacements. */
interface Sum {
  readonly before: number;
  readonly after: number;
  readonly count: number;
}

/** The running total of this machine. */
export interface Savings extends Sum {
  /** The day of the first one, as YYYY-MM-DD in local time; undefined before it. */
  readonly since: string | undefined;
  /** By day, the latest at the end, at most 30. */
  readonly days: readonly (Sum & { readonly day: string })[];
}

const NOTHING: Savings = { before: 0, after: 0, count: 0, since: undefined, days: [] };

/** What of VS Code's memory the total needs. */
export interface SavingsMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** Adds up what every copy and replacement saves. Kept in VS Code's own memory on this machine, sent nowhere. */
export class SavingsTotal {
  constructor(
    private readonly memory: SavingsMemory,
    private readonly today: () => Date = () => new Date(),
  ) {}

  get value(): Savings {
    return restored(this.memory.get(KEY));
  }

  /** Counts one copy or replacement, in tokens. */
  async add(before: number, after: number): Promise<void> {
    if (!isCount(before) || !isCount(after)) return;
    const { value } = this;
    const day = dayOf(this.today());
    const last = value.days.at(-1);
    const others = last?.day === day ? value.days.slice(0, -1) : value.days;
    const sum = last?.day === day ? last : { before: 0, after: 0, count: 0 };
    await this.memory.update(KEY, {
      ...plus(value, before, after),
      since: value.since ?? day,
      days: [...others, { day, ...plus(sum, before, after) }].slice(-MAX_DAYS),
    } satisfies Savings);
  }

  async reset(): Promise<void> {
    await this.memory.update(KEY, undefined);
  }
}

const plus = (sum: Sum, before: number, after: number): Sum => ({
  before: sum.before + before,
  after: sum.after + after,
  count: sum.count + 1,
});

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const dayOf = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');

/** What memory holds, as far as it can be understood: it may be of another version. */
function restored(memory: unknown): Savings {
  const sum = sumIn(memory);
  if (sum === undefined) return NOTHING;
  const { since, days } = memory as { readonly since?: unknown; readonly days?: unknown };
  return {
    ...sum,
    since: typeof since === 'string' ? since : undefined,
    days: (Array.isArray(days) ? days : []).flatMap((each: unknown) => {
      const its = sumIn(each);
      if (its === undefined) return [];
      const { day } = each as { readonly day?: unknown };
      return typeof day === 'string' ? [{ ...its, day }] : [];
    }),
  };
}

function sumIn(memory: unknown): Sum | undefined {
  if (typeof memory !== 'object' || memory === null) return undefined;
  const { before, after, count } = memory as Readonly<Record<string, unknown>>;
  return isCount(before) && isCount(after) && isCount(count) ? { before, after, count } : undefined;
}

/** A model's name with the price of a million of its input tokens; entries without a number are left out. */
export function pricesIn(setting: unknown): [model: string, price: number][] {
  if (typeof setting !== 'object' || setting === null) return [];
  return Object.entries(setting).flatMap(([model, price]: [string, unknown]): [string, number][] =>
    isCount(price) ? [[model, price]] : [],
  );
}

/** One line of the total: what, how much, and what that means. */
export interface SavingsLine {
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  /** What choosing it does. */
  readonly act?: 'prices' | 'reset';
}

/** The total as lines to be read, energy and money labelled as the estimates that they are. */
export function savingsLines(
  savings: Savings,
  prices: readonly (readonly [model: string, price: number])[],
  today: Date,
  t: Translate,
): SavingsLine[] {
  const tokens = Math.max(0, savings.before - savings.after);
  if (savings.since === undefined)
    return [
      {
        icon: 'info',
        label: t('Nothing is counted yet'),
        detail: t('Each copy or replacement of a compressed text is added here.'),
      },
    ];
  const { wattHours } = estimateSavings(tokens);
  const { watts, tokensPerGpuSecond, contextShare } = ESTIMATE;
  const month = savings.days.filter(({ day }) => day > dayOf(daysBefore(today, MAX_DAYS)));
  const now = savings.days.find(({ day }) => day === dayOf(today));
  return [
    {
      icon: 'fold-down',
      label: t('{0} tokens saved', grouped(tokens)),
      detail: t(
        '{0} of {1} were not needed ({2}); copies and replacements since {4}: {3}',
        grouped(tokens),
        grouped(savings.before),
        percent(tokens, savings.before),
        grouped(savings.count),
        savings.since,
      ),
    },
    {
      icon: 'calendar',
      label: t(
        '{0} tokens today, {1} in 30 days',
        grouped(savedIn(now === undefined ? [] : [now])),
        grouped(savedIn(month)),
      ),
      detail: t('Counted by day, for 30 days at most'),
    },
    ...(prices.length === 0
      ? [
          {
            icon: 'credit-card',
            label: t('Money: no price is set'),
            detail: t('Set the price of a million input tokens by model; none is assumed'),
            act: 'prices',
          } as const,
        ]
      : prices.map(([model, price]) => ({
          icon: 'credit-card',
          label: t(
            '≈ {0} with {1}',
            money(estimateSavings(tokens, { pricePerMillion: price }).money ?? 0),
            model,
          ),
          detail: t('At {0} per million input tokens, the price in your settings, in its currency', price),
          act: 'prices' as const,
        }))),
    {
      icon: 'zap',
      label: t('≈ {0} of energy', energy(wattHours)),
      detail: t(
        'Published estimate, not measured: {0} W, {1} tokens/GPU-second, {2} for context',
        watts,
        grouped(tokensPerGpuSecond),
        percent(contextShare, 1),
      ),
    },
    {
      icon: 'trash',
      label: t('Reset the total…'),
      detail: t('It is kept in VS Code’s memory on this machine and sent nowhere'),
      act: 'reset',
    },
  ];
}

const savedIn = (days: readonly Sum[]): number =>
  days.reduce((total, { before, after }) => total + Math.max(0, before - after), 0);

function daysBefore(date: Date, days: number): Date {
  const earlier = new Date(date);
  earlier.setDate(earlier.getDate() - days);
  return earlier;
}

/** Two decimals, more for small sums. */
const money = (value: number): string =>
  value === 0 ? '0.00' : value < 0.01 ? value.toPrecision(1) : grouped(Number(value.toFixed(2)));

/** 0.0031 → "0.0031 Wh", 9.17 → "9.2 Wh", 12400 → "12 kWh" */
const energy = (wattHours: number): string =>
  wattHours >= 1000
    ? `${Number((wattHours / 1000).toPrecision(2))} kWh`
    : `${Number(wattHours.toPrecision(2))} Wh`;
