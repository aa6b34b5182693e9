import pc from 'picocolors';
import type { Severity } from '../config/config.ts';
import { bySeverity, type Finding } from '../lint/finding.ts';
import { append } from '../multimap.ts';
import { formatSeconds } from '../promql/duration.ts';
import type { CheckResult } from '../result.ts';
import { counted } from '../words.ts';
import { drillBlock } from './drill.ts';
import { type Colors, findingBlock, placeText } from './finding-block.ts';
import { isCovered, type Mark, type MatrixRow, matrixOf } from './matrix.ts';
import { smokeBlocks } from './smoke-pretty.ts';
import { printable, withoutCommands, wrap } from './text.ts';

export interface PrettyOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Only errors and the last line. */
  readonly quiet: boolean;
}

/** The report for people: each finding on its code, the notices by rule, and the matrix of paths and links. */
export function prettyReport(result: CheckResult, options: PrettyOptions): string {
  const colors = pc.createColors(options.color);
  const width = Math.max(40, Math.min(options.width, 120));
  const findings = [...result.findings].sort(bySeverity);
  const blocks: string[] = [];
  for (const finding of findings.filter(
    ({ severity }) => severity === 'error' || (severity === 'warning' && !options.quiet),
  )) {
    blocks.push(findingBlock(finding, width, colors));
  }
  const notices = findings.filter(({ severity }) => severity === 'notice');
  if (!options.quiet) for (const group of byRule(notices)) blocks.push(noticeBlock(group, width, colors));
  blocks.push(...smokeBlocks(result.smoke, { width, quiet: options.quiet }, colors));
  const rows = matrixOf(result.chains);
  if (!options.quiet && rows.length > 0) blocks.push(matrixBlock(rows, width, colors));
  if (!options.quiet && result.drill !== null) blocks.push(drillBlock(result.drill, width, colors));
  if (!options.quiet)
    for (const notice of result.notices) blocks.push(`${colors.blue('note:')} ${printable(notice)}`);
  blocks.push(lastLine(result, rows, colors));
  return withoutCommands(`${blocks.join('\n\n')}\n`);
}

function byRule(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) append(groups, finding.rule, finding);
  return [...groups.values()];
}

/** Notices of one rule together: hygiene is shown, and does not drown what matters. */
function noticeBlock(findings: readonly Finding[], width: number, colors: Colors): string {
  const [first] = findings as [Finding];
  const count = findings.length > 1 ? ` ${colors.dim(`(${findings.length})`)}` : '';
  const lines = [`${colors.bold(colors.blue('notice'))} ${colors.dim(first.rule)}${count}`];
  for (const { at, message } of findings) {
    const [head = '', ...rest] = wrap(`${placeText(at)}  ${printable(message)}`, width - 4);
    lines.push(`  ${head}`, ...rest.map((line) => `    ${line}`));
  }
  if (first.help !== undefined)
    lines.push(
      ...wrap(printable(first.help), width - 8).map((line, index) =>
        index === 0 ? `  ${colors.green('help:')} ${line}` : `        ${line}`,
      ),
    );
  return lines.join('\n');
}

const MARKS: Readonly<Record<Mark, string>> = { proved: '✓', gap: '✗', open: '–', unknown: '?' };

function matrixBlock(rows: readonly MatrixRow[], width: number, colors: Colors): string {
  const isNarrow = width < 76;
  const heads = (rows[0] as MatrixRow).links.map(({ name }) => (isNarrow ? name.slice(0, 3) : name));
  const longest = Math.max(...rows.map(({ name }) => name.length), 'critical path'.length);
  const first = Math.min(longest, width - heads.join('  ').length - (isNarrow ? 4 : 22));
  const cell = (name: string): string =>
    name.length > first ? `${name.slice(0, first - 1)}…` : name.padEnd(first);
  const lines = [colors.bold(`${cell(isNarrow ? 'path' : 'critical path')}  ${heads.join('  ')}`)];
  for (const row of rows) {
    const marks = row.links.map(({ mark }, index) => {
      const paint =
        mark === 'proved'
          ? colors.green
          : mark === 'gap'
            ? colors.red
            : mark === 'unknown'
              ? colors.yellow
              : colors.dim;
      return paint(MARKS[mark].padEnd((heads[index] as string).length));
    });
    const speed =
      row.detectedWithin === undefined || isNarrow
        ? ''
        : colors.dim(`  detected in ${formatSeconds(row.detectedWithin)}`);
    lines.push(`${cell(printable(row.name))}  ${marks.join('  ')}${speed}`.trimEnd());
  }
  const gaps = rows.flatMap((row) =>
    row.links
      .filter(({ mark }) => mark === 'gap' || mark === 'unknown')
      .map(({ name, mark, link }) => ({ row, name, mark, link })),
  );
  for (const { row, name, mark, link } of gaps) {
    const paint = mark === 'gap' ? colors.red : colors.yellow;
    const [head = '', ...rest] = wrap(printable(`${row.name}, ${name}: ${link.gap}`), width - 4);
    lines.push(`  ${paint(MARKS[mark])} ${head}`, ...rest.map((line) => `    ${line}`));
  }
  return lines.join('\n');
}

function lastLine(result: CheckResult, rows: readonly MatrixRow[], colors: Colors): string {
  const count = (severity: Severity): number =>
    result.findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notices] = [count('error'), count('warning'), count('notice')];
  const covered = rows.filter(isCovered).length;
  const inferred = rows.length > 0 && rows.every(({ isInferred }) => isInferred) ? ' (inferred)' : '';
  const paths =
    rows.length === 0
      ? 'no critical path'
      : `${covered === rows.length ? 'all' : `${covered} of`} ${counted(rows.length, 'critical path')}${inferred} covered`;
  const fixable = result.findings.filter(({ fix }) => fix !== undefined).length;
  const parts = [
    counted(result.files, 'file'),
    paths,
    (errors > 0 ? colors.red : (text: string) => text)(counted(errors, 'error')),
    (warnings > 0 ? colors.yellow : (text: string) => text)(counted(warnings, 'warning')),
    counted(notices, 'notice'),
    ...(result.suppressed > 0 ? [`${result.suppressed} silenced`] : []),
  ];
  const hint = fixable > 0 ? `; ${fixable} can be mended with --fix` : '';
  return `${errors > 0 ? colors.red('✗') : colors.green('✓')} ${parts.join(', ')}${hint}`;
}
