import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { canonical, canonicalMatcher } from '../../src/promql/canonical.ts';
import { areDisjoint, domainOf, type LabelSet } from '../../src/promql/domain.ts';
import { child } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { System } from '../../src/stack/system.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';

const rules = (second: string): string => `groups:
  - name: api
    rules:
      - record: job:http_requests:rate
        expr: sum by (job) (rate(http_requests_total[5m]))
      - record: ${second}
        expr: sum by (job) (rate(http_requests_total[1m]))
`;

export const rule = defineRule({
  id: 'recording/conflicting',
  severity: 'error',
  peers: ['pint rule/duplicate', 'promtool duplicate-rules'],
  summary: 'Two recording rules that write different values to the same series.',
  why: `Both rules make series of one name with the same labels. Prometheus keeps whichever comes first and discards the
other with a warning in its log: what a query shows depends on the order of evaluation.`,
  fix: `Give each its own name, or labels that tell them apart.`,
  bad: { files: { 'rules.yml': rules('job:http_requests:rate') }, at: ['rules.yml:6:17'] },
  good: { files: { 'rules.yml': rules('job:http_requests:rate1m') } },
  check({ system, report }) {
    const seen = new Map<string, Rule[]>();
    for (const group of promqlGroups(system)) {
      const servers = serversOf(system, group).map(({ prometheus }) => prometheus.name);
      // Rules that nobody loads together are alternatives of one another, but for those of one file.
      const scope = servers.length > 0 ? servers.join() : group.file.path;
      for (const recording of group.rules) {
        if (recording.kind !== 'record') continue;
        const key = `${scope}\0${recording.name}`;
        const others = seen.get(key) ?? [];
        const other = others.find((one) => collide(one, recording, system));
        // A rule that says the same as one before it collides with nothing that this one does not.
        if (!others.some((one) => isSame(one, recording))) append(seen, key, recording);
        if (other === undefined) continue;
        report({
          at: { node: child(recording.node, 'record') },
          message: `"${recording.name}" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other`,
          help: 'give one another name, or a label that tells them apart',
          related: [{ at: { node: child(other.node, 'record') }, message: 'recorded here too' }],
        });
      }
    }
  },
});

/** Whether two rules of one name certainly write to the same series, and not the same value. */
function collide(first: Rule, second: Rule, system: System): boolean {
  const [a, b] = [treeOf(first), treeOf(second)];
  if (a === undefined || b === undefined || canonical(a) === canonical(b)) return false;
  const names = new Set([...first.labels.keys(), ...second.labels.keys()]);
  const texts = (rule: Rule): string[] => [...names].map((name) => rule.labels.get(name)?.text ?? '');
  if ([...texts(first), ...texts(second)].some((text) => isUnknown(text))) return false;
  if (texts(first).join('\0') !== texts(second).join('\0')) return false;
  // Over other series, such as those of another system, only one of them may have results at a time.
  if (selected(first) !== selected(second)) return false;
  const { likely } = inferencesOf(system, { servers: serversOf(system, first.group) });
  return sameLabels(likely(a).labels, likely(b).labels);
}

/** Whether two rules of one group have the same expression and labels. */
const isSame = (first: Rule, second: Rule): boolean =>
  first.group === second.group &&
  first.expr?.text === second.expr?.text &&
  first.labels.size === second.labels.size &&
  [...first.labels].every(([name, { text }]) => second.labels.get(name)?.text === text);

const treeOf = ({ expr }: Rule) => (expr ? promql(expr).query.tree : undefined);

const selected = ({ expr }: Rule): string =>
  [
    ...new Set(
      (expr ? promql(expr).query.selectors : []).map(({ matchers }) =>
        matchers.map(canonicalMatcher).sort().join(),
      ),
    ),
  ]
    .sort()
    .join(';');

/** Whether the results of both have the same labels, and these may have the same values. */
function sameLabels(first: LabelSet, second: LabelSet): boolean {
  if (first.others !== second.others) return false;
  const names = new Set([...first.known.keys(), ...second.known.keys()]);
  names.delete('__name__');
  return [...names].every((name) => {
    const [a, b] = [domainOf(first, name), domainOf(second, name)];
    return a.canBeAbsent === b.canBeAbsent && !areDisjoint(a, b);
  });
}
