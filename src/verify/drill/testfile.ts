import { stringify } from 'yaml';
import { patternFrom } from '../../pattern.ts';
import type { Rule } from '../../stack/rules.ts';
import type { Candidate, Scenario } from './scenario.ts';
import { notation, samples } from './shape.ts';

/** One promtool test file about one alert, and the rule file that it loads. */
export interface DrillFiles {
  readonly rules: string;
  readonly test: string;
}

/** The groups' names in a drill's test file, by which promtool names what happens. */
export const GROUPS = { healthy: 'healthy', broken: 'broken' } as const;

/**
 * A rule file with the alert alone and what it depends on, and a test that expects it never to fire: what
 * promtool says against that is when it fires.
 */
export function drillFiles(
  candidate: Candidate,
  scenario: Scenario,
  id: string,
  times: { healthy: readonly number[]; broken: readonly number[] },
): DrillFiles {
  const { rule } = candidate;
  const { series, timeline } = scenario;
  const recorded = dependencies(candidate);
  const groups = [
    ...(recorded.length > 0
      ? [
          {
            name: 'recorded',
            rules: recorded.map((one) => ({
              record: one.name,
              expr: one.expr?.text,
              labels: texts(one.labels),
            })),
          },
        ]
      : []),
    { name: 'alert', rules: [alertOf(rule)] },
  ];
  const seconds = (time: number): string => `${time}s`;
  const group = (name: keyof typeof GROUPS) => ({
    name: `${id} ${GROUPS[name]}`,
    interval: seconds(timeline.step),
    input_series: series.map((plan) => ({
      series: seriesText(plan.labels),
      values: notation(
        samples(name === 'healthy' ? { ...plan, broken: goesOn(plan.healthy) } : plan, timeline),
      ),
    })),
    alert_rule_test: times[name].map((time) => ({
      alertname: rule.name,
      eval_time: seconds(time),
      exp_alerts: [],
    })),
  });
  return {
    rules: stringify({ groups }, { lineWidth: 0 }),
    test: stringify(
      {
        rule_files: [`${id}.rules.yml`],
        evaluation_interval: seconds(timeline.evaluation),
        tests: [group('healthy'), group('broken')],
      },
      { lineWidth: 0 },
    ),
  };
}

const goesOn = (shape: Parameters<typeof samples>[0]['healthy']) =>
  shape.kind === 'slope' ? { ...shape, start: undefined } : shape;

const texts = (labels: ReadonlyMap<string, { text: string }>): Record<string, string> =>
  Object.fromEntries([...labels].map(([name, { text }]) => [name, text]));

function alertOf(rule: Rule): Record<string, unknown> {
  return {
    alert: rule.name,
    expr: rule.expr?.text,
    ...(rule.forSeconds ? { for: `${rule.forSeconds}s` } : {}),
    ...(rule.keepFiringForSeconds ? { keep_firing_for: `${rule.keepFiringForSeconds}s` } : {}),
    labels: texts(rule.labels),
    annotations: texts(rule.annotations),
  };
}

/** The recording rules that an alert needs, those that others need first. */
export function dependencies({ rule, recordings }: Candidate): Rule[] {
  const ordered: Rule[] = [];
  const visit = (text: string): void => {
    for (const [name, rules] of recordings) {
      if (!patternFrom(`(?<![\\w:])${name.replace(/[^\w:]/g, '')}(?![\\w:])`).test(text)) continue;
      for (const one of rules) {
        if (ordered.includes(one) || one.expr === undefined || one.expr.text === text) continue;
        visit(one.expr.text);
        ordered.push(one);
      }
    }
  };
  if (rule.expr) visit(rule.expr.text);
  return ordered;
}

/** A series in the notation of selectors; names that are no plain identifiers are quoted. */
export function seriesText(labels: ReadonlyMap<string, string>): string {
  const name = labels.get('__name__') ?? '';
  const pairs = [...labels]
    .filter(([label, value]) => label !== '__name__' && value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const isPlain = /^[A-Za-z_:][\w:]*$/.test(name);
  return `${isPlain ? name : ''}{${[...(isPlain ? [] : [JSON.stringify(name)]), ...pairs].join(', ')}}`;
}
