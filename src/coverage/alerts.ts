import { onceOf } from '../once.ts';
import type { Tri } from '../promql/tri.ts';
import type { Node } from '../repo/node.ts';
import { isUnknown } from '../stack/compose/interpolate.ts';
import type { Expression } from '../stack/expression.ts';
import type { Grafana } from '../stack/grafana.ts';
import type { ManagedAlert } from '../stack/grafana-alerting.ts';
import type { Prometheus } from '../stack/prometheus.ts';
import type { Rule } from '../stack/rules.ts';
import type { Stack } from '../stack/system.ts';
import { type Detection, detectionOf } from './detection.ts';
import type { CriticalPath } from './paths.ts';
import type { Reach } from './reach.ts';

/** An alert that watches a path. */
export interface WatchingAlert {
  readonly name: string;
  readonly node: Node;
  readonly severity: string | undefined;
  readonly answer: Tri;
  readonly detection: Detection;
  /** The rule of a Prometheus, or the alert that Grafana evaluates. */
  readonly rule: Rule | undefined;
  readonly managed: { readonly alert: ManagedAlert; readonly grafana: Grafana } | undefined;
}

/** The alerts whose expressions can select the path's series, those that certainly do first. */
export function watchingAlerts(
  path: CriticalPath,
  reach: Reach,
  stack: Stack,
  prometheus: Prometheus,
): WatchingAlert[] {
  const scrapeInterval =
    Math.max(0, ...path.members.map(({ job }) => job.interval)) || prometheus.scrapeInterval;
  const own = reach.among(alertsOf(prometheus), path).flatMap(({ rule, expressions }): WatchingAlert[] => {
    const answer = bestAnswer(expressions, path, reach);
    if (answer === 'no') return [];
    const detection = detectionOf(rule, prometheus, scrapeInterval);
    return [
      {
        name: rule.name,
        node: rule.node,
        severity: severityOf(rule.labels),
        answer,
        detection,
        rule,
        managed: undefined,
      },
    ];
  });
  const managed = stack.grafanas.flatMap((grafana) =>
    grafana.alerting.alerts.flatMap((alert): WatchingAlert[] => {
      const answer = bestAnswer(alert.expressions, path, reach);
      if (answer === 'no') return [];
      const detection = {
        total: scrapeInterval + alert.interval + alert.forSeconds,
        scrape: scrapeInterval,
        evaluation: alert.interval,
        hold: alert.forSeconds,
        delay: 0,
      };
      return [
        {
          name: alert.title,
          node: alert.node,
          severity: severityOf(alert.labels),
          answer,
          detection,
          rule: undefined,
          managed: { alert, grafana },
        },
      ];
    }),
  );
  const all = [...own, ...managed];
  return [...all.filter(({ answer }) => answer === 'yes'), ...all.filter(({ answer }) => answer !== 'yes')];
}

/** The alerts that a Prometheus evaluates. */
const alertsOf = onceOf(({ groups }: Prometheus): { rule: Rule; expressions: [Expression] }[] =>
  groups
    .filter(({ language }) => language === 'promql' || language === 'metricsql')
    .flatMap(({ rules }) =>
      rules.flatMap((rule) =>
        rule.kind === 'alert' && rule.expr !== undefined ? [{ rule, expressions: [rule.expr] }] : [],
      ),
    ),
);

function bestAnswer(expressions: readonly Expression[], path: CriticalPath, reach: Reach): Tri {
  const answers = expressions.map((expression) => reach.expression(expression, path));
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

function severityOf(labels: ReadonlyMap<string, { text: string }>): string | undefined {
  const text = labels.get('severity')?.text;
  return text === undefined || isUnknown(text) ? undefined : text;
}
