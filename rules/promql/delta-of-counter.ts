import { defineRule } from '../../src/lint/rule.ts';
import { bare, walk } from '../../src/promql/tree.ts';
import { metricTyping } from '../../src/stack/metric-types.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

const FOR_GAUGES: Readonly<Record<string, string>> = {
  delta: 'increase',
  idelta: 'irate',
  deriv: 'rate',
};

export const rule = defineRule({
  id: 'promql/delta-of-counter',
  severity: 'warning',
  peers: ['pint promql/counter'],
  summary: 'A function for gauges, over a counter.',
  why: `A counter starts from zero when its program restarts. \`delta\` and \`deriv\` do not know that: at each restart
they show a large fall, and an alert on them fires or stays silent at just the wrong time.`,
  fix: `Use \`increase\` in place of \`delta\`, \`rate\` in place of \`deriv\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('delta(http_errors_total[10m]) > 20') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('increase(http_errors_total[10m]) > 20') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || !Object.hasOwn(FOR_GAUGES, part.func)) continue;
        const range = part.args.map(bare).find((arg) => arg.kind === 'matrix');
        const selector = range && bare(range.expr);
        if (selector?.kind !== 'selector' || selector.name === undefined) continue;
        const typing = metricTyping(system, selector.name);
        if (typing?.type !== 'counter') continue;
        report({
          at: usage.at(part.funcSpan),
          message: `"${part.func}" shows a fall at each restart of what counts "${selector.name}": it is a counter`,
          help: `use "${FOR_GAUGES[part.func]}"`,
          related: typing.definedAt ? [{ at: typing.definedAt, message: 'it is defined here' }] : [],
        });
      }
    }
  },
});
