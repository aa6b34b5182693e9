import { defineRule } from '../../src/lint/rule.ts';
import { AGGREGATIONS, FUNCTIONS } from '../../src/promql/functions.ts';
import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { isHidden, lossOf, subjectOf, type Usage, usagesOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { nearest } from '../../src/words.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/types',
  severity: 'error',
  peers: ['pint promql/syntax', 'dashboard-linter target-promql-rule'],
  summary: 'An expression whose parts do not fit one another.',
  why: `A function that gets an instant vector where it wants a range, or a number where it wants series, is refused
by Prometheus's parser as a wrong character is: the rule file is not loaded, and none of its alerts fires.`,
  fix: `Give each function what it wants: \`rate(x[5m])\` a range, \`sum(x)\` series, \`1 > bool 2\` a \`bool\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('rate(http_requests_total) > 10') },
    at: ['alerts.yml:5:20'],
  },
  good: { files: { 'alerts.yml': alertFile('rate(http_requests_total[5m]) > 10') } },
  check({ system, report }) {
    for (const usage of usagesOf(system)) {
      const { rejection } = usage.query;
      if (rejection?.kind !== 'types' || isOlder(usage, rejection.message)) continue;
      report({
        at: usage.at(rejection.span),
        message: `${subjectOf(usage)} has an expression that is refused, so ${lossOf(usage)}: ${rejection.message}`,
        help: helpFor(rejection.message),
        ...(isHidden(usage) ? { severity: 'warning' as const } : {}),
      });
    }
  },
});

/** Prometheus 3.0 renamed this function; before, it was there (Prometheus changelog, 3.0.0). */
const isOlder = ({ servers }: Usage, message: string): boolean =>
  message.includes('"holt_winters"') &&
  servers.every(({ prometheus }) => {
    const version = prometheusVersion(prometheus);
    return version === undefined || isBelow(version, 3);
  });

function helpFor(message: string): string | undefined {
  if (message.includes('"holt_winters"'))
    return 'since Prometheus 3.0 it is "double_exponential_smoothing", behind a feature flag';
  const unknown = /^there is no function "(.+)"$/.exec(message)?.[1];
  if (unknown !== undefined) {
    const close = nearest(unknown, [...FUNCTIONS.keys(), ...AGGREGATIONS.keys()]);
    return close ? `did you mean "${close}"?` : undefined;
  }
  return /wants a range vector, not an instant vector/.test(message)
    ? 'name the range in brackets after the selector, such as "[5m]"'
    : undefined;
}
