import { defineRule } from '../../src/lint/rule.ts';
import { parseLogQuery } from '../../src/promql/logql.ts';
import { within } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';

const COMPOSE = `services:
  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./rules.yml:/etc/loki/rules/fake/rules.yml:ro
`;
const rules = (expr: string): string => `groups:
  - name: api
    rules:
      - alert: ApiErrors
        expr: ${expr}
        for: 5m
`;

export const rule = defineRule({
  id: 'loki/rule-syntax',
  severity: 'error',
  summary: "A rule of Loki's ruler whose LogQL Loki refuses, or that gives no number.",
  why: `Loki's ruler does not load a group with a rule that it cannot parse, so none of the group's alerts can fire. An
expression that gives log lines has no value to compare, and is refused as well.`,
  fix: 'Correct the expression where it is marked; wrap a log query in a range aggregation such as `count_over_time({…}[5m])`.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'rules.yml': rules('sum(rate({service="api"} |= "ERROR")) > 1') },
    at: ['rules.yml:5:50'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'rules.yml': rules('sum(rate({service="api"} |= "ERROR" [5m])) > 1'),
    },
  },
  check({ system, report }) {
    for (const group of system.ruleGroups) {
      if (group.language !== 'logql') continue;
      for (const { name, expr } of group.rules) {
        if (expr === undefined || isUnknown(expr.text)) continue;
        const { rejection, kind } = parseLogQuery(expr.text);
        if (rejection !== undefined)
          report({
            at: within(expr.node, rejection.span),
            message: `Loki refuses the rule "${name}": ${rejection.message}`,
            help: 'correct the expression here',
          });
        else if (kind === 'logs')
          report({
            at: { node: expr.node },
            message: `Loki refuses the rule "${name}": it gives log lines, which have no value to alert on`,
            help: 'wrap it in a range aggregation, such as count_over_time({…}[5m])',
          });
      }
    }
  },
});
