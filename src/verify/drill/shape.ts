/** How a series' value goes over time. */
export type Shape =
  | { readonly kind: 'level'; readonly value: number }
  /** Grows by so much a second, from a value at the beginning of its phase, or from where the series is. */
  | { readonly kind: 'slope'; readonly perSecond: number; readonly start: number | undefined }
  /** The time itself, in seconds divided by `unit`, and `offset` seconds before or behind it. */
  | { readonly kind: 'clock'; readonly offset: number; readonly unit: number }
  /** Keeps the value that it had. */
  | { readonly kind: 'frozen' }
  /** Goes back and forth, with a change every so many seconds. */
  | { readonly kind: 'toggle'; readonly every: number }
  /** A counter that starts again every so many seconds. */
  | { readonly kind: 'restart'; readonly every: number }
  /** Ends, as when its target is gone. */
  | { readonly kind: 'gone' };

export const sameShape = (a: Shape, b: Shape): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A series from its healthy beginning to what breaks it. */
export interface SeriesPlan {
  readonly labels: ReadonlyMap<string, string>;
  readonly healthy: Shape;
  readonly broken: Shape;
}

/** When samples are taken, and when things break, in seconds. */
export interface Timeline {
  readonly step: number;
  /** Between two evaluations: the rule's own, or more where the test would be too long. */
  readonly evaluation: number;
  /** From when on the longest window is full of samples. */
  readonly settledAt: number;
  readonly breaksAt: number;
  readonly end: number;
}

/** The samples of a series, one for each step; undefined where there is none. */
export function samples(
  { healthy, broken }: SeriesPlan,
  { step, breaksAt, end }: Timeline,
): (number | undefined)[] {
  const values: (number | undefined)[] = [];
  let last = 0;
  for (let time = 0; time <= end; time += step) {
    const isBroken = time >= breaksAt;
    const shape = isBroken ? broken : healthy;
    const since = time - (isBroken ? breaksAt : 0);
    const value = sample(shape, time, since, last, step);
    values.push(value === undefined ? undefined : Number(value.toPrecision(12)));
    if (value !== undefined) last = value;
  }
  return values;
}

function sample(shape: Shape, time: number, since: number, last: number, step: number): number | undefined {
  switch (shape.kind) {
    case 'level':
      return shape.value;
    case 'slope':
      return shape.start === undefined
        ? last + shape.perSecond * step
        : shape.start + shape.perSecond * since;
    case 'clock':
      return (time + shape.offset) / shape.unit;
    case 'frozen':
      return last;
    case 'toggle':
      return Math.floor(since / shape.every) % 2;
    case 'restart':
      return since % shape.every;
    case 'gone':
      return undefined;
  }
}

/** Samples in promtool's notation for series: `0+5x10 50x3 _x4` (Prometheus documentation, "Unit testing for rules"). */
export function notation(values: readonly (number | undefined)[]): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; ) {
    const first = values[at];
    if (first === undefined) {
      let run = at;
      while (run < values.length && values[run] === undefined) run++;
      // The first missing sample is a marker, as Prometheus writes one when a target is gone.
      parts.push('stale', ...(run - at > 1 ? [`_x${run - at - 1}`] : []));
      at = run;
      continue;
    }
    const increment =
      at + 1 < values.length && values[at + 1] !== undefined
        ? Number(((values[at + 1] as number) - first).toPrecision(12))
        : 0;
    let run = at + 1;
    while (
      run < values.length &&
      values[run] !== undefined &&
      isClose(values[run] as number, first + increment * (run - at))
    )
      run++;
    const more = run - at - 1;
    if (more === 0) parts.push(decimal(first));
    else if (increment === 0) parts.push(`${decimal(first)}x${more}`);
    else parts.push(`${decimal(first)}${increment < 0 ? '-' : '+'}${decimal(Math.abs(increment))}x${more}`);
    at = run;
  }
  return parts.join(' ');
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));

/** A number without an exponent, which the notation does not know. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}
