import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { alternatives } from '../../src/promql/labels.ts';
import { bare, type Call, walk } from '../../src/promql/tree.ts';
import { type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/absent-aggregation',
  severity: 'warning',
  summary: 'An `absent` that stays silent when one of several things is gone.',
  why: `\`absent\` asks whether anything at all is there. Of a selector that takes several values, or of groups, it
only fires when every one is gone: the failure of one, which is what happens, goes unnoticed.`,
  fix: `Ask for each by itself, \`absent(up{job="a"}) or absent(up{job="b"})\`, or compare with what was there before:
\`group by (job) (up offset 1h) unless group by (job) (up)\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('absent(up{job=~"api|worker"})') },
    at: ['alerts.yml:5:25'],
  },
  good: {
    files: { 'alerts.yml': alertFile('absent(up{job="api"}) or absent(up{job="worker"})') },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || (part.func !== 'absent' && part.func !== 'absent_over_time')) continue;
        const fault = faultOf(part, usage);
        if (fault !== undefined) report(fault);
      }
    }
  },
});

function faultOf({ func, args: [arg] }: Call, usage: TreeUsage) {
  const inside = arg && bare(arg);
  const of = inside?.kind === 'matrix' ? bare(inside.expr) : inside;
  if (of?.kind === 'aggregation' && of.grouping?.mode === 'by' && of.grouping.labels.length > 0) {
    const labels = of.grouping.labels.join(', ');
    return {
      at: usage.at(of.grouping.span),
      message: `"${func}" fires only when every group is gone: grouping by "${labels}" changes nothing of that`,
      help: `find the groups that are gone with "unless": "group by (${labels}) (x offset 1h) unless group by (${labels}) (x)"`,
    };
  }
  if (of?.kind !== 'selector') return undefined;
  const several = of.matchers.find(
    (matcher) => !isVariable(matcher.value) && (alternatives(matcher)?.length ?? 0) > 1,
  );
  if (several === undefined) return undefined;
  const values = alternatives(several) ?? [];
  return {
    at: usage.at(several.span),
    message: `"${func}" fires only when ${values.length === 2 ? 'both' : `all ${values.length}`} values of "${several.label}" are gone, not when one is`,
    help: `ask for each by itself: ${values
      .slice(0, 2)
      .map((value) => `${func}(…{${several.label}="${value}"})`)
      .join(' or ')}${values.length > 2 ? ' or …' : ''}`,
  };
}
