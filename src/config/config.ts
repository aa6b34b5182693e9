import { secondsAt } from '../promql/duration.ts';
import { parseYaml } from '../repo/document.ts';
import { child, items, type Node, type Place, roots, textEntries, textItems, textOf } from '../repo/node.ts';
import type { SourceText } from '../repo/text.ts';
import { schemaFaults } from '../schema/faults.lazy.ts';

export type Severity = 'error' | 'warning' | 'notice';
export type SeverityOrOff = Severity | 'off';
export type Preset = 'recommended' | 'strict';

/** The links of the chain of proof, in its order. */
export const LINKS = ['exposed', 'scraped', 'alerted', 'tested', 'routed', 'seen'] as const;
export type LinkName = (typeof LINKS)[number];

/** A critical path as the user declares it. */
export interface DeclaredPath {
  readonly node: Node;
  readonly name: string;
  readonly services: readonly { text: string; node: Node }[];
  readonly jobs: readonly { text: string; node: Node }[];
  readonly series: readonly { text: string; node: Node }[];
  readonly alerts: number;
  readonly severities: readonly string[];
  /** In seconds. */
  readonly detectWithin: number | undefined;
  /** In seconds. */
  readonly notifyWithin: number | undefined;
  readonly dashboard: { text: string; node: Node } | undefined;
  readonly needsTest: boolean;
}

/** A finding that the user's configuration silences. */
export interface Ignore {
  readonly node: Node;
  readonly rule: string;
  readonly file: string | undefined;
  readonly dashboard: string | undefined;
  readonly panel: number | undefined;
  readonly until: string | undefined;
}

/** Compose files that run together, where the files do not tell enough. */
export interface StatedStack {
  readonly name: string | undefined;
  readonly compose: readonly string[];
}

/** A command that brings traffic, run in a service's container. */
export interface WarmUp {
  readonly service: string;
  readonly command: readonly string[];
}

/** How a stack is booted to look whether it works. */
export interface SmokeConfig {
  readonly services: 'auto' | 'all' | readonly string[];
  /** The compose files to boot; none to choose the stack by what it runs. */
  readonly compose: readonly string[];
  readonly profiles: readonly string[];
  /** Values of variables that the repository leaves open. */
  readonly env: ReadonlyMap<string, string>;
  /** Names of series, or selectors, that need not be there after a boot. */
  readonly optionalSeries: 'all' | readonly string[];
  readonly warmUp: readonly WarmUp[];
  /** How long a boot may take, in seconds. */
  readonly timeout: number;
  /** How long is waited for a stack that is up, in seconds; undefined: as its intervals need. */
  readonly patience: number | undefined;
}

/** What the user's configuration says; without one, the defaults. */
export interface Config {
  readonly preset: Preset;
  readonly paths: readonly DeclaredPath[];
  readonly require: Readonly<Record<LinkName, SeverityOrOff>>;
  /** By rule id, or `area/*`. */
  readonly rules: ReadonlyMap<string, { readonly severity: SeverityOrOff; readonly node: Node | undefined }>;
  readonly severities: readonly string[] | undefined;
  readonly ignore: readonly Ignore[];
  readonly exclude: readonly string[];
  readonly stacks: readonly StatedStack[];
  readonly smoke: SmokeConfig;
}

/** How bad a gap is in a link that no configuration speaks of. */
const DEFAULT_REQUIRE: Config['require'] = {
  exposed: 'error',
  scraped: 'error',
  alerted: 'error',
  tested: 'off',
  routed: 'warning',
  seen: 'off',
};

const DEFAULT_SMOKE: SmokeConfig = {
  services: 'auto',
  compose: [],
  profiles: [],
  env: new Map(),
  optionalSeries: [],
  warmUp: [],
  timeout: 300,
  patience: undefined,
};

export const DEFAULT_CONFIG: Config = {
  preset: 'recommended',
  paths: [],
  require: DEFAULT_REQUIRE,
  rules: new Map(),
  severities: undefined,
  ignore: [],
  exclude: [],
  stacks: [],
  smoke: DEFAULT_SMOKE,
};

/** The names that the configuration's file may have in the root of the repository. */
export const CONFIG_NAMES = [
  'monitoring-check.yml',
  'monitoring-check.yaml',
  '.monitoring-check.yml',
  '.monitoring-check.yaml',
];

/** What is wrong with a configuration: the run cannot be done as asked. */
export interface ConfigProblem {
  readonly place: Place;
  readonly message: string;
  readonly help: string | undefined;
}

/** Reads the user's configuration. Unknown keys are problems, as is anything of the wrong type. */
export function readConfig(source: SourceText): { config: Config; problems: readonly ConfigProblem[] } {
  const document = parseYaml(source);
  const syntax = document.problems.map(
    ({ message, span }): ConfigProblem => ({ place: { source, span }, message, help: undefined }),
  );
  const [root] = roots(document);
  if (syntax.length > 0) return { config: DEFAULT_CONFIG, problems: syntax };
  if (root === undefined || root.value === null || root.value === undefined)
    return { config: DEFAULT_CONFIG, problems: [] };
  const problems = schemaFaults('config', root, () => false).map(
    ({ path, part, message, help }): ConfigProblem => ({
      place: { node: child(root, ...path), part },
      message,
      help,
    }),
  );
  return problems.length > 0
    ? { config: DEFAULT_CONFIG, problems }
    : { config: fromValid(root), problems: [] };
}

function fromValid(root: Node): Config {
  const text = (...keys: string[]): string | undefined => textOf(child(root, ...keys));
  const list = (...keys: string[]): string[] =>
    textItems(child(root, ...keys))
      .filter(({ node }) => node.value !== undefined)
      .map((item) => item.text);
  const required = Object.fromEntries(
    [...textEntries(child(root, 'require'))].map(([link, item]) => [link, item.text as SeverityOrOff]),
  );
  return {
    preset: (text('preset') as Preset | undefined) ?? 'recommended',
    paths: items(child(root, 'paths')).map(readPath),
    require: { ...DEFAULT_REQUIRE, ...required },
    rules: new Map(
      [...textEntries(child(root, 'rules'))].map(([id, item]) => [
        id,
        { severity: item.text as SeverityOrOff, node: item.node },
      ]),
    ),
    severities: child(root, 'severities').value === undefined ? undefined : list('severities'),
    ignore: items(child(root, 'ignore')).map((node) => {
      const value = (key: string): string | undefined => textOf(child(node, key));
      const panel = child(node, 'panel').value;
      return {
        node,
        rule: value('rule') ?? '',
        file: value('file'),
        dashboard: value('dashboard'),
        panel: typeof panel === 'number' ? panel : undefined,
        until: value('until'),
      };
    }),
    exclude: list('exclude'),
    stacks: items(child(root, 'stacks')).map((node) => ({
      name: textOf(child(node, 'name')),
      compose: textItems(child(node, 'compose')).map((item) => item.text),
    })),
    smoke: readSmoke(child(root, 'smoke')),
  };
}

function readSmoke(node: Node): SmokeConfig {
  const list = (...keys: string[]): string[] =>
    child(node, ...keys).value === undefined ? [] : textItems(child(node, ...keys)).map((item) => item.text);
  const services = textOf(child(node, 'services'));
  return {
    services:
      services === 'auto' || services === 'all'
        ? services
        : list('services').length > 0
          ? list('services')
          : DEFAULT_SMOKE.services,
    compose: list('compose'),
    profiles: list('profiles'),
    env: new Map([...textEntries(child(node, 'env'))].map(([name, { text }]) => [name, text])),
    optionalSeries: textOf(child(node, 'series')) === 'optional' ? 'all' : list('series', 'optional'),
    warmUp: items(child(node, 'warm-up')).map((item) => ({
      service: textOf(child(item, 'service')) ?? '',
      command: textItems(child(item, 'command')).map(({ text }) => text),
    })),
    timeout: secondsAt(child(node, 'timeout')) ?? DEFAULT_SMOKE.timeout,
    patience: secondsAt(child(node, 'patience')),
  };
}

function readPath(node: Node): DeclaredPath {
  const list = (key: string): { text: string; node: Node }[] =>
    child(node, key).value === undefined ? [] : textItems(child(node, key));
  const alerts = child(node, 'alerts').value;
  const dashboard = textOf(child(node, 'dashboard'));
  return {
    node,
    name: textOf(child(node, 'name')) ?? '',
    services: list('services'),
    jobs: list('jobs'),
    series: list('series'),
    alerts: typeof alerts === 'number' ? alerts : 1,
    severities: list('severities').map(({ text }) => text),
    detectWithin: secondsAt(child(node, 'detect-within')),
    notifyWithin: secondsAt(child(node, 'notify-within')),
    dashboard: dashboard === undefined ? undefined : { text: dashboard, node: child(node, 'dashboard') },
    needsTest: child(node, 'test').value === true,
  };
}
