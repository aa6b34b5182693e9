import { type Labels, labelValue } from '../promql/labels.ts';
import { child, exists, keyOf, type Place } from '../repo/node.ts';
import {
  type Alertmanager,
  type Delivery,
  deliveries,
  hasOnlyItsImagesConfig,
  IMAGES_RECEIVER,
  type Route,
} from '../stack/alertmanager.ts';
import { isUnknown } from '../stack/compose/interpolate.ts';
import type { Container } from '../stack/container.ts';
import type { Address, Prometheus } from '../stack/prometheus.ts';
import { readRelabels, relabel } from '../stack/relabel.ts';
import type { Rule } from '../stack/rules.ts';
import { containersAt, prometheusesOf, resolveHost, type Stack, type System } from '../stack/system.ts';
import { serversOf } from '../stack/usages.ts';
import type { WatchingAlert } from './alerts.ts';

/** Where an alert ends up. */
export type Routing =
  | {
      readonly state: 'proved';
      readonly place: Place;
      readonly what: string;
      readonly groupWait: number;
      /** The route of an Alertmanager that it takes; undefined for what Grafana sends. */
      readonly route: Route | undefined;
    }
  | { readonly state: 'gap'; readonly place: Place; readonly gap: string }
  | { readonly state: 'unknown'; readonly place: Place; readonly gap: string };

/** What sends the alerts of a rule: the Prometheus that loads it, or a vmalert beside it. */
interface Sender {
  readonly name: string;
  readonly container: Container | undefined;
  readonly addresses: readonly (Address | undefined)[];
  /** Whether it may send to others besides. */
  readonly isOpen: boolean;
  /** Where it is said to whom it sends; undefined where that is not said. */
  readonly place: Place | undefined;
}

/** Where a Prometheus that names no Alertmanager would have to: at its rules, or at what it scrapes. */
export function alertingPlace({ config }: Prometheus): Place | undefined {
  const keys = config ? ['alerting', 'rule_files', 'scrape_configs'].map((key) => child(config, key)) : [];
  const found = keys.find(exists);
  return found && keyOf(found);
}

/** Whatever sends the alerts of a rule, or of any rule where none is given. */
export function sendersOf(prometheus: Prometheus, rule?: Rule): Sender[] {
  const { config, alertmanagers } = prometheus;
  const alerting = config && child(config, 'alerting', 'alertmanagers');
  const own: Sender = {
    name: prometheus.name,
    container: prometheus.container,
    addresses: alertmanagers.flatMap(({ targets }) => targets.map(({ address }) => address)),
    isOpen: alertmanagers.some(({ isOpen }) => isOpen),
    place: alerting && exists(alerting) ? keyOf(alerting) : undefined,
  };
  const loads = (files: readonly { found: readonly { path: string }[] }[]): boolean =>
    rule === undefined || files.some(({ found }) => found.some(({ path }) => path === rule.group.file.path));
  const others = prometheus.evaluators
    .filter(({ ruleFiles }) => loads(ruleFiles))
    .map(
      ({ container, notifiers, isOpen }): Sender => ({
        name: container.service.name,
        container,
        addresses: notifiers.map(({ address }) => address),
        isOpen,
        place: notifiers[0]?.place,
      }),
    );
  // vmagent evaluates no rules itself.
  const senders = prometheus.kind === 'prometheus' && loads(prometheus.ruleFiles) ? [own, ...others] : others;
  return senders.length > 0 ? senders : [own];
}

/** The Alertmanagers that a Prometheus's alerts are sent to, as far as the stack runs them. */
export function alertmanagersOf(
  stack: Stack,
  prometheus: Prometheus,
  rule?: Rule,
): { known: Alertmanager[]; isComplete: boolean } {
  let isComplete = true;
  const known: Alertmanager[] = [];
  for (const { addresses, isOpen, container: sender } of sendersOf(prometheus, rule)) {
    if (isOpen) isComplete = false;
    for (const address of addresses) {
      const containers = containersAt(stack, address, sender);
      const found = stack.alertmanagers.filter(
        ({ container }) => container !== undefined && containers.includes(container),
      );
      known.push(...found);
      const meaning = address === undefined ? 'outside' : resolveHost(stack, address.host, sender).kind;
      if (found.length === 0 && meaning !== 'nothing') isComplete = false;
    }
  }
  // Without compose, the only Alertmanager whose configuration is here is the one that is meant.
  if (stack.project === undefined && known.length === 0 && prometheus.alertmanagers.length > 0)
    known.push(...stack.alertmanagers);
  return { known: [...new Set(known)], isComplete };
}

/** The labels that an alert leaves Prometheus with: those of its rule, and others that its series bring. */
export const alertLabels = (alert: WatchingAlert, prometheus: Prometheus): Labels =>
  labelsOf(alert.name, alert.rule?.labels ?? alert.managed?.alert.labels ?? new Map(), prometheus);

function labelsOf(
  name: string,
  own: ReadonlyMap<string, { readonly text: string }>,
  prometheus: Prometheus,
): Labels {
  const values = new Map<string, string | undefined>();
  for (const [name, { text }] of prometheus.externalLabels)
    values.set(name, isUnknown(text) ? undefined : text);
  for (const [label, { text }] of own) values.set(label, isUnknown(text) ? undefined : text);
  values.set('alertname', name);
  // A series may bring any label but these: nothing sets a severity that no rule sets.
  if (!values.has('severity')) values.set('severity', '');
  return { values, isClosed: false };
}

/** An alert that is sent to an Alertmanager, with where it ends there. */
export interface SentAlert {
  readonly rule: Rule;
  readonly severity: string | undefined;
  readonly deliveries: readonly Delivery[];
}

/** The alerts that all Prometheus servers of the system send to an Alertmanager. */
export function alertsSentTo(system: System, alertmanager: Alertmanager): SentAlert[] {
  const seen = new Set<Rule>();
  return prometheusesOf(system).flatMap(({ stack, prometheus }) => {
    const steps = prometheus.config
      ? readRelabels(child(prometheus.config, 'alerting', 'alert_relabel_configs'))
      : [];
    return prometheus.groups
      .flatMap(({ rules }) => rules)
      .flatMap((rule): SentAlert[] => {
        if (rule.kind !== 'alert' || seen.has(rule)) return [];
        const { known } = alertmanagersOf(stack, prometheus, rule);
        if (!known.some(({ config }) => config?.doc === alertmanager.config?.doc)) return [];
        const { labels, kept } = relabel(labelsOf(rule.name, rule.labels, prometheus), steps);
        if (kept === 'no') return [];
        seen.add(rule);
        return [
          { rule, severity: labelValue(labels, 'severity'), deliveries: deliveries(alertmanager, labels) },
        ];
      });
  });
}

/** An alert as an Alertmanager is sent it. */
export interface ArrivingAlert {
  readonly rule: Rule;
  readonly alertmanager: Alertmanager;
  readonly labels: Labels;
}

/**
 * Every alert of the system as it arrives at each Alertmanager that it is sent to: with the labels that it
 * fired with where that was seen, and else with those of its rule.
 */
export function arrivingAlerts(
  system: System,
  fired: ReadonlyMap<Rule, ReadonlyMap<string, string>>,
): ArrivingAlert[] {
  return prometheusesOf(system).flatMap(({ stack, prometheus }) => {
    const { config } = prometheus;
    const steps = config ? readRelabels(child(config, 'alerting', 'alert_relabel_configs')) : [];
    const rules = prometheus.groups.flatMap((group) => group.rules);
    return rules.flatMap((rule): ArrivingAlert[] => {
      if (rule.kind !== 'alert') return [];
      const seen = fired.get(rule);
      const { labels, kept } = relabel(
        seen === undefined ? labelsOf(rule.name, rule.labels, prometheus) : firedLabels(seen, prometheus),
        steps,
      );
      if (kept === 'no') return [];
      return alertmanagersOf(stack, prometheus, rule).known.map((alertmanager) => ({
        rule,
        alertmanager,
        labels,
      }));
    });
  });
}

/** The labels that an alert fired with, and those that its Prometheus adds. */
function firedLabels(fired: ReadonlyMap<string, string>, { externalLabels }: Prometheus): Labels {
  const values = new Map<string, string | undefined>(fired);
  for (const [name, { text }] of externalLabels)
    if (!values.has(name)) values.set(name, isUnknown(text) ? undefined : text);
  return { values, isClosed: true };
}

/** Where an alert that fires with these labels ends, in every Alertmanager that its Prometheus servers send to. */
export function deliveriesOf(system: System, rule: Rule, fired: ReadonlyMap<string, string>): Delivery[] {
  return serversOf(system, rule.group).flatMap(({ prometheus, stack }) => {
    const { config } = prometheus;
    const steps = config ? readRelabels(child(config, 'alerting', 'alert_relabel_configs')) : [];
    const { labels, kept } = relabel(firedLabels(fired, prometheus), steps);
    if (kept === 'no') return [];
    return alertmanagersOf(stack, prometheus, rule).known.flatMap((alertmanager) =>
      deliveries(alertmanager, labels),
    );
  });
}

/** Follows an alert from its Prometheus to a receiver that notifies somebody. */
export function routingOf(alert: WatchingAlert, stack: Stack, prometheus: Prometheus): Routing {
  if (alert.managed !== undefined) return managedRouting(alert, alert.managed);
  const { config } = prometheus;
  const place: Place = { node: child(alert.node, alert.rule ? 'alert' : 'title') };
  const senders = sendersOf(prometheus, alert.rule);
  const [sender] = senders;
  if (senders.every(({ addresses, isOpen }) => addresses.length === 0 && !isOpen)) {
    return {
      state: 'gap',
      place: (sender?.container === prometheus.container ? alertingPlace(prometheus) : undefined) ?? place,
      gap: `${sender?.name ?? prometheus.name} sends its alerts to no Alertmanager`,
    };
  }
  const at = sender?.place ?? place;
  const steps = config ? readRelabels(child(config, 'alerting', 'alert_relabel_configs')) : [];
  const { labels, kept, by } = relabel(alertLabels(alert, prometheus), steps);
  if (kept === 'no')
    return { state: 'gap', place: by ? { node: by.node } : at, gap: 'alert_relabel_configs drops it' };

  const { known, isComplete } = alertmanagersOf(stack, prometheus, alert.rule);
  const configured = known.filter(({ route }) => route !== undefined);
  const reached = configured.flatMap((alertmanager) => deliveries(alertmanager, labels));
  const notified = reached.filter(({ receiver }) => (receiver?.integrations.length ?? 0) > 0);
  const best = notified.find(({ answer }) => answer === 'yes') ?? notified[0];
  if (best?.receiver !== undefined)
    return {
      state: 'proved',
      place: { node: best.receiver.node },
      what: delivered(best),
      groupWait: best.route.groupWait,
      route: best.route,
    };
  if (configured.length === 0 || !isComplete) {
    const bare = known.find(hasOnlyItsImagesConfig)?.container;
    if (bare !== undefined && isComplete && known.every(hasOnlyItsImagesConfig))
      return {
        state: 'gap',
        place: keyOf(bare.service.node),
        gap: `"${bare.service.name}" runs with the configuration of its image, which only calls ${IMAGES_RECEIVER} in its own container`,
      };
    const hidden = known.find(({ route }) => route === undefined);
    const reason =
      hidden !== undefined
        ? `the configuration of ${hidden.name} is not known`
        : `${known.length > 0 ? 'another' : 'its'} Alertmanager is not in the repository`;
    return isComplete && known.length === 0
      ? {
          state: 'gap',
          place: at,
          gap: `${sender?.name ?? prometheus.name} sends its alerts to an Alertmanager that does not exist`,
        }
      : { state: 'unknown', place: at, gap: reason };
  }
  const silent = reached[0];
  const name = silent?.route.receiver ?? 'none';
  const gap = silent?.receiver
    ? `it ends in the receiver "${name}", which notifies nobody`
    : `it is routed to the receiver "${name}", which is not defined`;
  return { state: 'gap', place: silent?.receiver ? { node: silent.receiver.node } : at, gap };
}

const delivered = ({ receiver, route }: Delivery): string =>
  `the receiver "${route.receiver}" notifies by ${receiver?.integrations.map((key) => key.replace(/_configs$/, '')).join(' and ')}`;

function managedRouting(
  alert: WatchingAlert,
  { alert: rule, grafana }: NonNullable<WatchingAlert['managed']>,
): Routing {
  const { contactPoints, policyReceivers } = grafana.alerting;
  const names = rule.receiver === undefined ? policyReceivers : [rule.receiver];
  const point = contactPoints.find(({ name, types }) => names.includes(name) && types.length > 0);
  const place: Place = { node: alert.node };
  if (point)
    return {
      state: 'proved',
      place: { node: point.node },
      what: `the contact point "${point.name}" notifies by ${point.types.join(' and ')}`,
      groupWait: 30,
      route: undefined,
    };
  return { state: 'unknown', place, gap: "Grafana's contact points are not provisioned from the repository" };
}
