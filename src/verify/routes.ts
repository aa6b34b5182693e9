import { arrivingAlerts } from '../coverage/routing.ts';
import { append } from '../multimap.ts';
import type { Labels } from '../promql/labels.ts';
import { type Alertmanager, deliveries, routesOf } from '../stack/alertmanager.ts';
import type { Rule } from '../stack/rules.ts';
import type { System } from '../stack/system.ts';
import type { Amtool } from './amtool.ts';
import { runTool } from './run.ts';
import type { RoutedAlert } from './verification.ts';
import type { Workspace } from './workspace.ts';

/** How often amtool is asked in one check, at about a fortieth of a second each. */
const MOST_RUNS = 60;
/** How many run at once. */
const AT_ONCE = 2;

/** Alerts that a configuration cannot tell apart: they differ in no label that it looks at. */
interface Question {
  readonly alertmanager: Alertmanager;
  readonly path: string;
  /** Of the labels that its routes look at, those that the alerts have. */
  readonly labels: ReadonlyMap<string, string>;
  readonly rules: Set<Rule>;
}

/**
 * Where `amtool config routes test` has the system's alerts end: those of a label set that the routes can
 * tell from others are asked about once. `fired` are the labels that alerts were seen to fire with. An alert
 * of which a label that matters is not known is left out, and so is a configuration that amtool refuses.
 */
export async function testRoutes(
  { path: amtool }: Amtool,
  system: System,
  workspace: Workspace,
  fired: ReadonlyMap<Rule, ReadonlyMap<string, string>>,
): Promise<RoutedAlert[]> {
  const open = questionsOf(system, fired).slice(0, MOST_RUNS);
  const answers: RoutedAlert[][] = open.map(() => []);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < open.length; number = next++) {
      const { alertmanager, path, labels, rules } = open[number] as Question;
      const copy = workspace.add(path);
      if (copy === undefined) continue;
      const { status, output } = await runTool(
        amtool,
        [
          ...['config', 'routes', 'test', `--config.file=${copy}`],
          ...[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`),
        ],
        { isOutputOnly: true },
      );
      if (status !== 0) continue;
      const theirs = output.trim().split(',').sort();
      const ours = deliveries(alertmanager, { values: labels, isClosed: true });
      answers[number] = [...rules].map((rule) => ({ rule, alertmanager, labels, ours, theirs }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers.flat();
}

function questionsOf(system: System, fired: ReadonlyMap<Rule, ReadonlyMap<string, string>>): Question[] {
  const questions = new Map<string, Question>();
  for (const { rule, alertmanager, labels } of arrivingAlerts(system, fired)) {
    const path = wholeFile(alertmanager);
    const known = path === undefined ? undefined : whatMatters(labels, alertmanager);
    if (path === undefined || known === undefined) continue;
    const key = JSON.stringify([path, ...[...known].sort()]);
    const question = questions.get(key) ?? { alertmanager, path, labels: known, rules: new Set() };
    question.rules.add(rule);
    questions.set(key, question);
  }
  return [...questions.values()];
}

/** The file of a configuration that amtool can be given as it is, every route of which is known. */
function wholeFile({ config, route }: Alertmanager): string | undefined {
  const isKnown = routesOf(route).every(
    ({ hasUnknown, faults, receiver }) => !hasUnknown && faults.length === 0 && receiver !== undefined,
  );
  return config === undefined || config.path.length > 0 || !isKnown ? undefined : config.doc.source.path;
}

/** The labels at which the routes look, without those that the alert has not; undefined where one is not known. */
function whatMatters(labels: Labels, { route }: Alertmanager): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const name of new Set(routesOf(route).flatMap(({ matchers }) => matchers.map(({ label }) => label)))) {
    const value = labels.values.get(name);
    if (value === undefined && !(labels.isClosed && !labels.values.has(name))) return undefined;
    if (value !== undefined && value !== '') found.set(name, value);
  }
  return found;
}

/** Alerts of which amtool says the same as is worked out here, by the receivers that they reach. */
export function confirmedRoutes(routes: readonly RoutedAlert[]): Map<Rule, string[]> {
  const confirmed = new Map<Rule, string[]>();
  for (const { rule, ours, theirs } of routes)
    if (isConfirmed({ ours, theirs })) for (const name of theirs) append(confirmed, rule, name);
  return confirmed;
}

/** Whether amtool names the receivers that were worked out here. */
export const isConfirmed = ({ ours, theirs }: Pick<RoutedAlert, 'ours' | 'theirs'>): boolean =>
  [...new Set(ours.map(({ route }) => route.receiver ?? ''))].sort().join() ===
  [...new Set(theirs)].sort().join();
