import { bySeverity, type Finding } from '../lint/finding.ts';
import type { CheckResult } from '../result.ts';
import { isCovered, type MatrixRow, matrixOf } from './matrix.ts';
import { printable } from './text.ts';

const PATHS = 'critical paths';

/**
 * The report as JUnit XML, as CI servers read it: a suite of the critical paths, where a path that is not
 * covered fails, and one suite a file, where errors and warnings are failures and notices are skipped.
 */
export function junitReport(result: CheckResult): string {
  const suites = new Map<string, Case[]>();
  const add = (suite: string, one: Case): void => {
    const cases = suites.get(suite);
    if (cases === undefined) suites.set(suite, [one]);
    else cases.push(one);
  };
  for (const row of matrixOf(result.chains)) add(PATHS, ofPath(row));
  for (const finding of [...result.findings].sort(bySeverity)) add(finding.at.file, ofFinding(finding));
  // Servers take a file without any test for a broken run.
  if (suites.size === 0) add('monitoring-check', { name: 'nothing found', outcome: undefined });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="monitoring-check" ${counts([...suites.values()].flat())}>
${[...suites].map(([name, cases]) => suiteXml(name, cases)).join('\n')}
</testsuites>
`;
}

interface Case {
  readonly name: string;
  /** Undefined for a test that passed. */
  readonly outcome:
    | {
        readonly kind: 'failure' | 'skipped';
        readonly type: string;
        readonly message: string;
        readonly text: string;
      }
    | undefined;
}

function ofPath(row: MatrixRow): Case {
  if (isCovered(row)) return { name: row.name, outcome: undefined };
  const gaps = row.links.flatMap(({ name, mark, link }) =>
    mark === 'gap' ? [`${name}: ${link.gap ?? ''}`] : [],
  );
  return {
    name: row.name,
    outcome: { kind: 'failure', type: 'gap', message: gaps.join('; '), text: gaps.join('\n') },
  };
}

function ofFinding({ rule, severity, message, help, at }: Finding): Case {
  const place = `${at.file}:${at.start.line}:${at.start.column}`;
  return {
    name: `${rule} (${at.start.line}:${at.start.column})`,
    outcome: {
      kind: severity === 'notice' ? 'skipped' : 'failure',
      type: severity,
      message,
      text: [place, message, help].filter((part) => part !== undefined).join('\n'),
    },
  };
}

function counts(cases: readonly Case[]): string {
  const count = (kind: string): number => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}"`;
}

function suiteXml(suite: string, cases: readonly Case[]): string {
  const lines = cases.map(({ name, outcome }) => {
    const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(suite)}"`;
    if (outcome === undefined) return `${head}/>`;
    const { kind, type, message, text } = outcome;
    const inner =
      kind === 'skipped'
        ? `<skipped message="${escapeXml(message)}"/>`
        : `<failure type="${type}" message="${escapeXml(message)}">${escapeXml(text)}</failure>`;
    return `${head}>\n      ${inner}\n    </testcase>`;
  });
  return `  <testsuite name="${escapeXml(suite)}" ${counts(cases)}>\n${lines.join('\n')}\n  </testsuite>`;
}

/** Text as XML 1.0 may hold it, in an element or an attribute. */
export const escapeXml = (text: string): string =>
  printable(text)
    // Halves of surrogate pairs and the last two code points of the plane are no characters of XML.
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    // A runner looks for its commands in whatever is printed.
    .replace(/##(?=\[)/g, '#&#35;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;');
