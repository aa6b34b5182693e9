import { defineRule } from '../../src/lint/rule.ts';
import { canonical } from '../../src/promql/canonical.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { child } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { promql } from '../../src/stack/expression.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';

const alerts = (second: string): string => `groups:
  - name: api
    rules:
      - alert: ApiSlow
        expr: http_request_duration_seconds:p95 > 1
        labels:
          severity: warning
${second}`;

export const rule = defineRule({
  id: 'alerts/duplicate',
  severity: 'warning',
  peers: ['pint rule/duplicate', 'promtool duplicate-rules'],
  summary: 'Two alerts with the same name and the same labels.',
  why: `Alertmanager tells alerts apart by their labels alone. Two rules with one name and the same labels make one
alert of two: when the first resolves, it silences the second, and \`ALERTS\` and \`for\` of both are mixed up. A
rule that was copied fires twice and is mended once.`,
  fix: `Give each its own name, or a label that tells them apart, such as its severity; delete a mere copy.`,
  bad: {
    files: {
      'alerts.yml': alerts(`      - alert: ApiSlow
        expr: http_request_duration_seconds:p95 > 5
        labels:
          severity: warning
`),
    },
    at: ['alerts.yml:8:16'],
  },
  good: {
    files: {
      'alerts.yml': alerts(`      - alert: ApiSlow
        expr: http_request_duration_seconds:p95 > 5
        labels:
          severity: critical
`),
    },
  },
  check({ system, report }) {
    const seen = new Map<string, Rule>();
    for (const group of promqlGroups(system)) {
      const servers = serversOf(system, group).map(({ prometheus }) => prometheus.name);
      // Files that nobody loads together are alternatives of one another.
      const scope = servers.length > 0 ? servers.join() : group.file.path;
      for (const alert of group.rules) {
        if (alert.kind !== 'alert') continue;
        const labels = [...alert.labels].map(([name, { text }]) => `${name}=${text}`).sort();
        if (labels.some((text) => isUnknown(text))) continue;
        const key = [scope, alert.name, ...labels].join('\0');
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, alert);
          continue;
        }
        const isCopy = textOf(alert) === textOf(first);
        if (
          !isCopy &&
          (areApart(first, alert) || (first.group !== alert.group && !shareMetric(first, alert)))
        )
          continue;
        report({
          at: { node: child(alert.node, 'alert') },
          message: isCopy
            ? `the alert "${alert.name}" is there twice, with the same expression and the same labels`
            : `two alerts "${alert.name}" have the same labels, so Alertmanager takes them for one`,
          help: isCopy ? 'delete one of them' : 'give one another name, or a label that tells them apart',
          related: [{ at: { node: child(first.node, 'alert') }, message: 'the first one' }],
        });
      }
    }
  },
});

function textOf({ expr }: Rule): string | undefined {
  const tree = expr && promql(expr).query.tree;
  return tree ? canonical(tree) : expr?.text;
}

/** Whether two alerts look at one metric, so that their results are likely to have the same labels. */
function shareMetric(first: Rule, second: Rule): boolean {
  const names = ({ expr }: Rule): (string | undefined)[] =>
    (expr ? promql(expr).query.selectors : []).map(({ name }) => name);
  const others = new Set(names(second));
  return names(first).some((name) => name !== undefined && others.has(name));
}

/**
 * Whether the results of two alerts differ by a label: they select different values of it, or each prints
 * one that the other does not know, such as a deployment here and a stateful set there.
 */
const areApart = (first: Rule, second: Rule): boolean =>
  selectApart(first, second) || (printsOwnLabel(first, second) && printsOwnLabel(second, first));

function printsOwnLabel(rule: Rule, other: Rule): boolean {
  const printed = ({ annotations }: Rule): Set<string> =>
    new Set(
      [...annotations.values()].flatMap(({ text }) => templateUses(text).labels.map(({ label }) => label)),
    );
  const others = printed(other);
  return [...printed(rule)].some((label) => !others.has(label));
}

function selectApart(first: Rule, second: Rule): boolean {
  const values = ({ expr }: Rule, wanted: '=' | '!='): Map<string, Set<string>> => {
    const found = new Map<string, Set<string>>();
    for (const { label, op, value } of (expr ? promql(expr).query.selectors : []).flatMap(
      ({ matchers }) => matchers,
    ))
      if (op === wanted && label !== '__name__') found.set(label, (found.get(label) ?? new Set()).add(value));
    return found;
  };
  const isApart = (own: ReadonlySet<string>, theirs: ReadonlySet<string> | undefined): boolean =>
    theirs !== undefined && ![...own].some((value) => theirs.has(value));
  const excludes = (one: Rule, other: Rule): boolean => {
    const excluded = values(other, '!=');
    return [...values(one, '=')].some(([label, own]) =>
      [...own].every((value) => excluded.get(label)?.has(value) === true),
    );
  };
  const others = values(second, '=');
  return (
    [...values(first, '=')].some(([label, own]) => isApart(own, others.get(label))) ||
    excludes(first, second) ||
    excludes(second, first)
  );
}
