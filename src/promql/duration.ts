import { type Node, textOf } from '../repo/node.ts';

/**
 * Durations as Prometheus writes them: `1h30m`, `500ms`, `2d`, each unit at most once and in falling
 * order (Prometheus documentation, "Configuration", `<duration>`).
 */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_SECONDS = [365 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1, 0.001];

/** The seconds of a Prometheus duration; undefined when it is none. */
export function durationSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return undefined;
  return UNIT_SECONDS.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0);
}

/** Seconds as Prometheus would write them: `90` is `1m30s`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0s';
  let rest = Math.round(seconds * 1000);
  let text = '';
  for (const [unit, milliseconds] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / milliseconds);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * milliseconds;
  }
  return text;
}

/** The seconds of a duration in a file; `absent` where there is none, undefined where it is not one. */
export function secondsAt(node: Node, absent?: number): number | undefined {
  if (node.value === undefined || node.value === null) return absent;
  const text = textOf(node);
  return text === undefined ? undefined : durationSeconds(text);
}
