import pc from 'picocolors';
import { deliveriesOf } from '../coverage/routing.ts';
import { bySeverity, findingPlace } from '../lint/finding.ts';
import { formatSeconds } from '../promql/duration.ts';
import { child } from '../repo/node.ts';
import type { CheckResult } from '../result.ts';
import type { System } from '../stack/system.ts';
import type { DrilledAlert } from '../verify/drill/drill.ts';
import { counted, listed } from '../words.ts';
import { type Colors, findingBlock } from './finding-block.ts';
import { printable, withoutCommands, wrap } from './text.ts';

/** How many alerts came out of the drill in which way. */
export interface DrillCount {
  readonly all: number;
  readonly fire: number;
  readonly quiet: number;
  readonly cannotFire: number;
}

export const countDrilled = (drilled: readonly DrilledAlert[]): DrillCount => {
  const fire = drilled.filter(({ result }) => result === 'fires');
  return {
    all: drilled.length,
    fire: fire.length,
    quiet: fire.filter(({ verdict }) => verdict?.isQuiet).length,
    cannotFire: drilled.filter(({ result }) => result === 'cannot-fire').length,
  };
};

/** The drill in one line, as `6 of 7 alerts proved to fire, all of them quiet on healthy data`. */
export function drillHeadline(drilled: readonly DrilledAlert[]): string {
  const { all, fire, quiet, cannotFire } = countDrilled(drilled);
  if (all === 0) return 'no alert to drill';
  const share = fire === all ? (all === 1 ? 'the only' : 'all') : `${fire} of`;
  const parts = [`${share} ${fire === all && all === 1 ? 'alert' : counted(all, 'alert')} proved to fire`];
  if (fire > 0) parts.push(quiet === fire ? 'quiet on healthy data' : `${quiet} quiet on healthy data`);
  if (cannotFire > 0) parts.push(`${cannotFire} cannot fire`);
  return parts.join(', ');
}

/** What came out for one alert, in words. */
export function drillResult({ result, reason, verdict }: DrilledAlert): string {
  switch (result) {
    case 'fires': {
      const noise = verdict?.isQuiet ? 'quiet on healthy data' : 'but fires on healthy data too';
      return `fires after ${formatSeconds(verdict?.firesAfter ?? 0)}, ${noise}`;
    }
    case 'cannot-fire':
      return `cannot fire: ${reason}`;
    case 'not-invertible':
      return `not invertible: ${reason}`;
  }
}

/** The receivers that a fired alert reaches, in words; undefined where the repository does not tell. */
export function reached(system: System, { rule, verdict }: DrilledAlert): string | undefined {
  if (verdict?.firesAfter === undefined) return undefined;
  const found = deliveriesOf(system, rule, verdict.labels);
  const names = found.map(({ receiver, route }) => {
    const how = receiver?.integrations.map((key) => key.replace(/_configs$/, '')) ?? [];
    return `${route.receiver ?? 'none'} (${how.length > 0 ? listed(how) : 'notifies nobody'})`;
  });
  return names.length === 0 ? undefined : [...new Set(names)].join(', ');
}

export interface DrillReportOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Only what does not fire. */
  readonly quiet: boolean;
}

const MARKS = { fires: '✓', 'cannot-fire': '✗', 'not-invertible': '?' } as const;

/** The drill for people: each alert by rule file, with its annotations as rendered and the receiver that it reaches. */
export function drillReport(
  { system, findings }: CheckResult,
  drilled: readonly DrilledAlert[],
  { color, width, quiet }: DrillReportOptions,
): string {
  const colors = pc.createColors(color);
  const columns = Math.max(40, Math.min(width, 120));
  const shown = quiet ? drilled.filter((one) => one.result !== 'fires') : drilled;
  const blocks = byFile(shown).map(([file, own]) =>
    [
      colors.underline(printable(file)),
      ...own.flatMap((one) => [
        `  ${resultLine(one, colors)}`,
        ...detailLines(one, system)
          .flatMap((line) => wrap(printable(line), columns - 6))
          .map((line) => `      ${colors.dim(line)}`),
      ]),
    ].join('\n'),
  );
  blocks.push(
    ...[...findings]
      .filter(({ severity }) => severity === 'error' || !quiet)
      .sort(bySeverity)
      .map((finding) => findingBlock(finding, columns, colors)),
  );
  const { fire, all } = countDrilled(drilled);
  const isWrong = findings.some(({ severity }) => severity === 'error');
  const mark = isWrong ? colors.red('✗') : fire === all ? colors.green('✓') : colors.yellow('?');
  blocks.push(`${mark} ${drillHeadline(drilled)}`);
  return withoutCommands(`${blocks.join('\n\n')}\n`);
}

/** The drilled alerts in a few lines, for the report of a check: those that do not fire, and how many do. */
export function drillBlock(drilled: readonly DrilledAlert[], width: number, colors: Colors): string {
  const open = drilled.filter(({ result, verdict }) => result !== 'fires' || !verdict?.isQuiet);
  const lines = open.flatMap((one) => {
    const { file, line } = placeOf(one);
    const [head = '', ...rest] = wrap(
      printable(`${one.rule.name} ${drillResult(one)} (${file}:${line})`),
      width - 4,
    );
    return [`  ${markOf(one, colors)} ${head}`, ...rest.map((text) => `    ${text}`)];
  });
  return [colors.bold(`fire drill: ${drillHeadline(drilled)}`), ...lines].join('\n');
}

export function placeOf({ rule }: DrilledAlert): { file: string; line: number } {
  const { file, start } = findingPlace({ node: child(rule.node, 'alert') });
  return { file, line: start.line };
}

const markOf = ({ result }: DrilledAlert, colors: Colors): string => {
  const paint = result === 'fires' ? colors.green : result === 'cannot-fire' ? colors.red : colors.yellow;
  return paint(MARKS[result]);
};

function resultLine(one: DrilledAlert, colors: Colors): string {
  const { line } = placeOf(one);
  return `${markOf(one, colors)} ${colors.bold(printable(one.rule.name))} ${printable(drillResult(one))} ${colors.dim(`line ${line}`)}`;
}

function detailLines(one: DrilledAlert, system: System): string[] {
  const { verdict } = one;
  if (verdict?.firesAfter === undefined) return [];
  const receiver = reached(system, one);
  return [
    ...[...verdict.annotations].map(([name, text]) => `${name}: ${text.trim()}`),
    ...(receiver === undefined ? [] : [`reaches ${receiver}`]),
  ];
}

/** Alerts by their rule file, in the order of the files. */
export function byFile(drilled: readonly DrilledAlert[]): [string, DrilledAlert[]][] {
  const files = new Map<string, DrilledAlert[]>();
  for (const one of drilled) {
    const { file } = placeOf(one);
    files.set(file, [...(files.get(file) ?? []), one]);
  }
  return [...files];
}
