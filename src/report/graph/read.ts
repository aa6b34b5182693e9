import { membersOf } from '../../coverage/paths.ts';
import { alertmanagersOf, alertsSentTo, sendersOf } from '../../coverage/routing.ts';
import { append } from '../../multimap.ts';
import { formatSeconds } from '../../promql/duration.ts';
import { child, exists, keyOf, type Place, startOf } from '../../repo/node.ts';
import { basename } from '../../repo/path.ts';
import { type Alertmanager, type Receiver, routesOf } from '../../stack/alertmanager.ts';
import type { Container } from '../../stack/container.ts';
import { type Dashboard, queriesOf } from '../../stack/dashboard.ts';
import { parseEndpoint, reach } from '../../stack/endpoints.ts';
import { datasourceOf, type Grafana } from '../../stack/grafana.ts';
import { containerOf } from '../../stack/grafana-prometheus.ts';
import { logClients } from '../../stack/log-clients.ts';
import type { Prometheus, ScrapeJob } from '../../stack/prometheus.ts';
import type { Rule, RuleGroup } from '../../stack/rules.ts';
import { containersAt, resolveHost, type Stack, type System } from '../../stack/system.ts';
import { clientsOf } from '../../stack/trace-clients.ts';
import { counted } from '../../words.ts';
import type { Draft, ItemParts } from './draft.ts';
import { COLUMNS, type NodeKind } from './model.ts';

/** Whether something of a stack belongs into a picture of monitoring. */
export const isMonitored = ({ prometheuses, alertmanagers, grafanas, configured }: Stack): boolean =>
  prometheuses.length + alertmanagers.length + grafanas.length > 0 ||
  configured.some(({ role }) => role === 'loki' || role === 'tempo');

/** Draws everything that a stack's files say, broken or not; what the paths lack is put in by `drawPaths`. */
export function drawStack(draft: Draft, stack: Stack, system: System): void {
  // Whoever is scraped as well is itself first, and not one more service.
  for (const prometheus of stack.prometheuses) prometheusNode(draft, prometheus);
  for (const alertmanager of stack.alertmanagers) alertmanagerNode(draft, alertmanager);
  for (const grafana of stack.grafanas) grafanaNode(draft, grafana);
  for (const prometheus of stack.prometheuses) drawPrometheus(draft, stack, prometheus, system);
  for (const alertmanager of stack.alertmanagers) drawReceivers(draft, alertmanager, system);
  for (const grafana of stack.grafanas) drawGrafana(draft, stack, grafana, system);
  drawStores(draft, stack, system);
  drawUnwatched(draft, stack);
}

/** What a container is drawn as, by what it is to the monitoring. */
function kindOf({ facts }: Container): NodeKind {
  switch (facts?.role) {
    case 'prometheus':
    case 'alertmanager':
    case 'grafana':
      return facts.role;
    case 'vmalert':
      return 'evaluator';
    case 'loki':
      return 'logs';
    case 'tempo':
      return 'traces';
    case 'storage':
      return 'store';
    case 'promtail':
    case 'alloy':
    case 'otel-collector':
      return 'agent';
    default:
      return 'service';
  }
}

/** The node of a container, put in when it is met first. */
function containerNode(draft: Draft, stack: Stack, container: Container, system: System): string {
  const known = draft.of(container);
  if (known !== undefined) return known;
  const { service } = container;
  const own = stack.configured.find((other) => other.container === container)?.file;
  const sources = system.sourcesOf(container);
  return draft.node(container, kindOf(container), service.name, {
    detail: service.image?.text ?? (service.build ? builtFrom(container) : undefined),
    at: [keyOf(service.node)],
    covers: service.layers.map(({ node }) => ({ node })),
    files: own ? [own.path] : [],
    items: sources
      .filter(({ fault }) => fault !== undefined)
      .map(({ what, fault, place }) => ({ name: what, detail: fault, at: place })),
  });
}

const builtFrom = ({ service: { build } }: Container): string =>
  build?.context ? `built from ${build.context}` : 'built here';

function prometheusNode(draft: Draft, prometheus: Prometheus): string {
  const { container, config } = prometheus;
  const id = draft.node(prometheus, 'prometheus', prometheus.name, {
    detail: config?.doc.source.path,
    at: [
      ...(container ? [keyOf(container.service.node)] : []),
      ...(config ? [startOf(config.doc.source)] : []),
    ],
    covers: container ? container.service.layers.map(({ node }) => ({ node })) : [],
    files: config ? [config.doc.source.path] : [],
  });
  if (container !== undefined) draft.alias(container, id);
  return id;
}

function drawPrometheus(draft: Draft, stack: Stack, prometheus: Prometheus, system: System): void {
  const id = prometheusNode(draft, prometheus);
  drawJobs(draft, stack, prometheus, id, system);
  for (const { address, place } of prometheus.remoteWrites) {
    for (const container of containersAt(stack, address, prometheus.container))
      draft.edge(id, containerNode(draft, stack, container, system), 'sends', {
        what: `${prometheus.name} writes its series to ${container.service.name}`,
        at: [place],
      });
  }
  drawRules(draft, prometheus, id);
  drawAlerting(draft, stack, prometheus);
}

function drawJobs(draft: Draft, stack: Stack, prometheus: Prometheus, id: string, system: System): void {
  const own = prometheus.jobs.map((job) => ({ job, agent: undefined }));
  const relayed = prometheus.relayed.map(({ job, from }) => ({ job, agent: from }));
  for (const { job, agent } of [...own, ...relayed]) {
    const name = child(job.node, 'job_name');
    const place: Place = { node: exists(name) ? name : job.node };
    const node = draft.node(job, 'job', job.name, {
      detail: `every ${formatSeconds(job.interval)}${job.metricsPath === '/metrics' ? '' : `, ${job.metricsPath}`}`,
      at: [place],
      covers: [{ node: job.node }],
      items: [
        ...job.targets.map(
          (target): ItemParts => ({
            name: target.text,
            detail: target.kept === 'no' ? 'dropped by relabelling' : undefined,
            at: { node: target.node },
          }),
        ),
        ...(job.isOpen ? [{ name: 'service discovery', detail: 'targets that no file names' }] : []),
      ],
    });
    const by = agent ? ` through ${agent.service.name}` : '';
    draft.edge(node, id, 'scrapes', {
      what: `${prometheus.name} scrapes the job "${job.name}" every ${formatSeconds(job.interval)}${by}`,
      at: [place],
    });
  }
  const outside = new Map<string, ScrapeJob['targets'][number][]>();
  for (const { job, target, container } of membersOf(stack, prometheus)) {
    const to = draft.of(job);
    if (to === undefined) continue;
    const host = target.address?.host;
    if (container !== undefined) {
      const [source] = system.sourcesOf(container).filter(({ fault }) => fault === undefined);
      draft.edge(containerNode(draft, stack, container, system), to, 'exposes', {
        what: `${container.service.name} is the target ${target.text}${source ? `: ${source.what}` : ''}`,
        at: [{ node: target.node }, ...(source ? [source.place] : [])],
      });
    } else if (host !== undefined && resolveHost(stack, host, prometheus.container).kind === 'nothing') {
      const what = `no service is called "${host}"`;
      const at = [{ node: target.node }];
      const from = draft.node(`nothing\0${host}`, 'missing', what, { state: 'broken', at });
      draft.edge(from, to, 'exposes', { what, at, state: 'broken' });
    } else append(outside, to, target);
  }
  for (const [to, targets] of outside) {
    const [first] = targets;
    const name = targets.length === 1 ? first?.text : counted(targets.length, 'target');
    const from = draft.node(`outside\0${to}`, 'outside', name ?? '', {
      detail: 'not in the repository',
      state: 'unknown',
      at: targets.map(({ node }) => ({ node })),
      items: targets.map(({ text, node }) => ({ name: text, at: { node } })),
    });
    draft.edge(from, to, 'exposes', {
      what: 'what is there is not told by the repository',
      at: targets.map(({ node }) => ({ node })),
      state: 'unknown',
    });
  }
}

function drawRules(draft: Draft, prometheus: Prometheus, id: string): void {
  const entries = prometheus.ruleFiles.map(({ node, pattern, found, isComplete }) => ({
    from: id,
    by: prometheus.name,
    at: { node } as Place,
    pattern,
    found,
    isComplete,
  }));
  const evaluated = prometheus.evaluators.flatMap(({ container, ruleFiles }) => {
    const evaluator = draft.node(container, 'evaluator', container.service.name, {
      detail: container.service.image?.text,
      at: [keyOf(container.service.node)],
      covers: container.service.layers.map(({ node }) => ({ node })),
    });
    draft.edge(id, evaluator, 'reads', {
      what: `${container.service.name} evaluates rules over what ${prometheus.name} scrapes`,
      at: [keyOf(container.service.node)],
    });
    return ruleFiles.map(({ place, pattern, found, isComplete }) => ({
      from: evaluator,
      by: container.service.name,
      at: place,
      pattern,
      found,
      isComplete,
    }));
  });
  for (const { from, by, at, pattern, found, isComplete } of [...entries, ...evaluated]) {
    if (found.length === 0 && isComplete) {
      const what = `no file matches "${pattern}"`;
      const missing = draft.node(`rules\0${pattern}\0${from}`, 'missing', what, {
        state: 'broken',
        column: COLUMNS.rules,
        at: [at],
      });
      draft.edge(from, missing, 'loads', { what, at: [at], state: 'broken' });
    }
    for (const { path } of found) {
      const groups = prometheus.groups.filter(({ file }) => file.path === path);
      if (groups.length === 0) continue;
      draft.edge(from, ruleNode(draft, path, groups), 'loads', { what: `${by} loads ${path}`, at: [at] });
    }
  }
}

/** The node of a rule file. */
export function ruleNode(draft: Draft, path: string, groups: readonly RuleGroup[]): string {
  const rules = groups.flatMap((group) => group.rules);
  const alerts = rules.filter(({ kind }) => kind === 'alert');
  const recorded = rules.length - alerts.length;
  const [file] = groups;
  return draft.node(`rules\0${path}`, 'rules', basename(path), {
    detail: [
      ...(alerts.length > 0 ? [counted(alerts.length, 'alert')] : []),
      ...(recorded > 0 ? [counted(recorded, 'recording rule')] : []),
    ].join(', '),
    at: file ? [startOf(file.file.node.doc.source)] : [],
    files: [path],
    items: alerts.map(({ name, node, labels, group }) => ({
      name,
      detail: [labels.get('severity')?.text, ...(groups.length > 1 ? [`group ${group.name}`] : [])]
        .filter(Boolean)
        .join(', '),
      at: { node: child(node, 'alert') },
    })),
  });
}

/** The id of a rule file's node. */
export const ruleNodeOf = (draft: Draft, path: string): string | undefined => draft.of(`rules\0${path}`);

function drawAlerting(draft: Draft, stack: Stack, prometheus: Prometheus): void {
  const firsts = new Map(
    prometheus.groups.flatMap(({ rules, file }) => {
      const first = rules.find(({ kind }) => kind === 'alert');
      return first ? [[file.path, first] as const] : [];
    }),
  );
  const id = prometheusNode(draft, prometheus);
  // Where no alert is loaded, what is sent to whom is still written down.
  const sources: [string | undefined, Rule | undefined][] =
    firsts.size === 0
      ? [[id, undefined]]
      : [...firsts].map(([path, rule]) => [ruleNodeOf(draft, path), rule]);
  for (const [from, rule] of sources) {
    if (from === undefined) continue;
    const senders = sendersOf(prometheus, rule);
    const at = senders.flatMap(({ place }) => place ?? []);
    const { known } = alertmanagersOf(stack, prometheus, rule);
    for (const alertmanager of known) {
      draft.edge(from, alertmanagerNode(draft, alertmanager), 'alerts', {
        what: `${senders.map(({ name }) => name).join(' and ')} sends its alerts to ${alertmanager.name}`,
        at,
      });
    }
    if (known.length > 0) continue;
    for (const { addresses, container } of senders) {
      for (const address of addresses) {
        const name = address?.host ?? 'an Alertmanager';
        const isNothing =
          address !== undefined &&
          containersAt(stack, address, container).length === 0 &&
          resolveHost(stack, address.host, container).kind === 'nothing';
        const to = draft.node(
          `alertmanager\0${name}`,
          isNothing ? 'missing' : 'alertmanager',
          isNothing ? `no Alertmanager is called "${name}"` : name,
          isNothing
            ? { state: 'broken', column: COLUMNS.alertmanager, at }
            : { state: 'unknown', detail: 'not in the repository', at },
        );
        draft.edge(from, to, 'alerts', {
          what: isNothing ? `there is no service "${name}"` : `the alerts go to ${name}`,
          at,
          state: isNothing ? 'broken' : 'unknown',
        });
      }
    }
  }
}

export function alertmanagerNode(draft: Draft, alertmanager: Alertmanager): string {
  const { container, config, name } = alertmanager;
  const id = draft.node(alertmanager, 'alertmanager', name, {
    detail: config?.doc.source.path,
    at: [
      ...(container ? [keyOf(container.service.node)] : []),
      ...(config ? [startOf(config.doc.source)] : []),
    ],
    covers: container ? container.service.layers.map(({ node }) => ({ node })) : [],
    files: config ? [config.doc.source.path] : [],
  });
  if (container !== undefined) draft.alias(container, id);
  return id;
}

/** The receivers of an Alertmanager, with the alerts that end in each. */
function drawReceivers(draft: Draft, alertmanager: Alertmanager, system: System): void {
  const from = alertmanagerNode(draft, alertmanager);
  const sent = new Map<string, string[]>();
  for (const { rule, deliveries } of alertsSentTo(system, alertmanager)) {
    for (const { receiver } of deliveries) {
      if (receiver === undefined) continue;
      const names = sent.get(receiver.name) ?? [];
      if (!names.includes(rule.name)) names.push(rule.name);
      sent.set(receiver.name, names);
    }
  }
  for (const receiver of alertmanager.receivers.values()) {
    const alerts = sent.get(receiver.name) ?? [];
    const to = receiverNode(draft, receiver);
    draft.add(to, { items: alerts.map((name) => ({ name })) });
    const routes = routesOf(alertmanager.route).filter((route) => route.receiver === receiver.name);
    if (routes.length === 0) continue;
    draft.edge(from, to, 'routes', {
      what:
        alerts.length === 0
          ? `no alert of the repository is routed to "${receiver.name}"`
          : `${counted(alerts.length, 'alert')} routed to "${receiver.name}"`,
      at: routes.map(({ node }) => {
        const own = child(node, 'receiver');
        return { node: exists(own) ? own : node };
      }),
    });
  }
}

export const receiverNode = (draft: Draft, receiver: Receiver): string =>
  draft.node(receiver, 'receiver', receiver.name, {
    detail:
      receiver.integrations.length === 0
        ? 'notifies nobody'
        : receiver.integrations.map((key) => key.replace(/_configs$/, '')).join(', '),
    at: [{ node: receiver.node }],
    covers: [{ node: receiver.node }],
  });

function grafanaNode(draft: Draft, grafana: Grafana): string {
  const { container, datasources, providers } = grafana;
  const id = draft.node(grafana, 'grafana', grafana.name, {
    detail: container?.service.image?.text,
    at: container ? [keyOf(container.service.node)] : [],
    covers: container ? container.service.layers.map(({ node }) => ({ node })) : [],
    files: [...datasources, ...providers].map(({ node }) => node.doc.source.path),
    items: datasources.map(({ name, type, node }) => ({
      name,
      detail: `datasource, ${type}`,
      at: { node: child(node, 'name') },
    })),
  });
  if (container !== undefined) draft.alias(container, id);
  return id;
}

function drawGrafana(draft: Draft, stack: Stack, grafana: Grafana, system: System): void {
  const { container, datasources } = grafana;
  const id = grafanaNode(draft, grafana);
  for (const datasource of datasources) {
    const found = containerOf(system, stack, grafana, datasource);
    const at: Place[] = [
      { node: child(datasource.node, exists(child(datasource.node, 'url')) ? 'url' : 'name') },
    ];
    const what = `the datasource "${datasource.name}" reads it`;
    if (found !== undefined) {
      const from = containerNode(draft, stack, found, system);
      draft.edge(from, id, 'reads', { what, at });
      continue;
    }
    const reached =
      datasource.access === 'proxy' && datasource.url !== undefined
        ? reach(system, stack, container, parseEndpoint(datasource.url))
        : undefined;
    if (reached?.state === 'nothing') {
      const missing = draft.node(
        `datasource\0${datasource.name}`,
        'missing',
        `nothing is at "${datasource.name}"`,
        {
          state: 'broken',
          column: COLUMNS.prometheus,
          at,
        },
      );
      draft.edge(missing, id, 'reads', {
        what: `the address of "${datasource.name}" leads to no service`,
        at,
        state: 'broken',
      });
    } else if (datasource.type === 'prometheus' && stack.prometheuses.length === 1) {
      const from = draft.of(stack.prometheuses[0]);
      if (from !== undefined)
        draft.edge(from, id, 'reads', { what: `${what}, as it seems`, at, state: 'unknown' });
    }
  }
  for (const dashboard of grafana.dashboards) {
    const loaded = grafana.loaded.find(({ file }) => file.path === dashboard.file.path);
    draft.edge(id, dashboardNode(draft, dashboard, grafana), 'shows', {
      what: loaded ? `the provider "${loaded.provider.name}" loads it` : 'it is loaded',
      at: loaded ? [{ node: loaded.provider.pathNode }] : [],
    });
  }
  drawManaged(draft, grafana, id);
}

function dashboardNode(draft: Draft, dashboard: Dashboard, grafana: Grafana): string {
  const { file, title, panels } = dashboard;
  const asked = new Set(
    queriesOf(dashboard).flatMap(
      ({ query }) => datasourceOf(grafana, dashboard, query.datasource)?.name ?? [],
    ),
  );
  return draft.node(dashboard, 'dashboard', title, {
    detail: [
      counted(panels.length, 'panel'),
      ...(asked.size > 0 ? [`from ${[...asked].join(', ')}`] : []),
    ].join(', '),
    at: [startOf(file.node.doc.source)],
    files: [file.path],
    items: panels.map((panel) => ({ name: panel.title || `panel ${panel.id ?? '?'}`, detail: panel.type })),
  });
}

/** The alerts that Grafana evaluates itself, and its contact points. */
function drawManaged(draft: Draft, grafana: Grafana, id: string): void {
  const { alerts, contactPoints } = grafana.alerting;
  const [first] = alerts;
  if (first === undefined) return;
  const rules = draft.node(grafana.alerting, 'alertmanager', 'Grafana alerting', {
    detail: counted(alerts.length, 'alert'),
    at: [startOf(first.node.doc.source)],
    files: [first.node.doc.source.path],
    items: alerts.map(({ title, node, labels }) => ({
      name: title,
      detail: labels.get('severity')?.text,
      at: { node: child(node, 'title') },
    })),
  });
  draft.edge(id, rules, 'loads', {
    what: `${grafana.name} evaluates them`,
    at: [startOf(first.node.doc.source)],
  });
  for (const point of contactPoints) {
    const to = draft.node(point, 'receiver', point.name, {
      detail: point.types.join(', ') || 'notifies nobody',
      at: [{ node: point.node }],
    });
    draft.edge(rules, to, 'routes', {
      what: `the contact point "${point.name}"`,
      at: [{ node: point.node }],
    });
  }
}

/** Log and trace stores, and who sends to them. */
function drawStores(draft: Draft, stack: Stack, system: System): void {
  for (const { container, role } of stack.configured)
    if (role === 'loki' || role === 'tempo') containerNode(draft, stack, container, system);
  for (const client of logClients(system)) {
    if (client.stack !== stack || client.container === undefined) continue;
    const reached = reach(system, stack, client.container, parseEndpoint(client.url));
    if (reached.state !== 'container') continue;
    draft.edge(
      containerNode(draft, stack, client.container, system),
      containerNode(draft, stack, reached.container, system),
      'sends',
      { what: `${client.by} sends logs`, at: [client.place] },
    );
  }
  for (const role of ['tempo', 'otel-collector'] as const) {
    for (const client of clientsOf(system, role)) {
      if (client.stack !== stack) continue;
      const to = containerNode(draft, stack, client.to, system);
      draft.edge(containerNode(draft, stack, client.from, system), to, 'sends', {
        what: `${client.by} sends ${role === 'tempo' ? 'traces' : 'telemetry'}`,
        at: [client.place],
      });
    }
  }
}

/** The services of the stack that take no part. */
function drawUnwatched(draft: Draft, stack: Stack): void {
  const rest = stack.containers.filter((container) => draft.of(container) === undefined);
  if (rest.length === 0) return;
  draft.node(stack, 'unwatched', counted(rest.length, 'service'), {
    detail: 'scraped by nothing',
    items: rest.map(({ service }) => ({
      name: service.name,
      detail: service.image?.text,
      at: keyOf(service.node),
    })),
    covers: rest.flatMap(({ service }) => service.layers.map(({ node }) => ({ node }))),
  });
}
