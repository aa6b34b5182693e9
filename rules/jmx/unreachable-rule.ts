import { defineRule } from '../../src/lint/rule.ts';
import {
  child,
  exists,
  items,
  keyOf,
  type Node,
  type Place,
  textItems,
  textOf,
} from '../../src/repo/node.ts';
import { agentsOf, jmxConfigs } from '../../src/stack/jmx.ts';
import { domainOf, hasDomain, isCatchAll, mismatch } from '../../src/stack/mbean.ts';

const config = (first: string, second: string): string => `rules:
  - pattern: '${first}'
  - pattern: '${second}'
    name: kafka_server_$2_total
`;
const TOPICS = 'kafka.server<type=(.+), name=(.+)PerSec><>Count';

export const rule = defineRule({
  id: 'jmx/unreachable-rule',
  severity: 'warning',
  summary: 'A JMX exporter rule that no MBean can reach.',
  why: `The first rule that matches an attribute takes it. A rule behind one that matches everything, a second one with
the same pattern, a pattern in the form of an object name, or one for MBeans that \`includeObjectNames\` leaves
out, never names a metric: the one that dashboards and alerts expect does not exist.`,
  fix: `Put specific rules before general ones, write patterns as \`domain<type=…, name=…><>attribute\`, and include the
domain.`,
  bad: { files: { 'jmx.yml': config('.*', TOPICS) }, at: ['jmx.yml:3:14'] },
  good: { files: { 'jmx.yml': config(TOPICS, '.*').replace(/\n.*name.*\n$/, '\n') } },
  check({ system, report }) {
    for (const { node } of jmxConfigs(system.files, agentsOf(system))) {
      const included = ['includeObjectNames', 'whitelistObjectNames']
        .map((key) => child(node, key))
        .find((list) => exists(list) && items(list).length > 0);
      const names = included && textItems(included).map(({ text }) => text);
      const seen = new Map<string, Place>();
      let catchAll: Place | undefined;
      let hidden: Place[] = [];
      for (const rule of items(child(node, 'rules'))) {
        const at = child(rule, 'pattern');
        const pattern = textOf(at);
        const place: Place = exists(at) ? { node: at } : placeOf(rule);
        // A name needs a pattern: what is wrong is that, and it is told by itself.
        if (!exists(at) && exists(child(rule, 'name'))) continue;
        if (catchAll !== undefined) {
          hidden.push(place);
          continue;
        }
        if (pattern === undefined || isCatchAll(pattern)) {
          catchAll = place;
          continue;
        }
        const twin = seen.get(pattern);
        seen.set(pattern, twin ?? place);
        const domain = domainOf(pattern);
        const why = mismatch(pattern);
        if (twin !== undefined) {
          report({
            at: place,
            message:
              'an earlier rule has the same pattern and takes all that it matches: this one names no metric',
            help: 'remove one of the two',
            related: [{ at: twin, message: 'the earlier rule' }],
          });
        } else if (why !== undefined) {
          report({
            at: place,
            message: `no MBean can match "${pattern}": ${why}`,
            help: 'write it as domain<type=…, name=…><>attribute',
          });
        } else if (domain !== undefined && names !== undefined && included && !hasDomain(names, domain)) {
          report({
            at: place,
            message: `no MBean of "${domain}" is collected: ${included.path.at(-1)} leaves its domain out, and this rule names no metric`,
            help: `add "${domain}:*" to ${included.path.at(-1)}, or remove the rule`,
            related: [{ at: keyOf(included), message: 'these MBeans are collected' }],
          });
        }
      }
      const [first] = hidden;
      if (catchAll === undefined || first === undefined) continue;
      report({
        at: first,
        message: `the rule before this one matches everything: ${hidden.length === 1 ? 'this rule names' : `this rule and the ${hidden.length === 2 ? 'one' : hidden.length - 1} after it name`} no metric`,
        help: 'move the rule that matches everything to the end',
        related: [{ at: catchAll, message: 'this rule matches everything' }],
      });
      hidden = [];
    }
  },
});

/** A rule without a pattern is pointed at by its first key. */
function placeOf(rule: Node): Place {
  const [first] = Object.keys((rule.value ?? {}) as object);
  return first === undefined ? { node: rule } : keyOf(child(rule, first));
}
