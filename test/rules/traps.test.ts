import { describe, expect, test } from 'vitest';
import { checkFiles, oneLine } from '../support/check.ts';
import { changed, fixtureFiles } from '../support/fixture.ts';

/** What one area's rules find in a reference stack after a change, without the places. */
const found = (files: Record<string, string>, area: string): string[] =>
  checkFiles(files)
    .findings.filter(({ rule }) => rule.startsWith(area))
    .map((finding) => oneLine(finding));

describe('traps of the reference stacks, in what Grafana shows', () => {
  test('debezium-lab: the provider looks where nothing is mounted', () => {
    const files = changed(
      fixtureFiles('debezium-lab'),
      'labs/monitoring/grafana/provisioning/dashboards/dashboard.yml',
      '/var/lib/grafana/dashboards',
      '/var/lib/grafana/boards',
    );
    const lines = found(files, 'grafana/');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^error grafana\/provider-path .*"\/var\/lib\/grafana\/boards" is in a volume, where no dashboard of the repository is mounted$/,
    );
  });

  test('k2-market-data: a declared path is on no panel of its dashboard', () => {
    const path = 'docker/grafana/dashboards/k2-pipeline.json';
    const files = fixtureFiles('k2-market-data');
    const without = {
      ...files,
      [path]: (files[path] as string).replaceAll('iceberg', 'lake'),
    };
    expect(found(without, 'dashboards/path-not-shown')).toEqual([
      'error dashboards/path-not-shown monitoring-check.yml:49:16 nobody sees "iceberg-offload" on a dashboard: no panel of the dashboard "k2-pipeline" shows its series',
    ]);
  });

  test('airflow-langgraph: a dashboard does not refresh by itself', () => {
    const files = fixtureFiles('airflow-langgraph');
    const path = 'grafana/dashboards/kafka.json';
    const still = {
      ...files,
      [path]: (files[path] as string).replace(/"refresh": "[^"]+"/, '"refresh": ""'),
    };
    expect(found(still, 'dashboards/')).toEqual([
      expect.stringMatching(/^error dashboards\/no-refresh grafana\/dashboards\/kafka\.json:/),
    ]);
  });

  test('thought-processor: the datasource has another uid than the panels name', () => {
    const files = changed(
      fixtureFiles('thought-processor'),
      'config/grafana/provisioning/datasources/datasources.yml',
      'uid: prometheus',
      'uid: metrics',
    );
    const lines = found(files, 'dashboards/');
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(line).toMatch(
        /^error dashboards\/unknown-datasource .* with the uid "prometheus", which grafana does not have$/,
      );
  });
});
