/**
 * Writes times of turns: `14:02`, with the date before it on the first turn of each day. Empty where a turn has no
 * time. An unknown time zone throws a RangeError.
 */
export function createClock(timeZone: string | undefined): (time: number | undefined) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(timeZone === undefined ? {} : { timeZone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  let day = '';
  return (time) => {
    if (time === undefined) return '';
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    const date = `${part('year')}-${part('month')}-${part('day')}`;
    const clock = `${part('hour')}:${part('minute')}`;
    const text = date === day ? clock : `${date} ${clock}`;
    day = date;
    return text;
  };
}

/** A model's name without its maker, date and version suffix: `opus-4-6`. */
export function shortModel(model: string | undefined): string {
  if (model === undefined) return '';
  const name = /claude-([\w.-]+)/.exec(model)?.[1] ?? model;
  return name.replace(/-v\d+$/, '').replace(/[-@]20\d{6}$/, '');
}
