import type { Labels } from '../promql/labels.ts';
import { child, type Place } from '../repo/node.ts';
import { type Alertmanager, type Delivery, deliveries } from '../stack/alertmanager.ts';
import { isUnknown } from '../stack/compose/interpolate.ts';
import type { Prometheus } from '../stack/prometheus.ts';
import { readRelabels, relabel } from '../stack/relabel.ts';
import { containersAt, resolveHost, type Stack } from '../stack/system.ts';
import type { WatchingAlert } from './alerts.ts';

/** Where an alert ends up. */
export type Routing =
  | { readonly state: 'proved'; readonly place: Place; readonly what: string; readonly groupWait: number }
  | { readonly state: 'gap'; readonly place: Place; readonly gap: string }
  | { readonly state: 'unknown'; readonly place: Place; readonly gap: string };

/** The Alertmanagers that a Prometheus sends to, as far as the stack runs them. */
export function alertmanagersOf(
  stack: Stack,
  prometheus: Prometheus,
): { known: Alertmanager[]; isComplete: boolean } {
  let isComplete = true;
  const known: Alertmanager[] = [];
  for (const { targets, isOpen } of prometheus.alertmanagers) {
    if (isOpen) isComplete = false;
    for (const { address } of targets) {
      const containers = containersAt(stack, address, prometheus.container);
      const found = stack.alertmanagers.filter(
        ({ container }) => container !== undefined && containers.includes(container),
      );
      known.push(...found);
      const meaning = address === undefined ? 'outside' : resolveHost(stack, address.host).kind;
      if (found.length === 0 && meaning !== 'nothing') isComplete = false;
    }
  }
  // Without compose, the only Alertmanager whose configuration is here is the one that is meant.
  if (stack.project === undefined && known.length === 0 && prometheus.alertmanagers.length > 0)
    known.push(...stack.alertmanagers);
  return { known: [...new Set(known)], isComplete };
}

/** The labels that an alert leaves Prometheus with: those of its rule, and others that its series bring. */
export function alertLabels(alert: WatchingAlert, prometheus: Prometheus): Labels {
  const values = new Map<string, string | undefined>();
  for (const [name, { text }] of prometheus.externalLabels)
    values.set(name, isUnknown(text) ? undefined : text);
  const own = alert.rule?.labels ?? alert.managed?.alert.labels ?? new Map<string, { text: string }>();
  for (const [name, { text }] of own) values.set(name, isUnknown(text) ? undefined : text);
  values.set('alertname', alert.name);
  // A series may bring any label but these: nothing sets a severity that no rule sets.
  if (!values.has('severity')) values.set('severity', '');
  return { values, isClosed: false };
}

/** Follows an alert from its Prometheus to a receiver that notifies somebody. */
export function routingOf(alert: WatchingAlert, stack: Stack, prometheus: Prometheus): Routing {
  if (alert.managed !== undefined) return managedRouting(alert, alert.managed);
  const { config } = prometheus;
  const place: Place = { node: alert.node };
  if (prometheus.alertmanagers.length === 0) {
    return {
      state: 'gap',
      place: config ? { node: config } : place,
      gap: `${prometheus.name} sends its alerts to no Alertmanager`,
    };
  }
  const alerting = config && child(config, 'alerting', 'alertmanagers');
  const at: Place = alerting ? { node: alerting, part: 'key' } : place;
  const steps = config ? readRelabels(child(config, 'alerting', 'alert_relabel_configs')) : [];
  const { labels, kept, by } = relabel(alertLabels(alert, prometheus), steps);
  if (kept === 'no')
    return { state: 'gap', place: by ? { node: by.node } : at, gap: 'alert_relabel_configs drops it' };

  const { known, isComplete } = alertmanagersOf(stack, prometheus);
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
    };
  if (configured.length === 0 || !isComplete) {
    const reason =
      known.length > 0
        ? `the configuration of ${known[0]?.name} is not known`
        : 'its Alertmanager is not in the repository';
    return isComplete && known.length === 0
      ? {
          state: 'gap',
          place: at,
          gap: `${prometheus.name} sends its alerts to an Alertmanager that does not exist`,
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
    };
  return { state: 'unknown', place, gap: "Grafana's contact points are not provisioned from the repository" };
}
