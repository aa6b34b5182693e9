import { append } from '../multimap.ts';
import { onceOf } from '../once.ts';
import { isVariable, variablesIn } from '../promql/grafana.ts';
import { logqlTree } from '../promql/grammars.lazy.ts';
import type { Query } from '../promql/parse.ts';
import type { Expr } from '../promql/tree.ts';
import { type Place, within } from '../repo/node.ts';
import type { Span } from '../repo/text.ts';
import { type Dashboard, languageOf, type Panel, type PanelQuery } from './dashboard.ts';
import { type Expression, type Language, promql } from './expression.ts';
import { type DatasourceRef, type Grafana, resolveDatasource } from './grafana.ts';
import type { ManagedAlert } from './grafana-alerting.ts';
import { type Prometheus, parseAddress } from './prometheus.ts';
import type { Rule, RuleGroup } from './rules.ts';
import { containersAt, type Stack, type System } from './system.ts';

/** A Prometheus in its stack. */
export interface Server {
  readonly prometheus: Prometheus;
  readonly stack: Stack;
}

/** A PromQL expression where it is used, and by whom it is evaluated. */
export interface Usage {
  readonly expression: Expression;
  readonly query: Query;
  readonly by:
    | { readonly kind: 'rule'; readonly rule: Rule }
    | { readonly kind: 'panel'; readonly dashboard: Dashboard; readonly panel: Panel }
    | { readonly kind: 'annotation'; readonly dashboard: Dashboard }
    | { readonly kind: 'managed'; readonly alert: ManagedAlert };
  /** The Prometheus servers that evaluate it, as far as the repository tells; empty where it does not. */
  readonly servers: readonly Server[];
  /** Whether it is PromQL for certain, or only looks like it. */
  readonly isCertain: boolean;
  /** Where a stretch of the parsed text stands. */
  at(span: Span): Place;
  /** What is written there, with variables as they stand in the file. */
  written(span: Span): string;
}

const known = new WeakMap<System, readonly Usage[]>();

/** Every PromQL expression of the repository. Those in other languages, and in none that can be told, are left out. */
export function usagesOf(system: System): readonly Usage[] {
  let usages = known.get(system);
  if (usages === undefined) {
    const all = [...ruleUsages(system), ...dashboardUsages(system), ...managedUsages(system)];
    // VictoriaMetrics is asked as a Prometheus is, and takes more than PromQL.
    const isOther = speaksMetricsql(system);
    usages = all.flatMap((one) => {
      if (!isOther || one.servers.length > 0) return [one];
      return one.query.rejection === undefined ? [{ ...one, isCertain: false }] : [];
    });
    known.set(system, usages);
  }
  return usages;
}

/** Whether VictoriaMetrics runs here, so that an expression that nothing tells of may be MetricsQL. */
export const speaksMetricsql = (system: System): boolean =>
  system.stacks.some(({ containers }) =>
    containers.some(({ image }) => image?.startsWith('victoriametrics/')),
  );

function usage(
  expression: Expression,
  language: Language,
  by: Usage['by'],
  servers: readonly Server[],
): Usage[] {
  if (language !== 'promql' && language !== 'unknown') return [];
  if (expression.text.trim() === '') return [];
  const { query, toWritten } = promql(expression);
  if (language === 'unknown' && !looksLikePromql(expression, query)) return [];
  return [
    {
      expression,
      query,
      by,
      servers,
      isCertain: language === 'promql',
      at: (span) => within(expression.node, toWritten(span)),
      written: (span) => {
        const { start, end } = toWritten(span);
        return expression.text.slice(start, end);
      },
    },
  ];
}

/** Of an expression in no language that can be told: a selector without a name may be Loki's. */
function looksLikePromql({ text }: Expression, { rejection, selectors }: Query): boolean {
  if (rejection !== undefined) return !isLogql(text);
  return selectors.length > 0 && selectors.every(({ name }) => name !== undefined);
}

/** vmagent is configured as a Prometheus is, but only scrapes. */
const queried = (stack: Stack): readonly Prometheus[] =>
  stack.prometheuses.filter(({ kind }) => kind === 'prometheus');

/** Whether a text is LogQL by its syntax, with Grafana's variables put in where there are any. */
function isLogql(text: string): boolean {
  let plain = '';
  let at = 0;
  for (const { span } of variablesIn(text)) {
    plain += text.slice(at, span.start);
    const isRange = /\[\s*$/.test(plain);
    plain += isRange ? (/^[a-z]/.test(text.slice(span.end)) ? '5' : '5m') : 'x';
    at = span.end;
  }
  plain += text.slice(at);
  const cursor = logqlTree(plain).cursor();
  do if (cursor.type.isError) return false;
  while (cursor.next());
  return plain.trim() !== '';
}

const NO_SERVERS: readonly Server[] = [];

const loaders = new WeakMap<System, ReadonlyMap<RuleGroup, readonly Server[]>>();

/** The Prometheus servers that load a group of rules. */
export function serversOf(system: System, group: RuleGroup): readonly Server[] {
  let found = loaders.get(system);
  if (found === undefined) {
    found = loadersOf(system);
    loaders.set(system, found);
  }
  return found.get(group) ?? NO_SERVERS;
}

function loadersOf(system: System): Map<RuleGroup, Server[]> {
  const servers = new Map<RuleGroup, Server[]>();
  for (const stack of system.stacks) {
    for (const prometheus of queried(stack)) {
      for (const group of new Set(prometheus.groups)) append(servers, group, { prometheus, stack });
    }
  }
  return servers;
}

function ruleUsages(system: System): Usage[] {
  return system.ruleGroups.flatMap((group) =>
    group.rules.flatMap((rule) =>
      rule.expr === undefined
        ? []
        : usage(rule.expr, rule.expr.language, { kind: 'rule', rule }, serversOf(system, group)),
    ),
  );
}

/** Where dashboards are shown: by each Grafana that provisions them. */
interface Showing {
  readonly grafana: Grafana;
  readonly stack: Stack;
}

function showingsOf(system: System, dashboard: Dashboard): Showing[] {
  return system.stacks.flatMap((stack) =>
    stack.grafanas
      .filter(({ dashboards }) => dashboards.some(({ file }) => file === dashboard.file))
      .map((grafana) => ({ grafana, stack })),
  );
}

/**
 * The same list for the same servers, however often they are worked out: what is known of a list is kept
 * with it.
 */
const sharedServers = onceOf((_system: System) => {
  const numbers = new Map<Prometheus | Stack, number>();
  const numberOf = (subject: Prometheus | Stack): number => {
    const number = numbers.get(subject) ?? numbers.size;
    numbers.set(subject, number);
    return number;
  };
  const lists = new Map<string, readonly Server[]>();
  return (servers: readonly Server[]): readonly Server[] => {
    const key = servers.map(({ prometheus, stack }) => `${numberOf(prometheus)}:${numberOf(stack)}`).join();
    const list = lists.get(key) ?? servers;
    lists.set(key, list);
    return list;
  };
});

function dashboardUsages(system: System): Usage[] {
  return system.dashboards.flatMap((dashboard) => {
    const showings = showingsOf(system, dashboard);
    // The queries of a dashboard mostly go to the same datasource.
    const behind = new Map<string, { language: Language; servers: readonly Server[] }>();
    const of = (query: PanelQuery, by: Usage['by']): Usage[] => {
      const { expression, datasource } = query;
      if (expression === undefined) return [];
      const key = nameOf(datasource);
      const { language, servers } = behind.get(key) ?? {
        language: datasourceLanguage(dashboard, datasource, showings),
        servers: sharedServers(system)(serversBehind(datasource, showings)),
      };
      behind.set(key, { language, servers });
      return usage(
        expression,
        expression.language === 'unknown' ? language : expression.language,
        by,
        servers,
      );
    };
    return [
      ...dashboard.panels.flatMap((panel) =>
        panel.queries.flatMap((query) => of(query, { kind: 'panel', dashboard, panel })),
      ),
      ...dashboard.annotations.flatMap((query) => of(query, { kind: 'annotation', dashboard })),
    ];
  });
}

/** What a reference names, as a text. */
const nameOf = (ref: DatasourceRef): string =>
  `${ref.by} ${'uid' in ref ? ref.uid : 'name' in ref ? ref.name : ''}`;

/** The language of a datasource that does not say its type where it is named. */
function datasourceLanguage(
  dashboard: Dashboard,
  ref: DatasourceRef,
  showings: readonly Showing[],
): Language {
  if (ref.by === 'builtin') return 'other';
  if (ref.by === 'variable') {
    const variable = dashboard.variables.find(({ name }) => name === ref.name);
    return languageOf(variable?.datasourceType ?? dashboard.inputs.get(ref.name));
  }
  const languages = new Set(
    showings.flatMap(({ grafana }) => {
      const datasource = resolveDatasource(grafana, ref);
      return datasource === undefined ? [] : [languageOf(datasource.type)];
    }),
  );
  const [language] = languages;
  return languages.size === 1 && language !== undefined ? language : 'unknown';
}

/** The Prometheus servers of this repository that a datasource asks; of the only one there is, it is taken for granted. */
function serversBehind(ref: DatasourceRef, showings: readonly Showing[]): Server[] {
  return showings.flatMap(({ grafana, stack }) => {
    const datasource = resolveDatasource(grafana, ref);
    const address = datasource?.url === undefined ? undefined : parseAddress(datasource.url);
    const containers = containersAt(stack, address, grafana.container);
    const asked = queried(stack).filter(
      ({ container }) => container !== undefined && containers.includes(container),
    );
    const [only, second] = queried(stack);
    const isOnly = datasource === undefined && only !== undefined && second === undefined;
    return (isOnly ? [only] : asked).map((prometheus) => ({ prometheus, stack }));
  });
}

function managedUsages(system: System): Usage[] {
  return system.stacks.flatMap((stack) =>
    stack.grafanas.flatMap((grafana) =>
      grafana.alerting.alerts.flatMap((alert) =>
        alert.queries.flatMap(({ expression, datasource }) => {
          const found = datasource && resolveDatasource(grafana, datasource);
          const language =
            expression.language === 'unknown' && found ? languageOf(found.type) : expression.language;
          const servers = datasource
            ? sharedServers(system)(serversBehind(datasource, [{ grafana, stack }]))
            : [];
          return usage(expression, language, { kind: 'managed', alert }, servers);
        }),
      ),
    ),
  );
}

/** A usage whose expression was understood. */
export type TreeUsage = Usage & { readonly tree: Expr };

const readable = new WeakMap<System, readonly TreeUsage[]>();

/** The PromQL expressions that can be looked into: those that parse, and whose types fit. */
export function treesOf(system: System): readonly TreeUsage[] {
  let usages = readable.get(system);
  if (usages === undefined) {
    usages = usagesOf(system).flatMap((used) => {
      const { tree, rejection } = used.query;
      return tree === undefined || rejection !== undefined ? [] : [{ ...used, tree }];
    });
    readable.set(system, usages);
  }
  return usages;
}

/** What has an expression, in words: `the alert "ApiDown"`, `the panel "Requests"`. */
export function subjectOf({ by }: Usage): string {
  switch (by.kind) {
    case 'rule':
      return by.rule.kind === 'alert'
        ? `the alert "${by.rule.name}"`
        : `the recording rule "${by.rule.name}"`;
    case 'panel':
      return by.panel.title === '' ? 'a panel without a title' : `the panel "${by.panel.title}"`;
    case 'annotation':
      return 'an annotation query';
    case 'managed':
      return `the Grafana alert "${by.alert.title}"`;
  }
}

/** Whether an expression is of a query that its panel hides: nothing asks it, unless the panel computes with it. */
export const isHidden = ({ by, expression }: Usage): boolean =>
  by.kind === 'panel' &&
  by.panel.queries.some((query) => query.isHidden && query.expression === expression) &&
  !by.panel.queries.some(({ datasource }) => datasource.by === 'builtin');

/** What an expression that is refused takes with it, in words. */
export function lossOf(usage: Usage): string {
  const { by } = usage;
  if (isHidden(usage)) return 'it shows an error once its hidden query is shown';
  switch (by.kind) {
    case 'rule':
      return 'Prometheus refuses the whole rule file';
    case 'panel':
      return 'it shows an error';
    case 'annotation':
      return 'it marks nothing';
    case 'managed':
      return 'it never fires as meant';
  }
}

/** The alerting rule that has an expression; undefined for anything else. */
export const alertOf = ({ by }: Usage): Rule | undefined =>
  by.kind === 'rule' && by.rule.kind === 'alert' ? by.rule : undefined;

/** Whether a stretch of an expression holds a variable of Grafana's, so that its value is not known. */
export const isWritten = ({ written }: Usage, span: Span): boolean =>
  !/[$]|\[\[/.test(written(span)) && !isVariable(written(span));

/** The groups of rules that are written in PromQL, loaded by some Prometheus or by none. */
export const promqlGroups = (system: System): readonly RuleGroup[] =>
  system.ruleGroups.filter(({ language }) => language === 'promql');
