import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import { type Dashboard, queriesOf } from '../../src/stack/dashboard.ts';
import { chosenType, type DatasourceRef, type Grafana, resolveDatasource } from '../../src/stack/grafana.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../grafana-examples.ts';

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
      for (const dashboard of grafana.dashboards) {
        for (const { ref, node, count } of unresolved(dashboard, grafana)) {
          isFilledByScript ??= mentionOf(system.files, /\bapi\/datasources\b/) !== undefined;
          if (isFilledByScript) return;
          report({
            at: { node },
            message: `${counted(count, 'query', 'queries')} of the dashboard "${dashboard.title}" ${count === 1 ? 'asks' : 'ask'} ${described(ref, dashboard)}, which ${grafana.name} does not have`,
            help: helpFor(ref, grafana, dashboard),
            related: grafana.datasources.slice(0, 3).map(({ node: datasource, name, uid }) => ({
              at: { node: { ...datasource, path: [...datasource.path, 'name'] } },
              message: `"${name}" is provisioned here, with the uid "${uid}"`,
            })),
          });
        }
      }
    }
  },
});

interface Unresolved {
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
    found.set(key, { ref, node: earlier?.node ?? ref.node, count: (earlier?.count ?? 0) + 1 });
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
