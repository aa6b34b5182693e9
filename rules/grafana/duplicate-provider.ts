import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { below } from '../../src/repo/path.ts';
import { absolutePath, type Provider } from '../../src/stack/grafana.ts';
import { dashboardWith, PROVIDERS, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = { 'api.json': dashboardWith('up') };
const second = (name: string, path: string): Record<string, string> => ({
  'provisioning/dashboards/default.yml': `${PROVIDERS}  - name: ${name}
    type: file
    folder: Teams
    options:
      path: ${path}
`,
});

export const rule = defineRule({
  id: 'grafana/duplicate-provider',
  severity: 'error',
  summary: 'Two providers of one Grafana have the same name, or load the same files.',
  why: `A name that comes twice in a file stops Grafana at its start. Two providers that load the same files fight over
them: each dashboard moves from one folder to the other, and then Grafana stops updating both.`,
  fix: 'Give each provider a name and a folder of files of its own.',
  bad: {
    files: withDashboards(dashboards, second('teams', '/var/lib/grafana/dashboards')),
    at: ['provisioning/dashboards/default.yml:11:13'],
  },
  good: {
    files: {
      ...withDashboards(dashboards, second('teams', '/var/lib/grafana/teams')),
      'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
      - ./teams:/var/lib/grafana/teams:ro
`,
      'teams/worker.json': dashboardWith('up').replace('"api"', '"worker"').replace('"API"', '"Worker"'),
    },
  },
  check({ system, report }) {
    for (const { container, providers } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (container === undefined) continue;
      providers.forEach((provider, index) => {
        for (const other of providers.slice(0, index)) {
          if (isSameName(provider, other))
            report({
              at: { node: child(provider.node, 'name') },
              message: `two providers have the name "${provider.name}": Grafana does not start`,
              help: 'give each a name of its own',
              related: [{ at: { node: child(other.node, 'name') }, message: 'the other one is here' }],
            });
          else if (loadSame(provider, other))
            report({
              at: { node: provider.pathNode },
              message: `the providers "${other.name}" and "${provider.name}" both load the dashboards below "${provider.path}": Grafana moves them to and fro, and then stops updating them`,
              help: 'let each load a folder of its own',
              related: [{ at: { node: other.pathNode }, message: 'the other one loads them here' }],
            });
        }
      });
    }
  },
});

/** Names are compared within a file. */
const isSameName = (one: Provider, other: Provider): boolean =>
  one.name !== '' && one.name === other.name && one.node.doc === other.node.doc;

function loadSame(one: Provider, other: Provider): boolean {
  if (one.path === undefined || other.path === undefined || one.org !== other.org) return false;
  const [path, around] = [absolutePath(one.path), absolutePath(other.path)];
  const [inner, outer] = below(around, path) === undefined ? [other, one] : [one, other];
  if (below(absolutePath(outer.path ?? ''), absolutePath(inner.path ?? '')) === undefined) return false;
  return inner.found.some(({ target }) => target.endsWith('.json'));
}
