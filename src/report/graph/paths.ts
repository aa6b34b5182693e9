import { LINKS, type LinkName } from '../../config/config.ts';
import type { Chain } from '../../coverage/chain.ts';
import { countingAlerts, sumInWords } from '../../coverage/timing.ts';
import { findingPlace } from '../../lint/finding.ts';
import type { Mask } from '../../lint/mask.ts';
import { locate, type Place } from '../../repo/node.ts';
import { basename } from '../../repo/path.ts';
import type { System } from '../../stack/system.ts';
import type { RuleTestFile } from '../../stack/tests.ts';
import { isCovered, matrixOf } from '../matrix.ts';
import type { Draft } from './draft.ts';
import { COLUMNS, type GraphPath } from './model.ts';
import { ruleNodeOf } from './read.ts';

/** Draws a path's tests, and in red what it lacks; the result is which nodes each of its links is about. */
export function drawPath(
  draft: Draft,
  chain: Chain,
  system: System,
): ReadonlyMap<LinkName, readonly string[]> {
  const { path, routings, links } = chain;
  const alerts = countingAlerts(chain);
  const found = (things: readonly unknown[]): string[] => [
    ...new Set(things.flatMap((thing) => draft.of(thing) ?? [])),
  ];
  const services = found(path.members.map(({ container }) => container));
  const jobs = found(path.members.map(({ job }) => job));
  const prometheus = found([path.prometheus]);
  const ruleFiles = [...new Set(alerts.flatMap(({ rule }) => rule?.group.file.path ?? []))];
  const managed = found(alerts.flatMap(({ managed: own }) => own?.grafana.alerting ?? []));
  const rules = [...ruleFiles.flatMap((file) => ruleNodeOf(draft, file) ?? []), ...managed];
  const evaluators = found(
    path.prometheus.evaluators
      .filter(({ groups }) => groups.some(({ file }) => ruleFiles.includes(file.path)))
      .map(({ container }) => container),
  );
  const tests = drawTests(draft, system, ruleFiles);

  const proofFiles = new Set(links.seen.proof.map(({ place }) => locate(place).file));
  const grafanas = path.stack.grafanas.filter(({ dashboards }) =>
    dashboards.some(({ file }) => proofFiles.has(file.path)),
  );
  const dashboards = found(
    grafanas.flatMap((grafana) => grafana.dashboards.filter(({ file }) => proofFiles.has(file.path))),
  );
  const ends = alerts.flatMap((alert) => {
    const place = routings.get(alert)?.place;
    if (place === undefined || !('node' in place)) return [];
    return path.stack.alertmanagers.flatMap((alertmanager) =>
      [...alertmanager.receivers.values()]
        .filter(
          ({ node }) => node.doc === place.node.doc && node.path.join('\0') === place.node.path.join('\0'),
        )
        .map((receiver) => ({ alertmanager, receiver })),
    );
  });
  const points = alerts.flatMap((alert) => {
    const place = routings.get(alert)?.place;
    return (
      alert.managed?.grafana.alerting.contactPoints.filter(
        ({ node }) => place !== undefined && 'node' in place && node === place.node,
      ) ?? []
    );
  });
  const alertmanagers = found(ends.map(({ alertmanager }) => alertmanager));
  const receivers = found([...ends.map(({ receiver }) => receiver), ...points]);

  const nodes: Record<LinkName, string[]> = {
    exposed: services,
    scraped: [...jobs, ...prometheus],
    alerted: [...evaluators, ...rules],
    tested: links.tested.state === 'proved' ? tests : [],
    routed: [...alertmanagers, ...receivers],
    seen: [...found(grafanas), ...dashboards],
  };

  /** Puts in what is missing, between what is there and where it would lead; several paths may miss the same. */
  const lacks = (
    link: LinkName,
    what: string,
    column: number,
    before: readonly string[],
    after: readonly string[],
    at: Place | undefined,
  ): void => {
    const places = at ? [at] : [];
    const id = draft.node(`lacks\0${what}\0${before.join('\0')}`, 'missing', what, {
      state: 'broken',
      column,
    });
    draft.add(id, {
      at: places,
      items: [{ name: path.name, detail: links[link].gap, ...(at ? { at } : {}) }],
    });
    for (const from of before) draft.edge(from, id, EDGE_OF[link], { what, at: places, state: 'broken' });
    for (const to of after) draft.edge(id, to, EDGE_OF[link], { what, at: places, state: 'broken' });
    nodes[link].push(id);
  };
  const isGap = (link: LinkName): boolean => links[link].state === 'gap' && links[link].required !== 'off';
  const why = (link: LinkName): string => links[link].gap ?? '';

  if (isGap('scraped')) {
    const { at } = links.scraped;
    for (const { kind, name, exists, node } of path.missing) {
      const service = path.stack.containers.find((container) => container.service.name === name);
      const before = kind === 'service' && exists ? found([service]) : [];
      if (kind === 'job') lacks('scraped', `no scrape job "${name}"`, COLUMNS.job, [], prometheus, { node });
      else if (exists)
        lacks('scraped', `nothing scrapes "${name}"`, COLUMNS.job, before, prometheus, { node });
      else lacks('scraped', `no service "${name}"`, COLUMNS.service, [], jobs, { node });
    }
    if (path.missing.length === 0 && !draft.breakEdges(jobs, prometheus, why('scraped'), at))
      lacks('scraped', `nothing of "${path.name}" is scraped`, COLUMNS.job, services, prometheus, at);
  } else if (isGap('exposed')) {
    const { at } = links.exposed;
    const isAt = path.members.filter(({ target }) => at && 'node' in at && at.node === target.node);
    const faulty = isAt.length > 0 ? found(isAt.map(({ container }) => container)) : services;
    if (!draft.breakEdges(faulty, jobs, why('exposed'), at))
      lacks('exposed', `nothing exposes "${path.name}"`, COLUMNS.service, [], jobs, at);
  }
  if (isGap('alerted')) {
    lacks('alerted', 'no alert', COLUMNS.rules, prometheus, [], links.alerted.at);
  } else if (rules.length > 0) {
    if (isGap('tested')) lacks('tested', 'no test', COLUMNS.tests, rules, [], links.tested.at);
    if (isGap('routed')) {
      const { at } = links.routed;
      if (receivers.length > 0) {
        for (const id of receivers) draft.add(id, { state: 'broken' });
        draft.breakEdges(alertmanagers, receivers, why('routed'), at);
      } else lacks('routed', 'nobody is told', COLUMNS.alertmanager, rules, [], at);
    }
  }
  if (isGap('seen')) {
    const all = found(path.stack.grafanas);
    lacks('seen', 'no panel', COLUMNS.dashboard, all.length > 0 ? all : prometheus, [], links.seen.at);
  }
  return new Map(LINKS.map((link) => [link, nodes[link]]));
}

const EDGE_OF = {
  exposed: 'exposes',
  scraped: 'scrapes',
  alerted: 'loads',
  tested: 'tests',
  routed: 'alerts',
  seen: 'shows',
} as const;

/** The unit tests of rule files; those that make an alert fire are its items. */
function drawTests(draft: Draft, system: System, ruleFiles: readonly string[]): string[] {
  return system.ruleTests.flatMap((test) => {
    const tested = ruleFiles.filter((path) => test.ruleFiles.some(({ paths }) => paths.includes(path)));
    const ids = tested.flatMap((path) => ruleNodeOf(draft, path) ?? []);
    if (ids.length === 0) return [];
    const to = testNode(draft, test);
    for (const from of ids)
      draft.edge(from, to, 'tests', {
        what: `${test.file.path} tests it`,
        at: test.ruleFiles.map(({ node }) => ({ node })),
      });
    return [to];
  });
}

function testNode(draft: Draft, { file, alertTests }: RuleTestFile): string {
  const fired = alertTests.filter(({ expected }) => expected.length > 0);
  const names = new Map(fired.map(({ alertname, node }) => [alertname, node]));
  return draft.node(`tests\0${file.path}`, 'tests', basename(file.path), {
    detail: `${names.size} made to fire`,
    files: [file.path],
    items: [...names].map(([name, node]) => ({ name, detail: 'fires', at: { node } })),
  });
}

/** A path's chain, with the lines that prove each link as they may be shown. */
export function pathOf(chain: Chain, nodes: ReadonlyMap<LinkName, readonly string[]>, mask: Mask): GraphPath {
  const [row] = matrixOf([chain]);
  const place = (at: Place) => mask.place(findingPlace(at));
  const links = (row?.links ?? []).map(({ name, mark, link }) => ({
    name,
    mark,
    proof: link.proof.map(({ what, place: at }) => ({ what, at: place(at) })),
    gap: link.gap,
    at: link.at && place(link.at),
    nodes: nodes.get(name) ?? [],
  }));
  return {
    name: chain.path.name,
    isInferred: chain.path.declared === undefined,
    isCovered: row !== undefined && isCovered(row),
    // The mask knows a file's secrets once it was asked about it: texts come after all places.
    links: links.map((link) => ({
      ...link,
      proof: link.proof.map(({ what, at }) => ({ what: mask.text(what), at })),
      gap: link.gap === undefined ? undefined : mask.text(link.gap),
    })),
    alerts: countingAlerts(chain).map(({ name, severity, detection }) => ({
      name,
      severity,
      detectedWithin: detection.total,
      sum: sumInWords(detection),
    })),
  };
}
