/** `vscode.l10n.t` as the pure parts see it. */
export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

// Made on first use: loading its data would be a good part of the activation.
let exact: Intl.NumberFormat | undefined;

/** 12480 → "12,480" */
export const grouped = (value: number): string => (exact ??= new Intl.NumberFormat('en-US')).format(value);

/** The short name of a tokenizer: "o200k_base" → "o200k". */
export const family = (tokenizer: string): string => tokenizer.replace(/_base$/, '');

/** Whose tokens are counted: "≈ o200k" for "o200k_base", which is exact for its family alone; else as it says itself. */
export const countedBy = (tokenizer: string): string =>
  tokenizer.endsWith('_base') ? `≈ ${family(tokenizer)}` : tokenizer;

/** For narrow places: 980 → "980", 4210 → "4.2k", 12480 → "12.5k", 1260000 → "1.3M". */
export function short(value: number): string {
  if (value < 1000) return String(value);
  if (value < 999_500) return `${scaled(value / 1000)}k`;
  return `${scaled(value / 1_000_000)}M`;
}
const scaled = (value: number): string =>
  value < 99.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));

/** A share in whole per cent, but never 0 for something nor 100 for less than all. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const value = Math.round((100 * part) / whole);
  if (value === 0 && part > 0) return '1 %';
  if (value === 100 && part < whole) return '99 %';
  return `${value} %`;
}

/** Two significant digits, as estimates deserve: 313 → "310", 31350 → "31k". */
export function rough(value: number): string {
  if (value < 100) return String(Math.round(value));
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return short(Math.round(value / unit) * unit);
}

/** Two decimals; a score just below 1 does not become 1. */
export const score = (value: number): string => (value < 1 ? Math.min(value, 0.99) : value).toFixed(2);

const BARS = '▁▂▃▄▅▆▇█';

/** A value in [0, 1] as one block of eight heights. */
export const bar = (value: number): string => BARS[Math.min(7, Math.max(0, Math.floor(value * 8)))] ?? '▁';

const MINUTE = 60_000;

/** "just now", "5 min ago", "3 h ago", "2 days ago", "4 months ago". */
export function age(then: number, now: number, t: Translate): string {
  const minutes = Math.max(0, Math.floor((now - then) / MINUTE));
  if (minutes < 1) return t('just now');
  if (minutes < 60) return t('{0} min ago', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('{0} h ago', hours);
  const days = Math.floor(hours / 24);
  if (days === 1) return t('yesterday');
  if (days < 60) return t('{0} days ago', days);
  return t('{0} months ago', Math.floor(days / 30));
}

/** 512 → "512 B", 20480 → "20 kB", 3355443 → "3.4 MB" */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
