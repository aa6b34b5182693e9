import type { Report } from '../../src/lint/rule.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, type Node } from '../../src/repo/node.ts';
import { type Dashboard, queriesOf } from '../../src/stack/dashboard.ts';
import {
  chosenType,
  type Datasource,
  type DatasourceRef,
  type Grafana,
  resolveDatasource,
} from '../../src/stack/grafana.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/unknown-datasource',
  severity: 'error',
  summary: 'A datasource that a provisioned dashboard names and its Grafana does not have.',
  why: `Every panel on it says that the datasource was not found and shows nothing. It is what a dashboard keeps from
the Grafana where it was made: there the datasource had another uid. A datasource that is provisioned without a
\`uid\` gets one that Grafana makes of its name.`,
  fix: `Give the datasource a fixed \`uid\` in its provisioning file, and use that one in the dashboard; or let a variable
of the type "datasource" choose it.`,
  bad: {
    files: withDashboards({
      'api.json': dashboardWith('up', '{ "type": "prometheus", "uid": "aeb1cd2f3" }'),
    }),
    at: ['dashboards/api.json:13:52'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    let isFilledByScript: boolean | undefined;
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      // Somebody adds datasources by hand where none is provisioned.
      if (grafana.container === undefined || !grafana.isComplete || grafana.datasources.length === 0)
        continue;
      if (grafana.datasources.some(({ uid, name }) => uid === undefined || name.includes('$'))) continue;
      const found = grafana.dashboards.flatMap((dashboard) => unresolved(dashboard, grafana));
      if (found.length === 0) continue;
      isFilledByScript ??= mentionOf(system.files, /\bapi\/datasources\b/) !== undefined;
      if (isFilledByScript) return;
      for (const group of byDatasource(found)) report(groupFinding(group, grafana));
    }
  },
});

/** References to one datasource have one cause, in however many dashboards they stand. */
function byDatasource(found: readonly Unresolved[]): [Unresolved, ...Unresolved[]][] {
  const groups = new Map<string, [Unresolved, ...Unresolved[]]>();
  for (const one of found) {
    const { ref } = one;
    // A variable is each dashboard's own.
    const key =
      ref.by === 'uid' ? `uid ${ref.uid}` : ref.by === 'name' ? `name ${ref.name}` : `${groups.size}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return [...groups.values()];
}

function groupFinding([first, ...others]: [Unresolved, ...Unresolved[]], grafana: Grafana): Report {
  const all = [first, ...others];
  const { ref, dashboard } = first;
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const titles = all.map((one) => `"${one.dashboard.title}"`);
  const where = `the ${others.length === 0 ? 'dashboard' : 'dashboards'} ${listed(titles.length > 4 ? [...titles.slice(0, 3), counted(titles.length - 3, 'other')] : titles)}`;
  const asking = `${counted(count, 'query', 'queries')} of ${where} ${count === 1 ? 'asks' : 'ask'} ${described(ref, dashboard)}`;
  const meant = others.length === 0 ? undefined : meantBy(ref, grafana);
  if (meant !== undefined && ref.by === 'uid')
    return {
      at: { node: exists(child(meant.node, 'uid')) ? child(meant.node, 'uid') : child(meant.node, 'name') },
      message: `${asking}, and ${grafana.name} has "${meant.name}" with the uid "${meant.uid}"`,
      help: `write uid: ${ref.uid} here, or name "${meant.uid}" in the dashboards`,
      related: all.slice(0, 6).map((one) => ({
        at: { node: one.node },
        message: `asked for in "${one.dashboard.title}"`,
      })),
    };
  return {
    at: { node: first.node },
    message: `${asking}, which ${grafana.name} does not have`,
    help: helpFor(ref, grafana, dashboard),
    related: [
      ...others.slice(0, 4).map((one) => ({
        at: { node: one.node },
        message: `asked for in "${one.dashboard.title}" too`,
      })),
      ...grafana.datasources.slice(0, 3).map(({ node: datasource, name, uid }) => ({
        at: { node: { ...datasource, path: [...datasource.path, 'name'] } },
        message: `"${name}" is provisioned here, with the uid "${uid}"`,
      })),
    ],
  };
}

/** The only datasource of the type, where no dashboard names it: then it is its uid that differs. */
function meantBy(ref: DatasourceRef, grafana: Grafana): Datasource | undefined {
  if (ref.by !== 'uid' || ref.type === undefined) return undefined;
  const [only, ...others] = grafana.datasources.filter(({ type }) => type === ref.type);
  if (only === undefined || others.length > 0) return undefined;
  const isNamed = grafana.dashboards.some((dashboard) =>
    queriesOf(dashboard).some(({ query: { datasource } }) => {
      const isReference = datasource.by === 'uid' || datasource.by === 'name';
      return isReference && resolveDatasource(grafana, datasource) === only;
    }),
  );
  return isNamed ? undefined : only;
}

interface Unresolved {
  readonly dashboard: Dashboard;
  readonly ref: DatasourceRef;
  readonly node: Node;
  readonly count: number;
}

/** References that lead nowhere, each once, at its first place. */
function unresolved(dashboard: Dashboard, grafana: Grafana): Unresolved[] {
  const found = new Map<string, Unresolved>();
  const queries = queriesOf(dashboard)
    .filter(({ query }) => !query.isHidden)
    .map(({ query }) => query.datasource);
  for (const ref of queries) {
    if (ref.by === 'default' || ref.by === 'builtin' || !leadsNowhere(ref, dashboard, grafana)) continue;
    const key = `${ref.by}\0${ref.by === 'uid' ? ref.uid : ref.name}`;
    const earlier = found.get(key);
    found.set(key, { dashboard, ref, node: earlier?.node ?? ref.node, count: (earlier?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

function leadsNowhere(ref: DatasourceRef, dashboard: Dashboard, grafana: Grafana): boolean {
  if (ref.by === 'uid') {
    // A type alone means the default one, if any.
    if (ref.uid === '' || /\$|\[\[/.test(ref.uid)) return false;
    return resolveDatasource(grafana, ref) === undefined;
  }
  if (ref.by === 'name') return !/\$|\[\[/.test(ref.name) && resolveDatasource(grafana, ref) === undefined;
  if (ref.by !== 'variable') return false;
  // What an import would have asked for is another rule's.
  if (dashboard.inputs.has(ref.name)) return false;
  const variable = dashboard.variables.find(({ name }) => name === ref.name);
  if (variable === undefined) return true;
  const type = chosenType(dashboard, ref.name);
  return (
    type !== undefined &&
    type !== '' &&
    !grafana.datasources.some((datasource) => isOfType(datasource.type, type))
  );
}

/** A type has a newer and an older name for some databases. */
const isOfType = (type: string, wanted: string): boolean =>
  type === wanted || type.includes(wanted) || wanted.includes(type);

function described(ref: DatasourceRef, dashboard: Dashboard): string {
  if (ref.by === 'uid') return `the datasource with the uid "${ref.uid}"`;
  if (ref.by === 'name') return `the datasource "${ref.name}"`;
  if (ref.by !== 'variable') return 'a datasource';
  const type = chosenType(dashboard, ref.name);
  return type === undefined
    ? `the datasource in the variable "${ref.name}"`
    : `a datasource of the type "${type}", chosen by the variable "${ref.name}"`;
}

function helpFor(ref: DatasourceRef, grafana: Grafana, dashboard: Dashboard): string {
  if (ref.by === 'variable') {
    const type = chosenType(dashboard, ref.name);
    return type === undefined
      ? `define a variable "${ref.name}" of the type "datasource", or name the uid of a datasource`
      : `provision a datasource of the type "${type}"`;
  }
  const uids = grafana.datasources.flatMap(({ uid }) => uid ?? []);
  const wanted = ref.by === 'uid' ? ref.uid : ref.by === 'name' ? ref.name : '';
  const type = ref.by === 'uid' ? ref.type : undefined;
  const ofType = grafana.datasources.filter((datasource) => datasource.type === type);
  const only = ofType.length === 1 ? ofType[0]?.uid : undefined;
  const close = only ?? nearest(wanted, uids);
  return close
    ? `name "${close}" here, or give that datasource the uid "${wanted}"`
    : `name one of ${listed(
        uids.map((uid) => `"${uid}"`),
        'or',
      )}`;
}
