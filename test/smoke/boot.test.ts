import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canBoot, makeImages } from '../support/images.ts';
import { docker, edit, leftOvers, type StackChanges, smokeReport, stackFolder } from '../support/smoke.ts';

const COMPOSE = 'docker-compose.yml';
const PROMETHEUS = 'prometheus/prometheus.yml';
const ALERTS = 'prometheus/rules/alerts.yml';

interface Sick {
  readonly name: string;
  readonly changes: StackChanges;
  /** The services that are booted. */
  readonly boots: string;
  /** Rule, file, a text of the line that is found, and what is said. */
  readonly found: readonly [rule: string, file: string, line: string, says: RegExp];
  readonly status?: number;
  readonly options?: readonly string[];
  /** A port of the host that is taken. */
  readonly taken?: number;
}

const SICK: readonly Sick[] = [
  {
    name: 'a JMX jar that is a folder',
    changes: { 'jvm/agent.jar': undefined },
    boots: 'orders,prometheus',
    found: [
      'smoke/container-fails',
      COMPOSE,
      './jvm/agent.jar',
      /"orders" ended with exit code 1: .*agent\.jar/,
    ],
  },
  {
    name: 'a target with a wrong port',
    changes: { [PROMETHEUS]: edit('orders:9404', 'orders:9405') },
    boots: 'orders,prometheus',
    found: [
      'smoke/target-down',
      PROMETHEUS,
      'orders:9405',
      /"orders:9405" of the job "orders": connect: connection refused/,
    ],
  },
  {
    name: 'a target with a wrong name',
    changes: { [PROMETHEUS]: edit('statsd-exporter:9102', 'statsd:9102') },
    boots: 'statsd-exporter,prometheus',
    found: ['smoke/target-down', PROMETHEUS, 'statsd:9102', /lookup statsd: no such host/],
  },
  {
    name: 'a page that is no metrics',
    changes: { [PROMETHEUS]: edit('- job_name: statsd', '- job_name: statsd\n    metrics_path: /') },
    boots: 'statsd-exporter,prometheus',
    found: ['smoke/target-down', PROMETHEUS, 'statsd-exporter:9102', /unsupported Content-Type "text\/html/],
  },
  {
    name: 'a rule file that is not loaded',
    changes: { [PROMETHEUS]: edit('rules/*.yml', 'rules/*.yaml') },
    boots: 'prometheus',
    found: ['smoke/rule-not-loaded', ALERTS, 'groups:', /knows none of the rules/],
    status: 0,
  },
  {
    name: 'a rule that cannot be evaluated',
    changes: {
      [ALERTS]: edit(
        'node_load1{job="node"} > 1000',
        'node_cpu_seconds_total * on(instance) node_cpu_seconds_total > 1',
      ),
    },
    boots: 'node-exporter,prometheus',
    found: ['smoke/rule-fails', ALERTS, 'on(instance)', /the alert "HostBusy": found duplicate series/],
  },
  {
    name: 'an Alertmanager at another port',
    changes: { [PROMETHEUS]: edit('alertmanager:9093', 'alertmanager:9094') },
    boots: 'alertmanager,prometheus',
    found: [
      'smoke/alertmanager-unreached',
      PROMETHEUS,
      'alertmanager:9094',
      /where none answers: every alert is dropped/,
    ],
  },
  {
    name: 'an Alertmanager of another name',
    changes: { [PROMETHEUS]: edit('alertmanager:9093', 'alertmanger:9093') },
    boots: 'alertmanager,prometheus',
    found: [
      'smoke/alertmanager-unreached',
      PROMETHEUS,
      'alertmanger:9093',
      /a name that nothing on its networks has/,
    ],
  },
  {
    name: 'an Alertmanager on another network',
    changes: {
      [COMPOSE]: (text) =>
        `${text.replace('  alertmanager:\n', '  alertmanager:\n    networks: [apart]\n')}networks: {apart: {}}\n`,
    },
    boots: 'alertmanager,prometheus',
    found: ['smoke/alertmanager-unreached', PROMETHEUS, 'alertmanager:9093', /every alert is dropped/],
  },
  {
    name: 'a crash loop',
    changes: {
      [COMPOSE]: edit('  statsd-exporter:\n', '  statsd-exporter:\n    restart: always\n'),
      'statsd/mapping.yml': 'mappings: [{ match: "a.b", nome: x }]\n',
    },
    boots: 'statsd-exporter',
    found: [
      'smoke/container-fails',
      COMPOSE,
      'statsd-exporter:',
      /"statsd-exporter" ends with exit code 1 again and again: .*didn't set a metric name/,
    ],
  },
  {
    name: 'a memory limit that is too low',
    changes: {
      [COMPOSE]: edit(
        '"print(\'seeded\')"]',
        '"x = b\'x\' * 300_000_000; print(len(x))"]\n    mem_limit: 48m',
      ),
    },
    boots: 'seed',
    found: [
      'smoke/container-fails',
      COMPOSE,
      'mem_limit: 48m',
      /"seed" was killed because it took more memory/,
    ],
  },
  {
    name: 'a health check that never passes',
    changes: { 'api/check.py': 'raise SystemExit("the queue does not answer")\n' },
    boots: 'api,statsd-exporter',
    found: [
      'smoke/container-fails',
      COMPOSE,
      'healthcheck:',
      /"api" is unhealthy: the queue does not answer/,
    ],
  },
  {
    name: 'a one-shot service that fails',
    changes: { [COMPOSE]: edit("print('seeded')", "raise SystemExit('no schema')") },
    boots: 'api,statsd-exporter',
    found: ['smoke/container-fails', COMPOSE, 'seed:', /"seed" ended with exit code 1: no schema/],
  },
  {
    name: 'a program that the image does not have',
    changes: { [COMPOSE]: edit('"python3", "-c", "print(\'seeded\')"', '"/usr/bin/seed-it"') },
    boots: 'seed',
    found: ['smoke/container-fails', COMPOSE, 'seed:', /"seed" could not be started: .*seed-it/],
  },
  {
    name: 'a dashboard that is rejected',
    changes: { 'grafana/dashboards/workers.json': '{"uid": "services", "title": "Workers", "panels": []}\n' },
    boots: 'grafana',
    found: [
      'smoke/dashboard-missing',
      'grafana/dashboards/workers.json',
      'Workers',
      /did not take up the dashboard "Workers"/,
    ],
  },
  {
    name: 'a datasource that does not answer',
    changes: {
      'grafana/provisioning/datasources/all.yml': edit('http://prometheus:9090', 'http://localhost:9090'),
    },
    boots: 'grafana,prometheus',
    found: [
      'smoke/datasource-fails',
      'grafana/provisioning/datasources/all.yml',
      'http://localhost:9090',
      /the datasource "Prometheus" does not answer/,
    ],
  },
  {
    name: 'a metric that relabelling drops',
    changes: {
      [PROMETHEUS]: edit(
        '- job_name: orders',
        '- job_name: orders\n    metric_relabel_configs: [{source_labels: [__name__], regex: "jvm_memory_.*", action: drop}]',
      ),
    },
    boots: 'orders,prometheus',
    found: [
      'smoke/series-absent',
      ALERTS,
      'jvm_memory_used_bytes',
      /the alert "OrdersHeapHigh" cannot fire as meant/,
    ],
    status: 0,
  },
  {
    name: 'a panel on a metric of another name',
    changes: { 'grafana/dashboards/services.json': edit('jvm_threads_current', 'jvm_threads_count') },
    boots: 'orders,prometheus,grafana',
    found: [
      'smoke/series-absent',
      'grafana/dashboards/services.json',
      'jvm_threads_count',
      /the panel "Threads" shows nothing/,
    ],
    status: 0,
  },
  {
    name: 'a configuration that Prometheus rejects',
    changes: { [PROMETHEUS]: edit('  scrape_timeout: 1s', '  scrape_timeuot: 1s') },
    boots: 'prometheus',
    found: [
      'smoke/container-fails',
      PROMETHEUS,
      'scrape_timeuot',
      /"prometheus" ended with exit code \d+: .*scrape_timeuot/,
    ],
  },
  {
    name: 'rules that Prometheus rejects',
    changes: { [ALERTS]: edit('node_load1{job="node"} > 1000', 'node_load1{job="node"} >') },
    boots: 'prometheus',
    found: [
      'smoke/container-fails',
      ALERTS,
      'node_load1',
      /"prometheus" ended with exit code \d+: .*parse error/,
    ],
  },
  {
    name: 'a folder for data that its user may not write to',
    changes: {
      [COMPOSE]: (text) =>
        text
          .replace('    container_name: prometheus\n', '    user: "65534"\n')
          .replace('prometheus-data:/prometheus', './data:/prometheus'),
    },
    boots: 'prometheus',
    found: [
      'smoke/container-fails',
      COMPOSE,
      './data:/prometheus',
      /"prometheus" ended with exit code \d+: .*permission denied/,
    ],
  },
  {
    name: 'a Loki that never gets ready',
    changes: { [COMPOSE]: edit('  loki:\n', '  loki:\n    environment: { NEVER_READY: "1" }\n') },
    boots: 'loki',
    found: ['smoke/not-ready', COMPOSE, 'loki:', /Loki "loki" is up and never gets ready/],
  },
  {
    name: 'an external network that nobody makes',
    changes: {
      [COMPOSE]: (text) =>
        `${text.replace('  loki:\n', '  loki:\n    networks: [shared]\n')}networks: { shared: { external: true } }\n`,
    },
    boots: 'loki',
    found: ['smoke/network-missing', COMPOSE, 'external: true', /the external network "shared" is not there/],
  },
  {
    name: 'a network that is declared nowhere',
    changes: { [COMPOSE]: edit('  loki:\n', '  loki:\n    networks: [monitoring]\n') },
    boots: 'loki',
    found: [
      'smoke/network-missing',
      COMPOSE,
      'networks: [monitoring]',
      /refers to undefined network monitoring/,
    ],
    status: 2,
  },
  {
    name: "a port that the host's own network has no more",
    changes: { [COMPOSE]: edit('  node-exporter:\n', '  node-exporter:\n    network_mode: host\n') },
    boots: 'node-exporter',
    found: [
      'smoke/container-fails',
      COMPOSE,
      'node-exporter:',
      /"node-exporter" ended with exit code 1: .*address already in use/,
    ],
    options: ['--allow-host-access'],
    taken: 9100,
  },
  {
    name: 'a build that fails',
    changes: { 'api/Dockerfile': edit('CMD', 'RUN ["false"]\nCMD') },
    boots: 'api',
    found: ['smoke/not-booted', COMPOSE, 'build: ./api', /"api" cannot be built/],
    status: 2,
  },
  {
    name: 'an image that cannot be had',
    changes: { [COMPOSE]: edit('grafana/loki:monitoring-check-test', 'localhost:1/grafana/loki:3.0.0') },
    boots: 'loki',
    found: [
      'smoke/not-booted',
      COMPOSE,
      'localhost:1/grafana/loki:3.0.0',
      /the image "localhost:1\/grafana\/loki:3\.0\.0" of "loki" cannot be had/,
    ],
    status: 2,
  },
  {
    name: 'a variable that has no value',
    changes: { [COMPOSE]: edit('${GRAFANA_PASSWORD:-not-a-secret}', '${GRAFANA_PASSWORD:?is needed}') },
    boots: 'grafana',
    found: ['smoke/not-booted', COMPOSE, 'GRAFANA_PASSWORD', /GRAFANA_PASSWORD/],
    status: 2,
  },
];

/** Longer than any of these boots takes, in milliseconds. */
const LONG = 180_000;
const CONFIG = { 'monitoring-check.yml': 'smoke: { patience: 15s }\n' };

describe.skipIf(!canBoot())('a boot', () => {
  beforeAll(() => makeImages(), LONG);

  test('of a healthy stack finds nothing, proves each selector, and leaves nothing', {
    timeout: LONG,
  }, async () => {
    const folder = stackFolder();
    const started = performance.now();
    const { pid, status, report } = await smokeReport(folder);
    const seconds = (performance.now() - started) / 1000;
    expect(report.findings).toEqual([]);
    expect(report.smoke?.looks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.smoke?.looks.map(({ look }) => look)).toEqual([
      'containers',
      'prometheus',
      'targets',
      'rules',
      'alertmanager',
      'grafana',
      'datasources',
      'dashboards',
      'loki',
      'series',
    ]);
    expect(report.smoke?.series.map(({ file, line, present }) => [file, line, present])).toEqual([
      [ALERTS, 5, true],
      [ALERTS, 7, true],
      [ALERTS, 12, true],
      [ALERTS, 17, true],
      [ALERTS, 21, true],
      ['grafana/dashboards/services.json', 22, true],
      ['grafana/dashboards/services.json', 30, true],
    ]);
    expect(status).toBe(0);
    expect(leftOvers(pid)).toEqual([]);
    console.info(`the healthy stack was booted, looked at and gone in ${seconds.toFixed(1)} s`);
  });

  test('stands beside what has its ports, its names and its networks already', {
    timeout: LONG,
  }, async () => {
    const server = createServer().listen(0, '0.0.0.0');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const name = `monitoring-check-beside-${process.pid}`;
    docker('run', '-d', '--name', name, 'example/python:monitoring-check-test', 'sleep', '600');
    onTestFinished(() => void docker('rm', '-f', name));
    const { port } = server.address() as AddressInfo;
    const taken: StackChanges = {
      ...CONFIG,
      [COMPOSE]: (text) =>
        text
          .replace('container_name: prometheus', `container_name: ${name}`)
          .replace('9090:9090', `${port}:9090`),
    };
    const boots = [stackFolder(taken), stackFolder(taken)].map((folder) =>
      smokeReport(folder, '--smoke=prometheus,node-exporter'),
    );
    for (const { pid, status, report } of await Promise.all(boots)) {
      expect(report.findings).toEqual([]);
      expect(status).toBe(0);
      expect(leftOvers(pid)).toEqual([]);
    }
    expect(docker('inspect', '--format', '{{.State.Running}}', name)).toBe('true');
  });

  test('of the monitoring alone holds nothing against what it did not start', { timeout: LONG }, async () => {
    const { status, report } = await smokeReport(stackFolder(CONFIG), '--smoke=auto');
    expect(report.findings).toEqual([]);
    expect(report.smoke?.looks.find(({ look }) => look === 'targets')?.detail).toBe(
      '3 of 5 targets up, 2 not part of the boot',
    );
    expect(status).toBe(0);
  });

  test('is the same report twice', { timeout: LONG }, async () => {
    const folder = stackFolder({ ...CONFIG, [PROMETHEUS]: edit('orders:9404', 'orders:9405') });
    const first = await smokeReport(folder, '--smoke=orders,prometheus');
    const second = await smokeReport(folder, '--smoke=orders,prometheus');
    expect(second.report).toEqual(first.report);
  });

  test('writes nothing into the repository', { timeout: LONG }, async () => {
    const folder = stackFolder({
      ...CONFIG,
      [COMPOSE]: edit('prometheus-data:/prometheus', './data:/prometheus'),
    });
    await smokeReport(folder, '--smoke=prometheus,grafana');
    expect(() => readFileSync(join(folder, 'data'))).toThrow(/ENOENT/);
  });

  test('gives containers nothing of the environment of the job', { timeout: LONG }, async () => {
    const folder = stackFolder({
      ...CONFIG,
      [COMPOSE]: edit(
        "print('seeded')\"]",
        'import os; raise SystemExit(sorted(os.environ))"]\n    environment: [GITHUB_TOKEN, "OTHER=${JOB_SECRET:-none}"]',
      ),
    });
    process.env.GITHUB_TOKEN = 'token-of-the-job';
    onTestFinished(() => void delete process.env.GITHUB_TOKEN);
    const { report } = await smokeReport(folder, '--smoke=seed');
    expect(JSON.stringify(report)).not.toContain('token-of-the-job');
    expect(report.findings[0]?.message).toContain("'OTHER'");
  });

  test('brings traffic by the commands of the configuration', { timeout: LONG }, async () => {
    const folder = stackFolder({
      'monitoring-check.yml':
        "smoke: { patience: 8s, warm-up: [{ service: prometheus, command: [touch, /prometheus/warm] }, { service: prometheus, command: ['false'] }] }\n",
    });
    const { status, report, stderr } = await smokeReport(folder, '--smoke=prometheus').catch(
      (error: Error) => ({
        status: 2,
        report: undefined,
        stderr: error.message,
      }),
    );
    expect(report).toBeUndefined();
    expect(status).toBe(2);
    expect(stderr).toContain('the warm-up of "prometheus" fails');
  });
});

describe.skipIf(!canBoot())('a sick stack is found out', { concurrent: true }, () => {
  beforeAll(() => makeImages(), LONG);

  test.for(SICK)(
    '$name',
    { timeout: LONG },
    async ({ changes, boots, found, status = 1, options = [], taken }, context) => {
      if (taken !== undefined) {
        // Whoever has it already: it is taken.
        const server = createServer()
          .on('error', () => undefined)
          .listen(taken);
        context.onTestFinished(() => void server.close());
      }
      const folder = stackFolder({ ...CONFIG, ...changes }, context.onTestFinished);
      const result = await smokeReport(folder, `--smoke=${boots}`, ...options);
      const [rule, file, line, says] = found;
      const findings = result.report.findings;
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      expect(
        findings.map((finding) => [finding.rule, finding.file, lines[finding.line - 1]?.includes(line)]),
        JSON.stringify(findings, undefined, 1),
      ).toEqual([[rule, file, true]]);
      expect(findings[0]?.message).toMatch(says);
      expect(result.status).toBe(status);
    },
  );
});
