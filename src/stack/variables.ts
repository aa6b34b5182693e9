import { variablesIn } from '../promql/grafana.ts';
import { child, isFields, items, type Node } from '../repo/node.ts';
import { nearest } from '../words.ts';
import type { Dashboard } from './dashboard.ts';

/**
 * Variables that Grafana and its datasources for Prometheus, Loki and Tempo put in by themselves
 * (Grafana documentation, "Global variables").
 */
export const BUILTIN_VARIABLES: ReadonlySet<string> = new Set([
  '__all',
  '__all_variables',
  '__auto',
  '__cell',
  '__dashboard',
  '__data',
  '__field',
  '__from',
  '__interval',
  '__interval_ms',
  '__name',
  '__org',
  '__range',
  '__range_ms',
  '__range_s',
  '__rate_interval',
  '__rate_interval_ms',
  '__searchFilter',
  '__series',
  '__timeFilter',
  '__timeFrom',
  '__timeTo',
  '__timezone',
  '__to',
  '__unixEpochFilter',
  '__url',
  '__url_time_range',
  '__user',
  '__value',
  'timeFilter',
]);

/** Names that a variable of the type `interval` brings, and others of Grafana's own with an end of their own. */
const BUILTIN_PREFIXES = [
  '__auto_interval',
  '__cell_',
  '__data_',
  '__field_',
  '__series_',
  '__value_',
  '__url_',
];

/**
 * Whether Grafana puts a variable in by itself. Names with two underscores are its own, and macros of
 * datasources; one of them is wrong only where it is close to one that is right.
 */
export function isBuiltinVariable(name: string): boolean {
  if (BUILTIN_VARIABLES.has(name) || BUILTIN_PREFIXES.some((prefix) => name.startsWith(prefix))) return true;
  return name.startsWith('__') && mistypedBuiltin(name) === undefined;
}

/** The variable of Grafana's own that a mistyped one most likely means. */
export function mistypedBuiltin(name: string): string | undefined {
  if (!name.startsWith('__') || BUILTIN_VARIABLES.has(name)) return undefined;
  const close = nearest(name, BUILTIN_VARIABLES);
  // Short names are close to many things.
  return close !== undefined && name.length >= 7 && Math.abs(close.length - name.length) <= 2
    ? close
    : undefined;
}

/** Names that a dashboard defines: its variables, and what its import asks for. */
export const definedVariables = ({ variables, inputs }: Dashboard): ReadonlySet<string> =>
  new Set([...variables.map(({ name }) => name), ...inputs.keys()]);

/** Where in a variable's definition its own values are kept: what stands there is no use of another one. */
const OWN_VALUES = new Set(['name', 'label', 'current', 'options', 'description']);

/** The names of the variables that anything in a dashboard uses, their own definitions aside. */
export function usedVariables(dashboard: Dashboard): ReadonlySet<string> {
  const used = new Set<string>();
  const definitions = new Set<unknown>(dashboard.variables.map(({ node }) => node.value));
  const open: unknown[] = [dashboard.node.value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      for (const { name } of variablesIn(next)) used.add(name);
    } else if (Array.isArray(next)) {
      for (const item of next) if (item !== undefined) open.push(item);
    } else if (isFields(next)) {
      const isDefinition = definitions.has(next);
      for (const key of Object.keys(next)) {
        const value = next[key];
        if (value === undefined || (isDefinition && OWN_VALUES.has(key))) continue;
        // Repeats name their variable without a dollar.
        if (key === 'repeat' && typeof value === 'string') used.add(value);
        else if (key === 'repeat' && isFields(value) && typeof value.value === 'string')
          used.add(value.value);
        open.push(value);
      }
    }
  }
  return used;
}

/** Whether a dashboard hands all its variables on to others, by links that keep them. */
export const handsVariablesOn = ({ node }: Dashboard): boolean =>
  items(child(node, 'links')).some((link) => child(link, 'includeVars').value === true) ||
  node.doc.source.text.includes('__all_variables');

/** Nodes of panels and rows that are repeated for each value of a variable, with the variable's name. */
export function repeats({ node }: Dashboard): { readonly node: Node; readonly name: string }[] {
  const found: { node: Node; name: string }[] = [];
  const add = (parent: Node): void => {
    for (const panel of [...items(child(parent, 'panels')), ...items(child(parent, 'rows'))]) {
      const repeat = child(panel, 'repeat');
      if (typeof repeat.value === 'string' && repeat.value !== '')
        found.push({ node: repeat, name: repeat.value });
      add(panel);
    }
  };
  add(node);
  return found;
}
