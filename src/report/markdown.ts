import type { Severity } from '../config/config.ts';
import { bySeverity, type Finding } from '../lint/finding.ts';
import { append } from '../multimap.ts';
import { formatSeconds } from '../promql/duration.ts';
import type { CheckResult } from '../result.ts';
import type { DrilledAlert } from '../verify/drill/drill.ts';
import { counted } from '../words.ts';
import { drillHeadline, drillResult, placeOf } from './drill.ts';
import { mermaidGraph } from './graph/mermaid.ts';
import { systemGraph } from './graph/system-graph.ts';
import { isCovered, type Mark, matrixOf } from './matrix.ts';
import { smokeSections } from './smoke-markdown.ts';
import { printable } from './text.ts';

/** What GitHub takes of a job summary, in bytes of UTF-8; a larger one is dropped whole (GitHub documentation, "Adding a job summary"). */
export const LARGEST_SUMMARY = 1024 * 1024;

const MARKS: Readonly<Record<Mark, string>> = { proved: '✅', gap: '❌', open: '–', unknown: '❔' };
const TITLES: Readonly<Record<Severity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  notice: 'Notices',
};

/**
 * The report as a page of Markdown: the matrix of paths and links, the system as a picture, then the
 * findings by file. Whole sections are left out, the picture first and then the least important findings,
 * until it is no larger than `largest` bytes.
 */
export function markdownReport(result: CheckResult, largest = LARGEST_SUMMARY): string {
  const head = [
    `## Monitoring check`,
    headline(result),
    ...matrixSection(result),
    ...gapSection(result),
    ...changeSection(result),
    ...smokeSections(result.smoke, escapeMarkdown),
    ...result.notices.map((notice) => `> ${escapeMarkdown(notice)}`),
  ];
  const drill = drillSection(result);
  const sections = (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const findings = result.findings.filter((finding) => finding.severity === severity);
    return findings.length === 0
      ? []
      : [{ title: TITLES[severity], text: findingSection(severity, findings), count: findings.length }];
  });
  // What is found matters more than what was proved; notices least.
  const rest = sections.findIndex(({ title }) => title === TITLES.notice);
  if (drill !== undefined) sections.splice(rest < 0 ? sections.length : rest, 0, drill);
  const picture = pictureSection(result);
  const whole = `${[...head, ...picture, ...sections.map(({ text }) => text)].join('\n\n')}\n`;
  if (Buffer.byteLength(whole) <= largest) return whole;
  for (let kept = sections.length; kept >= 0; kept--) {
    const left = sections
      .slice(kept)
      .map(({ title, count }) => `${title}: ${count}, left out here because the page would be too large.`);
    const page = `${[...head, ...sections.slice(0, kept).map(({ text }) => text), ...left].join('\n\n')}\n`;
    if (Buffer.byteLength(page) <= largest) return page;
  }
  return `## Monitoring check\n\n${headline(result)}\n`;
}

function headline(result: CheckResult): string {
  const count = (severity: Severity): number =>
    result.findings.filter((finding) => finding.severity === severity).length;
  const rows = matrixOf(result.chains);
  const paths =
    rows.length === 0
      ? 'No critical path.'
      : `${rows.filter(isCovered).length} of ${counted(rows.length, 'critical path')} covered.`;
  return `${paths} ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('notice'), 'notice')}.`;
}

function matrixSection(result: CheckResult): string[] {
  const rows = matrixOf(result.chains);
  const [first] = rows;
  if (first === undefined) return [];
  const heads = first.links.map(({ name }) => name);
  const lines = rows.map((row) => {
    const speed = row.detectedWithin === undefined ? '' : formatSeconds(row.detectedWithin);
    return `| ${escapeMarkdown(row.name)} | ${row.links.map(({ mark }) => MARKS[mark]).join(' | ')} | ${speed} |`;
  });
  return [
    [
      `| critical path | ${heads.join(' | ')} | detected in |`,
      `| --- |${' :-: |'.repeat(heads.length)} ---: |`,
      ...lines,
    ].join('\n'),
  ];
}

/** The fire drill: the alerts that do not fire as they should, and the others folded. */
function drillSection({ drill }: CheckResult): { title: string; text: string; count: number } | undefined {
  if (drill === null || drill.length === 0) return undefined;
  const line = (one: DrilledAlert): string => {
    const { file, line: number } = placeOf(one);
    const mark = { fires: '✅', 'cannot-fire': '❌', 'not-invertible': '❔' }[one.result];
    return `- ${mark} **${escapeMarkdown(one.rule.name)}** ${escapeMarkdown(drillResult(one))} ${code(`${file}:${number}`)}`;
  };
  const isGood = ({ result, verdict }: DrilledAlert): boolean =>
    result === 'fires' && verdict?.isQuiet === true;
  const open = drill.filter((one) => !isGood(one)).map(line);
  const good = drill.filter(isGood).map(line);
  const folded = `<details><summary>${good.length} that fire as they should</summary>\n\n${good.join('\n')}\n\n</details>`;
  const text = [
    `### Fire drill`,
    `${sentence(drillHeadline(drill))}`,
    ...(open.length > 0 ? [open.join('\n')] : []),
    ...(good.length > 0 ? [folded] : []),
  ].join('\n\n');
  return { title: 'Fire drill', text, count: drill.length };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** What the change did to the critical paths, where a commit was compared with. */
function changeSection({ base, chains }: CheckResult): string[] {
  if (base === undefined) return [];
  const before = new Map(matrixOf(base.chains).map((row) => [row.name, row]));
  const after = new Map(matrixOf(chains).map((row) => [row.name, row]));
  const lines = [
    ...[...after.values()].flatMap((row) => {
      const old = before.get(row.name);
      if (old === undefined) return [`- **${escapeMarkdown(row.name)}** is new`];
      const changed = row.links.flatMap(({ name, mark }, index) => {
        const was = old.links[index]?.mark ?? mark;
        return was === mark ? [] : [`${name} ${MARKS[was]} → ${MARKS[mark]}`];
      });
      if (old.detectedWithin !== undefined && row.detectedWithin !== undefined)
        if (old.detectedWithin !== row.detectedWithin)
          changed.push(
            `detected in ${formatSeconds(old.detectedWithin)} → ${formatSeconds(row.detectedWithin)}`,
          );
      return changed.length === 0 ? [] : [`- **${escapeMarkdown(row.name)}**: ${changed.join(', ')}`];
    }),
    ...[...before.keys()]
      .filter((name) => !after.has(name))
      .map((name) => `- **${escapeMarkdown(name)}** is no longer there`),
  ];
  return [
    `### What the change does to the critical paths\n\n${lines.length === 0 ? 'Nothing.' : lines.join('\n')}`,
  ];
}

function gapSection(result: CheckResult): string[] {
  const gaps = matrixOf(result.chains).flatMap((row) =>
    row.links
      .filter(({ mark }) => mark === 'gap' || mark === 'unknown')
      .map(
        ({ name, mark, link }) =>
          `- ${MARKS[mark]} **${escapeMarkdown(row.name)}**, ${name}: ${escapeMarkdown(link.gap ?? '')}`,
      ),
  );
  return gaps.length === 0 ? [] : [gaps.join('\n')];
}

/** The system as GitHub draws it, where there is anything to draw. */
function pictureSection(result: CheckResult): string[] {
  const graph = systemGraph(result);
  if (graph.scenes.length === 0) return [];
  const text = `\`\`\`mermaid\n${mermaidGraph(graph)}\`\`\``;
  return [`<details open><summary>The system</summary>\n\n${text}\n\n</details>`];
}

function findingSection(severity: Severity, findings: readonly Finding[]): string {
  const byFile = new Map<string, Finding[]>();
  for (const finding of [...findings].sort(bySeverity)) append(byFile, finding.at.file, finding);
  const files = [...byFile].map(([file, own]) => {
    const lines = own.map(
      ({ at, rule, message, help }) =>
        `- line ${at.start.line}: ${escapeMarkdown(message)} ${code(rule)}${help === undefined ? '' : `<br>${escapeMarkdown(help)}`}`,
    );
    return `#### ${code(file)}\n\n${lines.join('\n')}`;
  });
  const body = files.join('\n\n');
  // Notices are folded: hygiene is there for who looks for it.
  return severity === 'notice'
    ? `<details><summary>${TITLES[severity]} (${findings.length})</summary>\n\n${body}\n\n</details>`
    : `### ${TITLES[severity]}\n\n${body}`;
}

/** Text of the user's files as Markdown that shows it and does nothing else. */
export const escapeMarkdown = (text: string): string =>
  printable(text)
    .replace(/\n/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|~<>&@:-]/g, (char) => `&#${char.charCodeAt(0)};`);

/** A short text as code, whatever back quotes it holds. */
const code = (text: string): string =>
  `<code>${printable(text).replace(/[\s&<>|@*_`[\]\\]/g, (char) => `&#${char.charCodeAt(0)};`)}</code>`;
