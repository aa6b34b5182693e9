import { describe, expect, test } from 'vitest';
import { sarifReport } from '../../src/report/sarif.ts';
import { checkFiles } from '../support/check.ts';
import { finding } from '../support/findings.ts';

const BLIND = {
  'demo stack/docker-compose.yml':
    'services:\n  api: {image: example/api:1.0}\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]\n',
  'demo stack/prometheus.yml':
    'scrape_configs:\n  - job_name: api\n    static_configs: [{targets: ["api:80"]}]\n',
};

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly { readonly toolExecutionNotifications: readonly unknown[] }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: object;
        };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}
const runOf = (text: string): Log['runs'][number] => (JSON.parse(text) as Log).runs[0] as Log['runs'][number];

describe('the report as SARIF', () => {
  const result = checkFiles(BLIND);
  const run = runOf(sarifReport(result));

  test('names each rule once, and each result its rule', () => {
    expect(run.results.length).toBe(result.findings.length);
    for (const { ruleId, ruleIndex } of run.results)
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  test('places a result by an encoded path, below the folder that was checked', () => {
    const uncovered = (text: string): unknown =>
      runOf(text).results.find(({ ruleId }) => ruleId === 'alerts/uncovered-path')?.locations[0]
        ?.physicalLocation;
    expect(uncovered(sarifReport(result, 'deploy'))).toMatchObject({
      artifactLocation: { uri: 'deploy/demo%20stack/prometheus.yml' },
      region: { startLine: 3, startColumn: 33, endLine: 3, endColumn: 41 },
    });
  });

  test('has fingerprints that stay when lines move, and differ between findings', () => {
    const moved = checkFiles({
      ...BLIND,
      'demo stack/prometheus.yml': `# a comment\n\n${BLIND['demo stack/prometheus.yml']}`,
    });
    const prints = (text: string): unknown[] =>
      runOf(text).results.map(({ partialFingerprints }) => partialFingerprints['monitoringCheck/v1']);
    expect(prints(sarifReport(moved))).toEqual(prints(sarifReport(result)));
    expect(new Set(prints(sarifReport(result))).size).toBe(run.results.length);
  });

  test('keeps what GitHub keeps, the worst first, and says how much it leaves out', () => {
    const many = Array.from({ length: 5_100 }, (_, index) =>
      finding('compose/no-healthcheck', `file-${index}.yml`, 1, {
        severity: index < 5_090 ? 'warning' : 'error',
      }),
    );
    const large = runOf(sarifReport({ ...result, findings: many }));
    expect(large.results).toHaveLength(5_000);
    expect(large.results[0]).toMatchObject({ level: 'error' });
    expect(large.invocations[0]?.toolExecutionNotifications).toEqual([
      { level: 'warning', message: { text: '100 findings more than a report may hold are left out' } },
    ]);
  });
});
