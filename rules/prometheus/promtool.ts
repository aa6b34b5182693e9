import { defineRule } from '../../src/lint/rule.ts';
import { child, type Place } from '../../src/repo/node.ts';
import { isTooNewForPromtool } from '../shared/tool-age.ts';

const config = (timeout: string): string => `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: api
    scrape_timeout: ${timeout}
    static_configs:
      - targets: ["api:8000"]
`;

export const rule = defineRule({
  id: 'prometheus/promtool',
  severity: 'error',
  summary: 'What promtool refuses, where no rule here says the same.',
  why: `promtool is Prometheus's own reader of its configuration and rules. What it refuses, Prometheus refuses: it does
not start, or goes on with the rules that it had before.`,
  fix: 'Mend what promtool says. `promtool check config --syntax-only FILE` or `promtool check rules FILE` asks it again.',
  bad: { files: { 'prometheus.yml': config('30s') }, at: ['prometheus.yml:4:15'], needs: 'promtool' },
  good: { files: { 'prometheus.yml': config('10s') } },
  check({ system, verification, report }) {
    for (const { place, message } of [...verification.prometheus, ...verification.rules]) {
      report({
        at: place,
        message: `promtool refuses this: ${message}`,
        followsFrom: sameAs(place),
        ...(isTooNewForPromtool(message, system, verification) ? { confidence: 'medium' as const } : {}),
      });
    }
  },
});

/** Where another rule would have said it: at the place itself, or in the rule, the job or the Alertmanager that it speaks of. */
function sameAs(place: Place): Place[] {
  if (!('node' in place)) return [place];
  const { node } = place;
  const rule = { ...node, path: node.path.slice(0, -1), value: undefined };
  return [
    place,
    { node },
    { node: rule },
    { node: child(rule, 'labels') },
    { node: child(rule, 'annotations') },
  ];
}
