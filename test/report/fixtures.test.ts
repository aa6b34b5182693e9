import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { annotationCommands } from '../../src/github/annotations.ts';
import { githubReport } from '../../src/report/github.ts';
import { junitReport } from '../../src/report/junit.ts';
import { LARGEST_SUMMARY, markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { sarifReport } from '../../src/report/sarif.ts';
import type { CheckResult } from '../../src/result.ts';
import { checkFiles } from '../support/check.ts';
import { finding } from '../support/findings.ts';
import { FIXTURES, fixtureFiles, variantFiles } from '../support/fixtures.ts';

const SNAPSHOTS = 'test/report/snapshots';

/** Every form that a person or a program reads as a text, by the ending of its file. */
const FORMS: readonly [string, (result: CheckResult) => string][] = [
  ['txt', (result) => prettyReport(result, { color: false, width: 96, quiet: false })],
  ['md', (result) => markdownReport(result)],
  ['commands', githubReport],
];

/** A fault of each stack, as its report shows it. */
const BROKEN = [
  'airflow-langgraph/depends-on-unknown-service',
  'debezium-lab/agent-port-differs',
  'k2-market-data/feed-handler-down-too-slow',
  'kafnus/jar-folder',
  'thought-processor/datasource-uid-differs',
];

describe('the reports', () => {
  test.each(FIXTURES)('of the healthy stack %s', async (fixture) => {
    const result = checkFiles(fixtureFiles(fixture));
    for (const [ending, write] of FORMS.slice(0, 2))
      await expect(write(result)).toMatchFileSnapshot(join(process.cwd(), SNAPSHOTS, `${fixture}.${ending}`));
  });

  test.each(BROKEN)('of the broken stack %s', async (variant) => {
    const result = checkFiles(variantFiles(variant));
    for (const [ending, write] of FORMS)
      await expect(write(result)).toMatchFileSnapshot(
        join(process.cwd(), SNAPSHOTS, `${variant.replace('/', '.')}.${ending}`),
      );
  });
});

describe('a repository with 5,000 findings stays within what GitHub takes', () => {
  const severities = ['error', 'warning', 'notice'] as const;
  const findings = Array.from({ length: 5_000 }, (_, index) =>
    finding(`area/rule-${index % 40}`, `folder-${index % 90}/file-${index}.yml`, 1 + (index % 300), {
      severity: severities[index % 3] ?? 'error',
      message: `what is wrong in file ${index}, and what will happen because of it, in words that take their room`,
      help: 'what to do about it, with the names of the files and the values to write',
    }),
  );
  const result = { ...checkFiles({}), findings };

  test('ten annotations of a kind', () => {
    const commands = annotationCommands(findings, new Set(), '');
    for (const kind of severities)
      expect(commands.filter((command) => command.startsWith(`::${kind}`)).length).toBeLessThanOrEqual(10);
  });

  test('a summary of 1,024 KiB, which says what it leaves out', () => {
    const page = markdownReport(result);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(LARGEST_SUMMARY);
    expect(page).toContain('left out here because the page would be too large');
  });

  test('5,000 results of SARIF, below 10 MB when packed', () => {
    const log = JSON.parse(sarifReport(result)) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results).toHaveLength(5_000);
    expect(Buffer.byteLength(sarifReport(result))).toBeLessThan(10_000_000);
    expect(junitReport(result)).toContain('tests="5000"');
  });
});
