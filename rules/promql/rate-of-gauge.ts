import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { bare, walk } from '../../src/promql/tree.ts';
import { metricTyping } from '../../src/stack/metric-types.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

const FOR_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);

export const rule = defineRule({
  id: 'promql/rate-of-gauge',
  severity: 'warning',
  peers: ['pint promql/rate'],
  summary: 'A function for counters, over a gauge.',
  why: `\`rate\`, \`increase\` and \`irate\` take every fall of a value for a restart of the counter and add what was
there before. Over a gauge, which rises and falls, the result is far too high and means nothing: alerts on it
fire at random.`,
  fix: `Use \`delta\` or \`deriv\` for how a gauge changes, \`avg_over_time\` or \`max_over_time\` for how high it is.`,
  bad: {
    files: { 'alerts.yml': alertFile('rate(node_memory_MemAvailable_bytes[5m]) < 1000') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('deriv(node_memory_MemAvailable_bytes[5m]) < -1000') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || !FOR_COUNTERS.has(part.func)) continue;
        const range = part.args.map(bare).find((arg) => arg.kind === 'matrix');
        const selector = range && bare(range.expr);
        if (selector?.kind !== 'selector' || selector.name === undefined || isVariable(selector.name))
          continue;
        const { name } = selector;
        const isQuantile =
          !/_(?:sum|count|bucket|total)$/.test(name) &&
          selector.matchers.some(({ label }) => label === 'quantile');
        const typing = isQuantile ? undefined : metricTyping(system, name);
        if (!isQuantile && typing?.type !== 'gauge') continue;
        report({
          at: usage.at(part.funcSpan),
          message: `"${part.func}" takes each fall of "${name}" for a restart: it is ${isQuantile ? 'a quantile, which' : 'a gauge, which'} rises and falls`,
          help: isQuantile
            ? `take the quantile as it is, or the rate of "${name}_sum" and "${name}_count"`
            : `use "${part.func === 'increase' ? 'delta' : 'deriv'}" for how it changes, or "avg_over_time" for its level`,
          related: typing?.definedAt ? [{ at: typing.definedAt, message: 'it is defined here' }] : [],
        });
      }
    }
  },
});
