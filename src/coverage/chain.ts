import type { Config, LinkName, SeverityOrOff } from '../config/config.ts';
import { onceOf } from '../once.ts';
import { formatSeconds } from '../promql/duration.ts';
import type { Selector } from '../promql/tree.ts';
import { some, type Tri } from '../promql/tri.ts';
import { child, keyOf, type Place } from '../repo/node.ts';
import type { Dashboard, Panel, PanelQuery } from '../stack/dashboard.ts';
import { type Expression, promql } from '../stack/expression.ts';
import { type Grafana, resolveDatasource } from '../stack/grafana.ts';
import { anyExposes, exposes, SYNTHETIC } from '../stack/metrics.ts';
import { listeningOn } from '../stack/ports.ts';
import type { Prometheus } from '../stack/prometheus.ts';
import { relabelMetric } from '../stack/relabel.ts';
import type { Rule } from '../stack/rules.ts';
import { resolveHost, type Stack, type System } from '../stack/system.ts';
import type { AlertTest } from '../stack/tests.ts';
import { listed } from '../words.ts';
import { type WatchingAlert, watchingAlerts } from './alerts.ts';
import { type CriticalPath, criticalPaths } from './paths.ts';
import type { Reach } from './reach.ts';
import { type Routing, routingOf } from './routing.ts';
import { scrapingOf } from './scraping.ts';
import { isExposedByNobody } from './strangers.ts';
import { leastBy } from './timing.ts';

/** Something in a file that proves a link. */
export interface Proof {
  readonly place: Place;
  readonly what: string;
}

/** One link of a path's chain. */
export interface Link {
  readonly state: 'proved' | 'gap' | 'unknown';
  /** How bad a gap would be. */
  readonly required: SeverityOrOff;
  readonly proof: readonly Proof[];
  /** Why it is not proved. */
  readonly gap: string | undefined;
  /** Where the gap is, and what else it follows from. */
  readonly at: Place | undefined;
}

/** A critical path with its chain of proof. */
export interface Chain {
  readonly path: CriticalPath;
  readonly links: Readonly<Record<LinkName, Link>>;
  readonly alerts: readonly WatchingAlert[];
  readonly routings: ReadonlyMap<WatchingAlert, Routing>;
  readonly reach: Reach;
}

/** Works out the chain of proof of every critical path. */
export function chainsOf(system: System, config: Config): Chain[] {
  return criticalPaths(system, config).map((path) =>
    chainOf(path, scrapingOf(system, path).reach, system, config),
  );
}

function chainOf(path: CriticalPath, reach: Reach, system: System, config: Config): Chain {
  const alerts = watchingAlerts(path, reach, path.stack, path.prometheus);
  const routings = new Map(alerts.map((alert) => [alert, routingOf(alert, path.stack, path.prometheus)]));
  const { declared } = path;
  const required = (link: LinkName): SeverityOrOff => {
    const asked =
      (link === 'tested' && declared?.needsTest) || (link === 'seen' && declared?.dashboard !== undefined);
    return asked && config.require[link] === 'off' ? 'error' : config.require[link];
  };
  const link = (name: LinkName, found: Omit<Link, 'required'>): Link => ({
    ...found,
    required: required(name),
  });
  return {
    path,
    alerts,
    routings,
    reach,
    links: {
      exposed: link('exposed', exposedLink(path, system)),
      scraped: link('scraped', scrapedLink(path)),
      alerted: link('alerted', alertedLink(path, alerts)),
      tested: link('tested', testedLink(path, alerts, system)),
      routed: link('routed', routedLink(path, alerts, routings)),
      seen: link('seen', seenLink(path, reach)),
    },
  };
}

type Found = Omit<Link, 'required'>;

const proved = (proof: readonly Proof[]): Found => ({
  state: 'proved',
  proof,
  gap: undefined,
  at: undefined,
});
const gap = (text: string, at: Place | undefined, proof: readonly Proof[] = []): Found => ({
  state: 'gap',
  proof,
  gap: text,
  at,
});
const unknown = (text: string, at?: Place): Found => ({ state: 'unknown', proof: [], gap: text, at });

/** Where a path as a whole is pointed at: its declaration, or its first target. */
export function placeOf(path: CriticalPath): Place | undefined {
  if (path.declared) return { node: child(path.declared.node, 'name') };
  const [first] = path.members;
  return first && { node: first.target.node };
}

function exposedLink(path: CriticalPath, system: System): Found {
  const proof: Proof[] = [];
  const unknowns: string[] = [];
  for (const member of path.members) {
    const { container, target } = member;
    if (container === undefined) {
      unknowns.push(`"${target.text}" is not run by the repository`);
      continue;
    }
    const listening = listeningOn(container, target.address?.port);
    if (listening.answer === 'no')
      return gap(
        `${container.service.name} does not listen on port ${target.address?.port}: ${listening.reason}`,
        { node: target.node },
        proof,
      );
    const sources = system
      .sourcesOf(container)
      .filter(
        ({ port }) =>
          port === undefined || target.address?.port === undefined || port === target.address.port,
      );
    const broken = sources.find(({ fault }) => fault !== undefined);
    if (broken?.fault !== undefined) return gap(broken.fault, broken.place, proof);
    const [source] = sources;
    if (source === undefined)
      unknowns.push(`nothing in the repository shows what ${container.service.name} exposes`);
    else proof.push({ place: source.place, what: source.what });
  }
  const shown = path.members.flatMap(({ container }) => (container ? system.sourcesOf(container) : []));
  const absent = path.series.find(({ selectors: [selector] }) => isAbsent(path, selector?.name, system));
  if (absent !== undefined)
    return gap(`none of its services exposes "${absent.text}"`, { node: absent.node }, proof);
  const names = path.series.flatMap(({ selectors }) => selectors.flatMap(({ name }) => name ?? []));
  for (const name of names) {
    const source =
      shown.find((other) => other.names.includes(name)) ??
      shown.find((other) => exposes(other, name) === 'yes');
    if (source !== undefined) proof.push({ place: source.place, what: source.what });
  }
  if (path.members.length === 0) return gap('nothing that it names is scraped', placeOf(path));
  if (proof.length === 0) return unknown(unknowns[0] ?? 'nothing in the repository shows what it exposes');
  return proved(unique(proof));
}

/** Whether everything that the path's services expose is known, and a metric is not among it; or nothing here exposes it. */
const isAbsent = (path: CriticalPath, metric: string | undefined, system: System): boolean =>
  metric !== undefined &&
  !SYNTHETIC.has(metric) &&
  path.members.length > 0 &&
  (path.members.every(({ container }) => {
    const sources = container ? system.sourcesOf(container) : [];
    return sources.length > 0 && anyExposes(sources, metric) === 'no';
  }) ||
    isExposedByNobody(system, path, metric)) &&
  !path.prometheus.receivesSeries &&
  !path.prometheus.groups.some(({ rules }) =>
    rules.some(({ kind, name }) => kind === 'record' && name === metric),
  );

const unique = (proof: readonly Proof[]): Proof[] => {
  const seen = new Set<string>();
  return proof.filter(({ what }) => !seen.has(what) && seen.add(what));
};

function scrapedLink(path: CriticalPath): Found {
  const [missing] = path.missing;
  if (missing !== undefined) {
    const what =
      missing.kind === 'job'
        ? `${path.prometheus.name} has no scrape job "${missing.name}"`
        : missing.exists
          ? `no scrape job reaches the service "${missing.name}"`
          : `there is no service "${missing.name}"`;
    return gap(what, { node: missing.node });
  }
  if (path.members.length === 0) return gap('nothing that it names is scraped', placeOf(path));
  const dropped = path.series.find(
    ({ selectors: [selector] }) => selector?.name !== undefined && isDropped(path, selector.name),
  );
  if (dropped !== undefined)
    return gap(`metric_relabel_configs drops "${dropped.text}"`, { node: dropped.node });
  if (path.members.every(({ target }) => target.kept === 'maybe'))
    return unknown('relabel_configs may drop its targets');
  return proved(
    path.members.map(({ job, target }) => ({
      place: { node: target.node },
      what: `the job "${job.name}" scrapes ${target.text} every ${job.interval}s`,
    })),
  );
}

/** Whether the relabelling of every job that could bring a metric drops it. */
const isDropped = (path: CriticalPath, metric: string): boolean =>
  !SYNTHETIC.has(metric) &&
  path.members.every(
    ({ job, target }) => relabelMetric(target.labels, job.metricRelabels, metric).kept === 'no',
  );

function alertedLink(path: CriticalPath, alerts: readonly WatchingAlert[]): Found {
  const certain = alerts.filter(({ answer }) => answer === 'yes');
  const counting = certain.length > 0 ? certain : alerts;
  const proof = counting.map((alert) => ({
    place: { node: child(alert.node, alert.rule ? 'alert' : 'title') },
    what: `the alert ${alert.name} ${alert.answer === 'yes' ? 'selects' : 'may select'} its series${alert.severity === undefined ? '' : ` (${alert.severity})`}`,
  }));
  const within = path.declared?.detectWithin;
  const quickest = leastBy(counting, ({ detection }) => detection.total);
  if (within !== undefined && quickest !== undefined && quickest.detection.total > within)
    return gap(
      `${quickest.name}, its quickest alert, may take ${formatSeconds(quickest.detection.total)}, and ${formatSeconds(within)} is asked`,
      { node: child(quickest.node, quickest.rule ? 'alert' : 'title') },
    );
  if (alerts.length > 0) return proved(proof);
  const { prometheus } = path;
  if (prometheus.config === undefined)
    return unknown(`the configuration of ${prometheus.name} is not in the repository`);
  const entries = [...prometheus.ruleFiles, ...prometheus.evaluators.flatMap(({ ruleFiles }) => ruleFiles)];
  if (entries.some(({ found, isComplete }) => found.length === 0 && !isComplete))
    return unknown('its rule files are not in the repository');
  const elsewhere = evaluatedElsewhere(path.stack, prometheus);
  if (elsewhere !== undefined) return unknown(elsewhere);
  const names = prometheus.groups.flatMap(({ rules }) =>
    rules.filter(({ kind }) => kind === 'alert').map(({ name }) => name),
  );
  const loader = loaderOf(prometheus);
  if (names.length === 0) return gap(`${loader} loads no alert at all`, alertPlace(path));
  const derived = watchedThroughScores(path.stack, prometheus);
  if (derived !== undefined) return unknown(derived);
  const which = names.length === 1 ? `${names[0]}, the only alert` : `none of the ${names.length} alerts`;
  return gap(
    `${which} that ${loader} loads${names.length === 1 ? ', cannot' : ' can'} select its series`,
    alertPlace(path),
  );
}

/** Images that evaluate rules over what others scrape, besides those whose rules are read. */
const RULERS = /(?:^|\/)(?:thanos|mimir|cortex)$/;

/** Why alerts on what a Prometheus scrapes may be evaluated where the repository does not show them. */
function evaluatedElsewhere(stack: Stack, prometheus: Prometheus): string | undefined {
  const away = prometheus.remoteWrites.find(
    ({ address }) =>
      address === undefined || resolveHost(stack, address.host, prometheus.container).kind === 'outside',
  );
  if (away !== undefined)
    return `${prometheus.name} writes its series to ${away.address?.host ?? 'an address outside'}, where alerts may be evaluated`;
  const ruler = stack.containers.find(({ image }) => image !== undefined && RULERS.test(image));
  return ruler && `${ruler.service.name} may evaluate alerts on its series`;
}

/** Who loads the rules over what a Prometheus scrapes: a vmagent leaves that to the vmalert beside it. */
function loaderOf({ kind, name, evaluators: [evaluator] }: Prometheus): string {
  return kind === 'vmagent' && evaluator !== undefined ? evaluator.container.service.name : name;
}

/** What reads series and writes a score of each: which it reads, its own configuration says. */
const SCORERS = /(?:^|\/)vmanomaly$/;
const SCORE = 'anomaly_score';

/** Why an alert may watch a path without selecting one of its series: by a score that is made of them. */
function watchedThroughScores(stack: Stack, prometheus: Prometheus): string | undefined {
  const scorer = stack.containers.find(({ image }) => image !== undefined && SCORERS.test(image));
  if (scorer === undefined) return undefined;
  const alert = prometheus.groups
    .flatMap(({ rules }) => rules)
    .find(
      ({ kind, expr }) =>
        kind === 'alert' &&
        expr !== undefined &&
        promql(expr).query.selectors.some(({ name }) => name === SCORE),
    );
  return alert && `${alert.name} watches the scores that ${scorer.service.name} may make of its series`;
}

/** Where an alert would have to come from: the entry of `rule_files`, or the configuration that has none. */
function alertPlace(path: CriticalPath): Place | undefined {
  const { config } = path.prometheus;
  if (path.declared || config === undefined) return placeOf(path);
  const ruleFiles = child(config, 'rule_files');
  return ruleFiles.value === undefined ? placeOf(path) : keyOf(ruleFiles);
}

function testedLink(path: CriticalPath, alerts: readonly WatchingAlert[], system: System): Found {
  const rules = alerts.flatMap(({ rule }) => rule ?? []);
  const proof = rules.flatMap((rule): Proof[] => {
    const test = testsOf(system, rule.group.file.path).find(
      ({ alertname, expected }) => alertname === rule.name && expected.length > 0,
    );
    return test ? [{ place: { node: test.node }, what: `a rule unit test makes ${rule.name} fire` }] : [];
  });
  if (proof.length > 0) return proved(proof);
  const [first] = rules;
  if (first === undefined) return gap('it has no alert that could be tested', placeOf(path));
  const names = rules.slice(0, 3).map(({ name }) => name);
  return gap(`no rule unit test makes ${listed(names, 'or')}${rules.length > 3 ? ' or another' : ''} fire`, {
    node: child(first.node, 'alert'),
  });
}

/**
 * The chains with what else makes alerts fire than the repository's own tests: `fired` says of a rule what
 * did, in words.
 */
export function withTests(chains: readonly Chain[], fired: ReadonlyMap<Rule, string>): readonly Chain[] {
  if (fired.size === 0) return chains;
  return chains.map((chain) => {
    const proof = chain.alerts.flatMap(({ rule, node }): Proof[] => {
      const what = rule && fired.get(rule);
      return what === undefined ? [] : [{ place: { node: child(node, 'alert') }, what }];
    });
    if (proof.length === 0) return chain;
    const { tested } = chain.links;
    const link: Link = { ...tested, ...proved([...tested.proof, ...proof]) };
    return { ...chain, links: { ...chain.links, tested: link } };
  });
}

/** The chains with what amtool says of where alerts end, for those of which it says what is worked out here. */
export function withRoutes(
  chains: readonly Chain[],
  confirmed: ReadonlyMap<Rule, readonly string[]>,
): readonly Chain[] {
  if (confirmed.size === 0) return chains;
  return chains.map((chain) => {
    const { routed } = chain.links;
    if (routed.state !== 'proved') return chain;
    const more = chain.alerts.flatMap((alert): Proof[] => {
      const { rule } = alert;
      const routing = chain.routings.get(alert);
      const names = rule && routing?.state === 'proved' ? confirmed.get(rule) : undefined;
      if (names === undefined || routing === undefined) return [];
      return [{ place: routing.place, what: `amtool routes ${alert.name} to ${listed(names)}` }];
    });
    return { ...chain, links: { ...chain.links, routed: { ...routed, proof: [...routed.proof, ...more] } } };
  });
}

/** The alert tests that load a rule file. */
export const testsOf = (system: System, ruleFile: string): AlertTest[] =>
  system.ruleTests
    .filter(({ ruleFiles }) => ruleFiles.some(({ paths }) => paths.includes(ruleFile)))
    .flatMap(({ alertTests }) => alertTests);

function routedLink(
  path: CriticalPath,
  alerts: readonly WatchingAlert[],
  routings: ReadonlyMap<WatchingAlert, Routing>,
): Found {
  if (alerts.length === 0) return gap('it has no alert that could be routed', placeOf(path));
  const all = alerts.map((alert) => ({ alert, routing: routings.get(alert) as Routing }));
  const good = all.filter(({ routing }) => routing.state === 'proved');
  if (good.length > 0)
    return proved(
      unique(
        good.map(({ alert, routing }) => ({
          place: routing.place,
          what: `${alert.name}: ${routing.state === 'proved' ? routing.what : ''}`,
        })),
      ),
    );
  const uncertain = all.find(({ routing }) => routing.state === 'unknown');
  const { alert, routing } = uncertain ?? (all[0] as (typeof all)[number]);
  const text = `${alert.name}: ${routing.state === 'proved' ? '' : routing.gap}`;
  return uncertain ? unknown(text, routing.place) : gap(text, routing.place);
}

function seenLink(path: CriticalPath, reach: Reach): Found {
  const wanted = path.declared?.dashboard?.text;
  const dashboards = path.stack.grafanas.flatMap((grafana) =>
    grafana.dashboards.map((dashboard) => ({ grafana, dashboard })),
  );
  const chosen =
    wanted === undefined
      ? dashboards
      : dashboards.filter(({ dashboard }) => dashboard.uid === wanted || dashboard.file.path === wanted);
  const at: Place | undefined = path.declared?.dashboard
    ? { node: path.declared.dashboard.node }
    : placeOf(path);
  if (wanted !== undefined && chosen.length === 0)
    return gap(`no provisioned dashboard has the uid or file "${wanted}"`, at);
  const shown: { proof: Proof; answer: Tri }[] = [];
  for (const { grafana, dashboard } of chosen) {
    for (const { panel, expressions } of reach.among(panelsOf(grafana).get(dashboard) ?? [], path)) {
      const answer = some(expressions.map((expression) => expressionShows(expression, path, reach)));
      if (answer !== 'no')
        shown.push({
          answer,
          proof: {
            place: { node: panel.node },
            what: `the panel "${panel.title || panel.id}" of "${dashboard.title}" shows it`,
          },
        });
    }
  }
  const certain = shown.filter(({ answer }) => answer === 'yes');
  if (shown.length > 0) return proved((certain.length > 0 ? certain : shown).map(({ proof }) => proof));
  if (path.stack.grafanas.length === 0) return gap('no Grafana runs in its stack', at);
  if (
    path.stack.grafanas.some(({ providers }) =>
      providers.some(({ isComplete, found }) => !isComplete && found.length === 0),
    )
  )
    return unknown('dashboards are not in the repository', at);
  return gap(
    wanted === undefined
      ? 'no panel of a provisioned dashboard shows its series'
      : `no panel of the dashboard "${wanted}" shows its series`,
    at,
  );
}

/** Whether a query is about targets, such as `up`, and not about the series that a path declares. */
function showsTargetsOnly(selectors: readonly Selector[], { series }: CriticalPath): boolean {
  if (series.length === 0) return false;
  const declared = series.flatMap((one) => one.selectors.flatMap(({ name }) => name ?? []));
  return selectors.every(({ name }) => name !== undefined && SYNTHETIC.has(name) && !declared.includes(name));
}

/** The panels of a Grafana's dashboards that ask a Prometheus something, with what they ask. */
const panelsOf = onceOf(
  (grafana: Grafana): ReadonlyMap<Dashboard, { panel: Panel; expressions: readonly Expression[] }[]> =>
    new Map(
      grafana.dashboards.map((dashboard) => [
        dashboard,
        dashboard.panels.flatMap((panel) => {
          const expressions = panel.queries.flatMap((query) => promqlOf(query, grafana));
          return expressions.length === 0 ? [] : [{ panel, expressions }];
        }),
      ]),
    ),
);

function promqlOf({ expression, datasource, isHidden }: PanelQuery, grafana: Grafana): Expression[] {
  if (expression === undefined || isHidden || datasource.by === 'builtin') return [];
  const source = resolveDatasource(grafana, datasource);
  if (source !== undefined && source.type !== 'prometheus') return [];
  if (expression.language !== 'promql' && expression.language !== 'unknown') return [];
  return promql(expression).query.rejection === undefined ? [expression] : [];
}

function expressionShows(expression: Expression, path: CriticalPath, reach: Reach): Tri {
  const answer = reach.expression(expression, path);
  return answer !== 'no' && showsTargetsOnly(promql(expression).query.selectors, path) ? 'no' : answer;
}

/** The chains as they may be shown, each of their texts as `hide` gives it. What they stand on stays as it is. */
export const withoutSecrets = (chains: readonly Chain[], hide: (text: string) => string): Chain[] =>
  chains.map((chain) => {
    const alerts = new Map(
      chain.alerts.map((alert) => [
        alert,
        {
          ...alert,
          name: hide(alert.name),
          severity: alert.severity === undefined ? undefined : hide(alert.severity),
        },
      ]),
    );
    const routings = [...chain.routings].map(
      ([alert, routing]) => [alerts.get(alert) ?? alert, routing] as const,
    );
    const shown = (link: Link): Link => ({
      ...link,
      proof: link.proof.map(({ place, what }) => ({ place, what: hide(what) })),
      gap: link.gap === undefined ? undefined : hide(link.gap),
    });
    return {
      ...chain,
      path: { ...chain.path, name: hide(chain.path.name) },
      alerts: [...alerts.values()],
      routings: new Map(routings),
      links: {
        exposed: shown(chain.links.exposed),
        scraped: shown(chain.links.scraped),
        alerted: shown(chain.links.alerted),
        tested: shown(chain.links.tested),
        routed: shown(chain.links.routed),
        seen: shown(chain.links.seen),
      },
    };
  });
