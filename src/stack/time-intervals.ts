import { child, entries, exists, items, type Node, textItems, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';

/** What Alertmanager cannot read in a time interval (Alertmanager documentation, "Configuration", `<time_interval>`). */
export interface IntervalFault {
  readonly node: Node;
  readonly message: string;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** The faults of a named time interval's ranges. */
export function intervalFaults(interval: Node): IntervalFault[] {
  return items(child(interval, 'time_intervals')).flatMap((range) => [
    ...items(child(range, 'times')).flatMap(timeFaults),
    ...rangeFaults(
      child(range, 'weekdays'),
      (text) => indexIn(WEEKDAYS, text),
      'a weekday such as monday:friday',
    ),
    ...rangeFaults(
      child(range, 'months'),
      (text) => indexIn(MONTHS, text) ?? numberIn(text),
      'a month such as january:march or 1:3',
    ),
    ...rangeFaults(child(range, 'years'), numberIn, 'a year such as 2027:2028'),
    ...rangeFaults(child(range, 'days_of_month'), dayOfMonth, 'a day from 1 to 31, or from -1 to -31'),
  ]);
}

function timeFaults(time: Node): IntervalFault[] {
  const [start, end] = [child(time, 'start_time'), child(time, 'end_time')];
  const [from, to] = [minutesOf(start), minutesOf(end)];
  const faults = [
    { node: start, minutes: from },
    { node: end, minutes: to },
  ].flatMap(({ node, minutes }): IntervalFault[] =>
    minutes !== undefined || isUnknown(textOf(node) ?? '')
      ? []
      : [
          {
            node,
            message: exists(node)
              ? `"${textOf(node)}" is no time from 00:00 to 24:00`
              : 'a time range needs start_time and end_time',
          },
        ],
  );
  if (from !== undefined && to !== undefined && from >= to)
    faults.push({
      node: end,
      message: `"${textOf(end)}" is not after "${textOf(start)}", where the range begins`,
    });
  return faults;
}

function minutesOf(node: Node): number | undefined {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/.exec(textOf(node) ?? '');
  return match === null ? undefined : Number(match[1] ?? match[3]) * 60 + Number(match[2] ?? match[4]);
}

function rangeFaults(
  list: Node,
  read: (text: string) => number | undefined,
  expected: string,
): IntervalFault[] {
  if (!exists(list)) return [];
  return textItems(list).flatMap(({ text, node }): IntervalFault[] => {
    if (isUnknown(text)) return [];
    const parts = text.toLowerCase().split(':');
    const values = parts.map(read);
    const [from, to] = values;
    if (parts.length > 2 || values.includes(undefined))
      return [{ node, message: `"${text}" is not ${expected}` }];
    // Days that count from the month's end may come after those that count from its start.
    const isComparable = from !== undefined && to !== undefined && from < 0 === to < 0;
    return isComparable && from > to
      ? [{ node, message: `"${text}" ends before it begins, and a range cannot go over the end` }]
      : [];
  });
}

const indexIn = (names: readonly string[], text: string): number | undefined => {
  const index = names.indexOf(text);
  return index < 0 ? undefined : index + 1;
};

/** Numbers of months and years: Alertmanager takes any. */
const numberIn = (text: string): number | undefined => (/^-?\d+$/.test(text) ? Number(text) : undefined);

const dayOfMonth = (text: string): number | undefined =>
  /^-?\d+$/.test(text) && Number(text) !== 0 && Math.abs(Number(text)) <= 31 ? Number(text) : undefined;

/** Whether a time interval has a range that takes every minute: one without any field. */
export const isAlways = (interval: Node): boolean =>
  items(child(interval, 'time_intervals')).some((range) =>
    entries(range).every(([key]) => key === 'location'),
  );

/** Whether a time interval has no range at all, and so no minute. */
export const isNever = (interval: Node): boolean => items(child(interval, 'time_intervals')).length === 0;
