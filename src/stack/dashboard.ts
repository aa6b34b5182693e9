import type { File } from '../repo/files.ts';
import { child, entries, isFields, items, type Node, textOf } from '../repo/node.ts';
import { basename } from '../repo/path.ts';
import type { Expression, Language } from './expression.ts';
import type { DatasourceRef } from './grafana.ts';

export interface Dashboard {
  readonly file: File;
  readonly node: Node;
  /** Which of Grafana's schemas it is written in. */
  readonly schema: 'classic' | 'v2';
  readonly title: string;
  readonly uid: string | undefined;
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
  readonly annotations: readonly PanelQuery[];
  /** Names of the datasources that an import asks for (`__inputs`). */
  readonly inputs: ReadonlyMap<string, string | undefined>;
}

export interface Panel {
  readonly node: Node;
  readonly id: number | undefined;
  readonly title: string;
  readonly type: string;
  readonly datasource: DatasourceRef | undefined;
  readonly queries: readonly PanelQuery[];
}

/** A query of a panel, a variable or an annotation. */
export interface PanelQuery {
  readonly node: Node;
  readonly datasource: DatasourceRef;
  /** Undefined for a query that is no text, such as one that was clicked together. */
  readonly expression: Expression | undefined;
  readonly isHidden: boolean;
}

export interface Variable {
  readonly node: Node;
  readonly name: string;
  readonly type: string;
  /** The datasource's type, for a variable that chooses one. */
  readonly datasourceType: string | undefined;
  readonly datasource: DatasourceRef | undefined;
  /** The text that finds its values. */
  readonly query: { readonly node: Node; readonly text: string } | undefined;
}

/** Reads a dashboard, with the panels of collapsed rows. */
export function readDashboard(file: File): Dashboard {
  const root = file.node;
  const isResource = textOf(child(root, 'kind')) === 'Dashboard';
  const spec = isResource ? child(root, 'spec') : root;
  if (isFields(child(spec, 'elements').value))
    return readV2(file, spec, isResource ? textOf(child(root, 'metadata', 'name')) : undefined);
  const panels = classicPanels(spec);
  return {
    file,
    node: spec,
    schema: 'classic',
    title: textOf(child(spec, 'title')) ?? basename(file.path),
    uid: textOf(child(spec, 'uid')) || (isResource ? textOf(child(root, 'metadata', 'name')) : undefined),
    panels: panels.map(readPanel),
    variables: items(child(spec, 'templating', 'list')).flatMap(readVariable),
    annotations: items(child(spec, 'annotations', 'list')).map((node) =>
      readQuery(node, refOf(child(node, 'datasource')) ?? { by: 'default' }),
    ),
    inputs: new Map(
      items(child(spec, '__inputs')).map((node) => [
        textOf(child(node, 'name')) ?? '',
        textOf(child(node, 'pluginId')),
      ]),
    ),
  };
}

/** Panels, those in rows and collapsed rows, and those of the schema before 2018 with `rows`. */
function classicPanels(spec: Node): Node[] {
  const found: Node[] = [];
  const add = (node: Node): void => {
    for (const panel of items(child(node, 'panels'))) {
      if (textOf(child(panel, 'type')) !== 'row') found.push(panel);
      add(panel);
    }
  };
  add(spec);
  for (const row of items(child(spec, 'rows'))) add(row);
  return found;
}

/** A panel as a sentence names it. */
export const panelName = ({ title, id }: Panel): string =>
  title !== '' ? `the panel "${title}"` : id === undefined ? 'a panel without a title' : `panel ${id}`;

/** Every query of a dashboard's panels, with its panel, and those of its annotations. */
export const queriesOf = (
  dashboard: Dashboard,
): { readonly query: PanelQuery; readonly panel: Panel | undefined }[] => [
  ...dashboard.panels.flatMap((panel) => panel.queries.map((query) => ({ query, panel }))),
  ...dashboard.annotations.map((query) => ({ query, panel: undefined })),
];

/** Types of panels that show what queries give: those of Grafana itself, and well-known ones (Grafana documentation, "Visualizations"). */
const SHOWS_QUERIES = new Set([
  'barchart',
  'bargauge',
  'candlestick',
  'flamegraph',
  'gauge',
  'geomap',
  'grafana-piechart-panel',
  'grafana-worldmap-panel',
  'graph',
  'heatmap',
  'histogram',
  'logs',
  'nodeGraph',
  'piechart',
  'singlestat',
  'stat',
  'state-timeline',
  'status-history',
  'table',
  'table-old',
  'timeseries',
  'traces',
  'trend',
  'xychart',
]);

/** Whether a panel is there to show what queries give, and is kept in this file. */
export const showsQueries = ({ type, node }: Panel): boolean =>
  SHOWS_QUERIES.has(type) && !isFields(child(node, 'libraryPanel').value);

/** How often a dashboard refreshes itself, such as `30s`; undefined where nothing says that it does. */
export function refreshOf({ node, schema }: Dashboard): { text: string; node: Node } | undefined {
  const refresh = schema === 'v2' ? child(node, 'timeSettings', 'autoRefresh') : child(node, 'refresh');
  const text = typeof refresh.value === 'string' ? refresh.value.trim() : '';
  return text === '' || text === 'off' ? undefined : { text, node: refresh };
}

/** Whether a part of the dashboard is kept elsewhere, as a library panel, so that not all of it is here. */
export const hasElsewhere = ({ node, panels, schema }: Dashboard): boolean =>
  schema === 'v2'
    ? entries(child(node, 'elements')).some(([, element]) => textOf(child(element, 'kind')) !== 'Panel')
    : panels.some((panel) => isFields(child(panel.node, 'libraryPanel').value));

/** Panels that ask no datasource, though an editor may leave a query in them (Grafana documentation, "Visualizations"). */
const ASKS_NOTHING = new Set([
  'text',
  'dashlist',
  'news',
  'annolist',
  'alertlist',
  'welcome',
  'gettingstarted',
]);

function readPanel(node: Node): Panel {
  const datasource = refOf(child(node, 'datasource'));
  const id = child(node, 'id').value;
  const type = textOf(child(node, 'type')) ?? '';
  const targets = ASKS_NOTHING.has(type) ? [] : items(child(node, 'targets'));
  return {
    node,
    id: typeof id === 'number' ? id : undefined,
    title: textOf(child(node, 'title')) ?? '',
    type,
    datasource,
    queries: targets.map((target) =>
      readQuery(target, asked(datasource, refOf(child(target, 'datasource')))),
    ),
  };
}

/**
 * The datasource that a query asks. Grafana gives every query of a panel the panel's own datasource, unless
 * that is "-- Mixed --" or the query is an expression; what stands at the query is then only what an earlier
 * one left there (Grafana's `PanelQueryRunner`).
 */
function asked(panel: DatasourceRef | undefined, own: DatasourceRef | undefined): DatasourceRef {
  if (own === undefined) return panel ?? { by: 'default' };
  const isTold =
    panel?.by === 'uid' ? panel.uid !== '' : panel?.by === 'variable' && panel.type !== undefined;
  return panel !== undefined && isTold && own.by !== 'builtin' ? panel : own;
}

function readQuery(node: Node, datasource: DatasourceRef): PanelQuery {
  return {
    node,
    datasource,
    expression: expressionOf(node, datasource),
    isHidden: child(node, 'hide').value === true || child(node, 'enable').value === false,
  };
}

/** The text of a query in Prometheus's, Loki's or Tempo's languages; `rawSql` and the like are no such text. */
function expressionOf(node: Node, datasource: DatasourceRef): Expression | undefined {
  const type = 'type' in datasource ? datasource.type : undefined;
  // Tempo's queries stand under another key, which other datasources use for other things.
  const isTrace = type === 'tempo' && /^traceql/.test(textOf(child(node, 'queryType')) ?? '');
  const expr = child(node, isTrace ? 'query' : 'expr');
  const text = textOf(expr);
  if (text === undefined || text.trim() === '') return undefined;
  return { node: expr, text, language: languageOf(type), hasVariables: true };
}

/** The language of a datasource's queries, by the datasource's type. */
export function languageOf(type: string | undefined): Language {
  switch (type) {
    case 'prometheus':
    case 'grafana-amazonprometheus-datasource':
      return 'promql';
    case 'loki':
      return 'logql';
    case 'tempo':
      return 'traceql';
    case 'victoriametrics-datasource':
    case 'victoriametrics-metrics-datasource':
      return 'metricsql';
    case undefined:
    case '':
      return 'unknown';
    default:
      return 'other';
  }
}

/** What a field `datasource` refers to; undefined when it says nothing. */
export function refOf(node: Node): DatasourceRef | undefined {
  const { value } = node;
  if (value === undefined) return undefined;
  if (value === null || value === 'default') return { by: 'default' };
  if (typeof value === 'string') {
    if (isBuiltin(value)) return { by: 'builtin' };
    const variable = variableName(value);
    return variable === undefined
      ? { by: 'name', name: value, node }
      : { by: 'variable', name: variable, type: undefined, node };
  }
  if (!isFields(value)) return undefined;
  const type = typeof value.type === 'string' ? value.type : undefined;
  const uid = typeof value.uid === 'string' ? value.uid : undefined;
  if (type === 'datasource' || type === '__expr__' || isBuiltin(uid ?? '')) return { by: 'builtin' };
  if (uid === undefined || uid === '')
    return type === undefined ? { by: 'default' } : { by: 'uid', uid: '', type, node };
  const variable = variableName(uid);
  const uidNode = child(node, 'uid');
  return variable === undefined
    ? { by: 'uid', uid, type, node: uidNode }
    : { by: 'variable', name: variable, type, node: uidNode };
}

const isBuiltin = (text: string): boolean => /^-- .* --$|^__expr__$|^grafana$|^-100$/.test(text);

const variableName = (text: string): string | undefined =>
  /^(?:\$\{?|\[\[)(\w+)(?::\w+)?(?:\}|\]\])?$/.exec(text)?.[1];

function readVariable(node: Node): Variable[] {
  const name = textOf(child(node, 'name'));
  if (name === undefined) return [];
  const type = textOf(child(node, 'type')) ?? 'query';
  const query = child(node, 'query');
  const text = isFields(query.value) ? child(query, 'query') : query;
  const value = textOf(text);
  return [
    {
      node,
      name,
      type,
      datasourceType: type === 'datasource' ? value : undefined,
      datasource: refOf(child(node, 'datasource')),
      query: value === undefined ? undefined : { node: text, text: value },
    },
  ];
}

/** The schema of Grafana 12 and later: elements by name, each a panel with queries of its own kinds. */
function readV2(file: File, spec: Node, name: string | undefined): Dashboard {
  return {
    file,
    node: spec,
    schema: 'v2',
    title: textOf(child(spec, 'title')) ?? basename(file.path),
    uid: name ?? textOf(child(spec, 'uid')),
    panels: entries(child(spec, 'elements')).flatMap(([, element]) => {
      const panel = child(element, 'spec');
      if (textOf(child(element, 'kind')) !== 'Panel') return [];
      const id = child(panel, 'id').value;
      return [
        {
          node: panel,
          id: typeof id === 'number' ? id : undefined,
          title: textOf(child(panel, 'title')) ?? '',
          type: textOf(child(panel, 'vizConfig', 'group')) ?? textOf(child(panel, 'vizConfig', 'kind')) ?? '',
          datasource: undefined,
          queries: items(child(panel, 'data', 'spec', 'queries')).map(readV2Query),
        },
      ];
    }),
    variables: items(child(spec, 'variables')).flatMap(readV2Variable),
    annotations: items(child(spec, 'annotations')).map((node) => readV2Query(node)),
    inputs: new Map(),
  };
}

function readV2Query(node: Node): PanelQuery {
  const spec = child(node, 'spec');
  const query = child(spec, 'query');
  // In v2beta1 the query's group is its datasource's type and `datasource.name` its uid; in v2alpha1 its kind is.
  const kind = textOf(child(query, 'kind'));
  const type = kind === 'DataQuery' ? textOf(child(query, 'group')) : kind;
  const uid =
    child(query, 'datasource', 'name').value === undefined
      ? child(spec, 'datasource', 'uid')
      : child(query, 'datasource', 'name');
  const text = textOf(uid);
  const variable = text === undefined ? undefined : variableName(text);
  const datasource: DatasourceRef =
    type === 'datasource' || type === '__expr__' || type === 'grafana' || isBuiltin(text ?? '')
      ? { by: 'builtin' }
      : text === undefined
        ? { by: 'uid', uid: '', type, node: query }
        : variable === undefined
          ? { by: 'uid', uid: text, type, node: uid }
          : { by: 'variable', name: variable, type, node: uid };
  return {
    node: query,
    datasource,
    expression: expressionOf(child(query, 'spec'), datasource),
    isHidden: child(spec, 'hidden').value === true,
  };
}

function readV2Variable(node: Node): Variable[] {
  const spec = child(node, 'spec');
  const name = textOf(child(spec, 'name'));
  if (name === undefined) return [];
  const kind = textOf(child(node, 'kind')) ?? '';
  const query = child(spec, 'query', 'spec', 'query');
  const text = textOf(query);
  return [
    {
      node: spec,
      name,
      type: kind.replace(/Variable$/, '').toLowerCase(),
      datasourceType: kind === 'DatasourceVariable' ? textOf(child(spec, 'pluginId')) : undefined,
      datasource: undefined,
      query: text === undefined ? undefined : { node: query, text },
    },
  ];
}
