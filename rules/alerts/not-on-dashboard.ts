import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { child } from '../../src/repo/node.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { SYNTHETIC } from '../../src/stack/metrics.ts';
import type { System } from '../../src/stack/system.ts';
import { alertOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

const dashboard = (expr: string): string =>
  JSON.stringify({
    title: 'API',
    uid: 'api',
    schemaVersion: 39,
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'API',
        datasource: { type: 'prometheus', uid: 'prometheus' },
        targets: [{ refId: 'A', expr }],
      },
    ],
  });

export const rule = defineRule({
  id: 'alerts/not-on-dashboard',
  severity: 'notice',
  preset: 'strict',
  summary: 'An alert whose metrics no dashboard shows.',
  why: `Whoever is woken looks at a dashboard first. None shows what this alert is about: how it was before, when it
began, and which instance it is has to be found out by hand.`,
  fix: `Add a panel with the alert's expression, and its limit as a line.`,
  bad: {
    files: {
      ...STACK,
      'alerts.yml': alertFile('api_queue_length > 100'),
      'api.json': dashboard('http_requests_total'),
    },
    at: ['alerts.yml:4:16'],
  },
  good: {
    files: {
      ...STACK,
      'alerts.yml': alertFile('api_queue_length > 100'),
      'api.json': dashboard('api_queue_length'),
    },
  },
  check({ system, report }) {
    const usages = treesOf(system);
    const shown = new Set(
      usages.filter(({ by }) => by.kind === 'panel').flatMap((usage) => [...namesIn(usage, system)]),
    );
    if (shown.size === 0) return;
    for (const usage of usages) {
      const alert = alertOf(usage);
      if (alert === undefined || usage.servers.length === 0) continue;
      const names = [...namesIn(usage, system)];
      // That a target is up is seen from all that it shows.
      if (names.every((name) => SYNTHETIC.has(name)) || names.some((name) => shown.has(name))) continue;
      const about = usage.query.selectors.find(
        ({ name }) => name !== undefined && !name.endsWith('_info'),
      )?.name;
      report({
        at: { node: child(alert.node, 'alert') },
        message: `no dashboard shows "${about ?? names[0]}", which the alert "${alert.name}" is about`,
        help: 'add a panel for it',
      });
    }
  },
});

/** The metrics that an expression reads, with those that recording rules make them of. */
function namesIn(usage: TreeUsage, system: System): Set<string> {
  const { recordings } = inferencesOf(system, usage);
  const names = new Set<string>();
  const open = usage.query.selectors.map(({ name }) => name);
  for (let name = open.pop(); open.length > 0 || name !== undefined; name = open.pop()) {
    if (name === undefined || isVariable(name) || names.has(name)) continue;
    names.add(name);
    for (const { expr } of recordings(name))
      open.push(...(expr ? promql(expr).query.selectors.map((selector) => selector.name) : []));
  }
  return names;
}
