import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { escaped, patternFrom } from '../../src/pattern.ts';
import { variablesIn } from '../../src/promql/grafana.ts';
import { type Node, within } from '../../src/repo/node.ts';
import { basename } from '../../src/repo/path.ts';
import type { Span } from '../../src/repo/text.ts';
import { type Dashboard, panelName, queriesOf } from '../../src/stack/dashboard.ts';
import type { Expression } from '../../src/stack/expression.ts';
import { type Grafana, languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import type { System } from '../../src/stack/system.ts';
import { definedVariables, isBuiltinVariable, mistypedBuiltin, repeats } from '../../src/stack/variables.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const withVariable = (name: string): string =>
  dashboardWith('rate(http_requests_total{instance=~"$instance"}[$__rate_interval])').replace(
    '"list": []',
    `"list": [{ "name": "${name}", "type": "query", "query": "label_values(up, instance)", "datasource": { "type": "prometheus", "uid": "prometheus" } }]`,
  );

export const rule = defineRule({
  id: 'dashboards/undefined-variable',
  severity: 'error',
  summary: 'A variable that a query or a repeat uses and the dashboard does not define.',
  why: `Grafana leaves a variable that it does not know in the query as it is written. Inside a matcher the panel then
looks for a label with the value "$name" and stays empty; elsewhere the query does not parse. A repeat over it
shows the panel once.`,
  fix: "Define the variable in the dashboard's settings, or correct its name.",
  bad: { files: withDashboards({ 'api.json': withVariable('node') }), at: ['dashboards/api.json:17:57'] },
  good: { files: withDashboards({ 'api.json': withVariable('instance') }) },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const defined = definedVariables(dashboard);
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const uses = undefinedUses(dashboard, grafana, defined);
      if (uses.size > 0 && isCompletedElsewhere(system, dashboard)) continue;
      for (const group of byPlace(uses)) {
        const [{ name, uses }] = group as [UndefinedVariable];
        const [first] = uses as [Use];
        const names = group.map((one) => `"${one.name}"`);
        const others = new Set(group.flatMap((one) => one.uses.map(({ node }) => node.value))).size - 1;
        const close = mistypedBuiltin(name) ?? nearest(name, defined);
        report({
          at: first.span ? within(first.node, first.span) : { node: first.node },
          message: `${first.where} uses the ${names.length > 1 ? 'variables' : 'variable'} ${listed(names)}, which the dashboard does not define${others > 0 ? `, as ${counted(others, 'other query does', 'other queries do')}` : ''}${first.span ? ': Grafana sends it as it is written, and the query finds nothing or fails' : ''}`,
          help: close
            ? `did you mean "${close}"?`
            : 'define it in the settings of the dashboard, or take it out',
          // Over a variable that is not there, Grafana repeats nothing: the panel is shown once.
          ...(first.span === undefined ? { confidence: 'medium' as const } : {}),
        });
      }
    }
  },
});

/** Jsonnet puts variables into the dashboards that it imports. */
function isCompletedElsewhere({ files }: System, { file }: Dashboard): boolean {
  const name = escaped(basename(file.path));
  return mentionOf(files, patternFrom(`import.*\\b${name}`), (path) => !/sonnet$/.test(path)) !== undefined;
}

interface UndefinedVariable {
  readonly name: string;
  readonly uses: readonly Use[];
}

/** Variables that are first missed in the same query are one finding. */
function byPlace(uses: ReadonlyMap<string, readonly Use[]>): UndefinedVariable[][] {
  const groups = new Map<unknown, UndefinedVariable[]>();
  for (const [name, found] of uses) {
    const node = found[0]?.node;
    const key = node && JSON.stringify(node.path);
    append(groups, key, { name, uses: found });
  }
  return [...groups.values()];
}

interface Use {
  readonly node: Node;
  readonly span: Span | undefined;
  readonly where: string;
}

/** Uses by name. Only queries whose language is known: in other ones a dollar may mean something else. */
function undefinedUses(
  dashboard: Dashboard,
  grafana: Grafana | undefined,
  defined: ReadonlySet<string>,
): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  const add = (name: string, use: Use): void => {
    if (!defined.has(name) && !isBuiltinVariable(name)) append(found, name, use);
  };
  for (const { query, panel } of queriesOf(dashboard)) {
    const { expression } = query;
    if (expression === undefined || query.isHidden) continue;
    const language = languageFor(grafana, dashboard, query.datasource);
    if (language !== 'promql' && language !== 'logql' && language !== 'traceql') continue;
    for (const { name, span } of variablesIn(expression.text)) {
      const where = panel ? panelName(panel) : 'an annotation';
      if (!isNamedGroup(expression, name)) add(name, { node: expression.node, span, where });
    }
  }
  for (const { node, name } of repeats(dashboard)) add(name, { node, span: undefined, where: 'a repeat' });
  return found;
}

/** `label_replace(…, "$name", …, "(?P<name>…)")`: the dollar is Prometheus's, not Grafana's. */
const isNamedGroup = ({ text }: Expression, name: string): boolean =>
  text.includes(`(?P<${name}>`) || text.includes(`(?<${name}>`);
