import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { starterConfig } from '../../src/config/starter.lazy.ts';
import { openDisk } from '../../src/repo/disk.ts';
import { sourceText } from '../../src/repo/text.ts';
import { matrixOf } from '../../src/report/matrix.ts';
import { checkDisk } from '../support/check.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

const SCRAPED = {
  'docker-compose.yml':
    'services:\n  api: {image: example/api:1.0}\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]\n',
  'prometheus.yml': 'scrape_configs:\n  - job_name: api\n    static_configs: [{targets: ["api:80"]}]\n',
};

describe.each(FIXTURES)('the first configuration of %s', (fixture) => {
  test('proves what is proved without one', () => {
    const disk = openDisk(`fixtures/${fixture}`);
    const inferred = checkDisk(disk, { config: sourceText('none.yml', '') });
    const written = starterConfig(inferred.chains);
    const declared = checkDisk(disk, { config: sourceText('monitoring-check.yml', written) });
    const marks = ({ chains }: typeof declared): unknown =>
      matrixOf(chains).map(({ name, links, detectedWithin }) => [
        name,
        links.map(({ mark }) => mark),
        detectedWithin,
      ]);
    expect(marks(declared)).toEqual(marks(inferred));
    expect(inferred.chains.length).toBeGreaterThan(0);
  });
});

describe('init', () => {
  test('writes the configuration with the inferred paths, and the workflow', () => {
    const folder = temporaryFolder(SCRAPED);
    const { status, stdout, stderr } = monitoringCheck(['init', folder]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      'monitoring-check.yml written, with 1 critical path\n.github/workflows/monitoring-check.yml written\n',
    );
    expect(readFileSync(join(folder, 'monitoring-check.yml'), 'utf8')).toMatchInlineSnapshot(`
      "# yaml-language-server: $schema=https://raw.githubusercontent.com/org/monitoring-check/v1/schemas/monitoring-check.schema.json

      # The critical paths of this repository: what must not break without somebody being told.
      # They were inferred from what Prometheus scrapes. Take out what may break unseen, add what is missing,
      # and say how soon somebody must know: detect-within is the longest time from the breaking to the alert.

      paths:
        - name: api
          services: [api]
          jobs: [api]
          # no alert watches it
          # not alerted, tested, routed or seen
      "
    `);
    // What it wrote is read without a complaint: the path is still uncovered, and nothing else.
    expect(monitoringCheck([folder, '--promtool', 'off']).status).toBe(1);
  });

  test('leaves alone what is there', () => {
    const folder = temporaryFolder({ ...SCRAPED, 'monitoring-check.yaml': 'preset: strict\n' });
    expect(monitoringCheck(['init', folder]).stdout).toContain('monitoring-check.yaml is there already');
    const again = monitoringCheck(['init', folder]);
    expect(again.stdout).toBe(
      'monitoring-check.yaml is there already: left as it is\n.github/workflows/monitoring-check.yml is there already: left as it is\n',
    );
  });

  test('in a repository without anything scraped shows how a path is declared', () => {
    const folder = temporaryFolder();
    monitoringCheck(['init', folder]);
    expect(readFileSync(join(folder, 'monitoring-check.yml'), 'utf8')).toContain('#   - name: orders');
    expect(monitoringCheck([folder]).status).toBe(0);
  });

  test('below the root of a repository writes no workflow that GitHub would not read', () => {
    const root = temporaryFolder();
    execFileSync('git', ['init', '-q'], { cwd: root });
    mkdirSync(join(root, 'deploy'));
    expect(monitoringCheck(['init', join(root, 'deploy')]).stdout).toContain('no workflow written');
  });

  test('follows no link out of the folder', () => {
    const outside = temporaryFolder();
    const folder = temporaryFolder();
    symlinkSync(outside, join(folder, '.github'));
    const { status, stderr } = monitoringCheck(['init', folder]);
    expect(status).toBe(2);
    expect(stderr).toContain('its folder is a link that leads out of');
  });
});
