import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { JsonReport } from '../../src/report/json.ts';
import { hasTool, type Repository } from '../support/check.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const K2 = 'fixtures/k2-market-data';

/** A PATH with an amtool that routes every alert to one receiver, and writes down what it is asked; promtool beside it where a test drills. */
function fakeAmtool(receiver: string, tools: readonly string[] = []) {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  writeFileSync(
    join(folder, 'amtool'),
    `#!/bin/sh
[ "$1" = --version ] && echo 'amtool, version 0.28.0' && exit 0
[ "$1" = config ] && echo "$*" >> ${log} && echo ${receiver}
exit 0
`,
  );
  chmodSync(join(folder, 'amtool'), 0o755);
  for (const name of tools) {
    const path = (process.env.PATH ?? '')
      .split(':')
      .map((one) => join(one, name))
      .find(existsSync);
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return {
    env: { PATH: folder },
    /** The labels of each alert that was asked about. */
    asked: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => line.split(' ').slice(4).join(' '))
            .sort()
        : [],
  };
}

const report = (stdout: string): JsonReport => JSON.parse(stdout) as JsonReport;

/** A Prometheus with alerts by their severities, and an Alertmanager with routes by severity. */
const stack = (severities: readonly string[], labels = 'severity', value = 'critical'): Repository => ({
  'prometheus.yml': `rule_files: [alerts.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
scrape_configs: [{job_name: api, static_configs: [{targets: ["api:8000"]}]}]
`,
  'alerts.yml': JSON.stringify({
    groups: [
      {
        name: 'api',
        rules: severities.map((severity, index) => ({
          alert: `Api${index}`,
          expr: `api_${index} > 1`,
          labels: { severity },
        })),
      },
    ],
  }),
  'alertmanager.yml': `route:
  receiver: chat
  routes: [{matchers: ['${labels}="${value}"'], receiver: pager}]
receivers:
  - {name: chat, webhook_configs: [{url: "http://chat.example.org/hook"}]}
  - {name: pager, webhook_configs: [{url: "http://pager.example.org/hook"}]}
  - {name: nobody}
`,
});

describe('where alerts end', () => {
  test.skipIf(!hasTool('amtool'))('is proved by amtool, beside what is worked out here', () => {
    const { status, stdout } = monitoringCheck(['check', '-f', 'json', K2]);
    expect(status).toBe(0);
    const { tools, paths } = report(stdout);
    expect(tools.amtool.ran).toEqual(['check-config', 'config routes test']);
    expect(paths[0]?.links.routed?.proof.map(({ what }) => what)).toEqual([
      'FeedHandlerDown: the receiver "market-data-oncall" notifies by pagerduty and slack',
      'amtool routes FeedHandlerDown to market-data-oncall',
    ]);
  });

  test('is asked once for all alerts that the routes cannot tell apart', () => {
    const { env, asked } = fakeAmtool('chat');
    monitoringCheck([temporaryFolder(stack(['warning', 'critical', 'warning', 'info', 'critical']))], {
      env,
    });
    expect(asked()).toEqual(['severity="critical"', 'severity="info"', 'severity="warning"']);
  });

  test('is an error where amtool has a critical alert reach nobody', () => {
    const { env } = fakeAmtool('nobody');
    const { status, stdout } = monitoringCheck([temporaryFolder(stack(['critical'])), '-f', 'json'], { env });
    expect(status).toBe(1);
    const found = report(stdout).findings.filter(({ rule }) => rule === 'alertmanager/amtool');
    expect(found.map(({ severity, file, line, message }) => [severity, file, line, message])).toEqual([
      [
        'error',
        'alertmanager.yml',
        1,
        'amtool routes the alert "Api0" with severity="critical" to "nobody", which notifies nobody, and it was worked out to reach "pager"',
      ],
    ]);
  });

  test('is a notice where amtool only has it reach another one', () => {
    const { env } = fakeAmtool('chat');
    const { status, stdout } = monitoringCheck([temporaryFolder(stack(['critical'])), '-f', 'json'], { env });
    expect(status).toBe(0);
    const found = report(stdout).findings.filter(({ rule }) => rule === 'alertmanager/amtool');
    expect(found.map(({ severity }) => severity)).toEqual(['notice']);
  });

  test('is asked about labels that only series bring where the drill saw them, and else not', () => {
    const files = stack(['critical'], 'job', 'job');
    const still = fakeAmtool('pager', ['promtool']);
    monitoringCheck([temporaryFolder(files)], { env: still.env });
    expect(still.asked()).toEqual([]);
    if (!hasPromtool) return;
    const drilled = fakeAmtool('pager', ['promtool']);
    const { stdout } = monitoringCheck(['check', '--drill', '-f', 'json', temporaryFolder(files)], {
      env: drilled.env,
    });
    expect(drilled.asked()).toEqual(['job="job"']);
    expect(report(stdout).findings.filter(({ rule }) => rule === 'alertmanager/amtool')).toEqual([]);
  });

  test('is not asked without end', () => {
    const { env, asked } = fakeAmtool('chat');
    const many = stack(Array.from({ length: 100 }, (_, index) => `p${index}`));
    monitoringCheck([temporaryFolder(many)], { env });
    expect(asked()).toHaveLength(60);
  });

  test('is not asked where the routes hold a variable', () => {
    const { env, asked } = fakeAmtool('chat');
    monitoringCheck([temporaryFolder(stack(['critical'], 'severity', '${PAGED}'))], { env });
    expect(asked()).toEqual([]);
  });
});
