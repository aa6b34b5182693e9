import { bringDashboard } from './brought-dashboard.ts';
import { replacing } from './edits.ts';
import {
  type Edit,
  FILE_KINDS,
  fileOf,
  inFile,
  inTurn,
  type Mutator,
  mutator,
  stackMutator,
} from './mutator.ts';

/** Alerts of Grafana's own, in its provisioning. */
const bringAlerts =
  (uid: string, expr = 'up == 0'): Edit =>
  (texts) => {
    const beside = fileOf(texts, 'datasources')?.path;
    return beside === undefined
      ? undefined
      : {
          [beside.replace(/datasources\/[^/]+$/, 'alerting/targets.yml')]: `apiVersion: 1

groups:
  - orgId: 1
    name: targets
    folder: Alerts
    interval: 1m
    rules:
      - uid: target-down
        title: TargetDownInGrafana
        condition: B
        for: 5m
        annotations:
          summary: A target is down
        labels:
          severity: warning
        data:
          - refId: A
            relativeTimeRange: { from: 300, to: 0 }
            datasourceUid: ${uid}
            model: { expr: '${expr}', instant: true, refId: A }
          - refId: B
            datasourceUid: __expr__
            model: { type: threshold, expression: A, refId: B, conditions: [{ evaluator: { type: gt, params: [0] } }] }
`,
        };
  };

/** The uid that Grafana makes of the name "Prometheus". */
const MADE_UID = 'PBFA97CFB590B2093';

const inDashboards: Edit = (texts) =>
  Object.fromEntries(
    [...texts].flatMap(([path, text]) =>
      FILE_KINDS.dashboard(path, text)
        ? [[path, text.replaceAll('"uid": "prometheus"', `"uid": "${MADE_UID}"`)]]
        : [],
    ),
  );

/** The provider of a stack a second time, with something changed in it. */
const secondProvider =
  (edit: (provider: string) => string): ((text: string) => string) =>
  (text) => {
    const provider = /^providers:\n((?: .*\n)+)/m.exec(text)?.[1];
    return provider === undefined ? text : `${text.trimEnd()}\n\n${edit(provider)}`;
  };

/** A dashboard beside the providers. */
const dashboardOfTeams: Edit = (texts) => {
  const providers = fileOf(texts, 'providers')?.path;
  const [dashboard] = Object.values(bringDashboard()(texts) ?? {});
  return providers === undefined
    ? undefined
    : { [providers.replace(/[^/]+$/, 'teams/targets.json')]: dashboard };
};

/** A link from the metrics to the traces, which only some stacks have. */
const exemplars = (uid: string): string =>
  `$&      exemplarTraceIdDestinations:\n        - name: trace_id\n          datasourceUid: ${uid}\n`;

export const provisioningMutators: readonly Mutator[] = [
  stackMutator(
    'new alerts of Grafana: datasource of another name',
    bringAlerts('prom'),
    'grafana/alert-datasource',
  ),
  stackMutator(
    'new alerts of Grafana: datasource of where they come from',
    bringAlerts(MADE_UID),
    'grafana/alert-datasource',
  ),
  stackMutator(
    'datasources: no uid, and dashboards of an export',
    inTurn(inFile('datasources', replacing(/ +uid: prometheus\n/, '')), inDashboards),
    'grafana/datasource-without-uid',
  ),
  stackMutator(
    'providers: a second one of its name',
    inTurn(
      inFile(
        'providers',
        secondProvider((provider) =>
          provider
            .replace(/folder: .*/, 'folder: Teams')
            .replace(/path: \S+/, 'path: /etc/grafana/provisioning/dashboards/teams'),
        ),
      ),
      dashboardOfTeams,
    ),
    'grafana/duplicate-provider',
  ),
  mutator(
    'providers',
    'a second one for its files',
    secondProvider((provider) =>
      provider.replace(/name: (\S+)/, 'name: teams').replace(/folder: .*/, 'folder: Teams'),
    ),
    'grafana/duplicate-provider',
  ),
  mutator(
    'datasources',
    'link to traces',
    replacing(/ {4}jsonData:\n/, exemplars('jaeger')),
    'grafana/linked-datasource',
  ),
  mutator(
    'datasources',
    'link from traces to logs',
    replacing('datasourceUid: loki', 'datasourceUid: logs'),
    'grafana/linked-datasource',
  ),
  mutator(
    'compose',
    'provisioning in another folder of Grafana',
    replacing(':/etc/grafana/provisioning', ':/etc/grafana/provision'),
    'grafana/provisioning-not-loaded',
  ),
  stackMutator(
    'datasources: folder of another name',
    (texts) => {
      const file = fileOf(texts, 'datasources');
      return (
        file && {
          [file.path]: undefined,
          [file.path.replace('/datasources/', '/datasource/')]: file.text,
        }
      );
    },
    'grafana/provisioning-not-loaded',
  ),
  stackMutator(
    'new dashboard: in a folder beside',
    (texts) => {
      const beside = fileOf(texts, 'dashboard')?.path;
      const [dashboard] = Object.values(bringDashboard()(texts) ?? {});
      return beside?.includes('/')
        ? { [beside.replace(/[^/]+\/[^/]+$/, 'more/targets.json')]: dashboard }
        : undefined;
    },
    'grafana/dashboard-not-loaded',
  ),
];
