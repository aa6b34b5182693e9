import { escaped, patternFrom } from '../pattern.ts';
import { matcherMatches } from '../promql/labels.ts';
import type { StreamSelector } from '../promql/logql.ts';
import { every, type Tri } from '../promql/tri.ts';
import type { Container } from './container.ts';
import { parseEndpoint, reach } from './endpoints.ts';
import { logClients } from './log-clients.ts';
import { mentionOf } from './mentions.ts';
import { type LogStream, promtails } from './promtail.ts';
import type { System } from './system.ts';
import { isBelow, versionOf } from './version.ts';

/** What arrives at a Loki. */
export interface Arriving {
  readonly streams: readonly LogStream[];
  /** Whether nothing else sends logs to it, as far as the repository tells. */
  readonly isComplete: boolean;
}

/** Images that collect logs in ways that are not read here. */
const OTHER_COLLECTORS = /fluent|vector|logstash|filebeat|logspout|telegraf|otel|alloy|agent|syslog/i;

const arriving = new WeakMap<System, Map<Container, Arriving>>();

/** The streams that arrive at a Loki of the system. Worked out once for each. */
export function arrivingAt(system: System, loki: Container): Arriving {
  const known = arriving.get(system) ?? new Map<Container, Arriving>();
  arriving.set(system, known);
  let found = known.get(loki);
  if (found === undefined) {
    found = findStreams(system, loki);
    known.set(loki, found);
  }
  return found;
}

function findStreams(system: System, loki: Container): Arriving {
  const isLoki = (client: ReturnType<typeof logClients>[number]): boolean => {
    const reached = reach(system, client.stack, client.container, parseEndpoint(client.url));
    return reached.state === 'container' && reached.container === loki;
  };
  const senders = logClients(system).filter(isLoki);
  const all = promtails(system);
  const own = all.filter(({ container }) => senders.some((client) => client.container === container));
  const others = senders.some(({ container }) => !own.some((promtail) => promtail.container === container));
  const isAutoNamed = !isBelow(versionOf(loki), 3);
  return {
    streams: own
      .flatMap(({ streams }) => streams)
      .map((stream) => (isAutoNamed ? withServiceName(stream) : stream)),
    isComplete:
      !others &&
      own.length > 0 &&
      all.every(({ container, config }) => container === undefined || config !== undefined) &&
      !hasOtherSenders(system, loki),
  };
}

/** Since version 3, Loki gives every stream a `service_name`, made of other labels. */
const withServiceName = (stream: LogStream): LogStream => ({
  ...stream,
  labels: {
    ...stream.labels,
    values: new Map([['service_name', undefined], ...stream.labels.values]),
  },
});

/** Whether something else may send logs: another collector, a logging driver, a program that knows the address. */
function hasOtherSenders(system: System, loki: Container): boolean {
  const stacks = system.stacks.filter(({ containers }) => containers.includes(loki));
  for (const { containers } of stacks) {
    for (const { service, image } of containers) {
      if (image !== undefined && OTHER_COLLECTORS.test(image)) return true;
      const driver = service.field('logging', 'driver')?.value;
      if (typeof driver === 'string' && driver.includes('loki')) return true;
    }
  }
  const hosts = loki.service.hosts.map(escaped).join('|');
  const pattern = patternFrom(`/loki/api/v1/push|\\b(?:${hosts}):\\d{4}`);
  // Of the files whose kind is known, only these can make something send.
  const others = new Set(
    system.files.all.flatMap(({ kind, path }) => (kind === 'compose' || kind === 'otel' ? [] : [path])),
  );
  return (
    mentionOf(
      system.files,
      pattern,
      (path) => others.has(path) || /(?:^|\/)(?:\.github\/|[^/]*[Mm]akefile$)|\.json$/.test(path),
    ) !== undefined
  );
}

/** Whether a stream selector takes a stream. */
export const takesStream = ({ matchers }: StreamSelector, { labels }: LogStream): Tri =>
  every(matchers.map((matcher) => matcherMatches(matcher, labels)));
