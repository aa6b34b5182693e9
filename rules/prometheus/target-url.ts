import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, items, type Node, textItems, within } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (target: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["${target}"]
`;

export const rule = defineRule({
  id: 'prometheus/target-url',
  severity: 'error',
  summary: 'A target that is no host and port, such as a URL.',
  why: `A target is a host and a port. Prometheus refuses the whole configuration when one of them has a scheme or
a path, and does not start. With a blank in it, or a full-width colon, no such host is ever found.`,
  fix: 'Write `host:port`; the scheme goes into `scheme:`, the path into `metrics_path:` of the job.',
  bad: { files: { 'prometheus.yml': prometheus('http://api:8000/metrics') }, at: ['prometheus.yml:4:19'] },
  good: { files: { 'prometheus.yml': prometheus('api:8000') } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const { config } = prometheus;
      // VictoriaMetrics' agent takes the scheme and the path from the target.
      if (config === undefined || prometheus.kind === 'vmagent') continue;
      for (const { entry, keys } of [
        ...prometheus.jobs.map(({ node }) => ({ entry: node, keys: 'metrics_path' })),
        ...items(child(config, 'alerting', 'alertmanagers')).map((entry) => ({ entry, keys: 'path_prefix' })),
      ]) {
        // With relabelling the address may be made of something else, as for probes.
        if (exists(child(entry, 'relabel_configs'))) continue;
        for (const { text, node } of targetsOf(entry)) {
          if (isUnknown(text)) continue;
          const odd = NEVER_IN_ADDRESSES.exec(text)?.[0];
          if (odd !== undefined && !text.includes('/'))
            report({
              at: { node },
              message: `"${text}" is no host and port: "${odd}" is part of none, so the target is never reached`,
              help: /[,;]/.test(odd) ? 'write each target as an item of its own' : `write "${plain(text)}"`,
            });
          if (!text.includes('/')) continue;
          const [, scheme, host = '', path = ''] = /^(?:(\w+):\/\/)?([^/]*)(\/.*)?$/.exec(text) ?? [];
          const also = [
            scheme === 'https' ? 'scheme: https' : '',
            path.length > 1 ? `${keys}: ${path}` : '',
          ].filter(Boolean);
          report({
            at: { node },
            message: `"${text}" is no host and port: Prometheus refuses the whole configuration`,
            help: `write "${host || 'host:port'}"${also.length > 0 ? `, with ${also.join(' and ')}` : ''}`,
            fix:
              also.length === 0 && host !== '' ? [{ at: within(node, whole(text)), text: host }] : undefined,
          });
        }
      }
    }
  },
});

/** Blanks, quotes and commas, and signs that look like a colon or a dot and are others. */
const NEVER_IN_ADDRESSES = /[\s"'`,;]|[\u3000-\u303f\ufe13\ufe55\uff00-\uff5e]/u;

/** The address with the plain signs that are meant. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/。/g, '.')
    .replace(/[\s"'`]/g, '');

const targetsOf = (entry: Node): { text: string; node: Node }[] =>
  items(child(entry, 'static_configs')).flatMap((group) => textItems(child(group, 'targets')));

const whole = (text: string): Span => ({ start: 0, end: text.length });
