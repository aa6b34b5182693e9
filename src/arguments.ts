import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Preset, SeverityOrOff } from './config/config.ts';
import { durationSeconds } from './promql/duration.ts';
import type { SmokeServices } from './smoke/outcome.ts';
import { UsageError } from './usage.ts';
import type { ToolChoice } from './verify/promtool-run.ts';
import { listed, nearest } from './words.ts';

/** What the command line asks for. */
export type Arguments =
  | { readonly command: 'check' | 'drill'; readonly options: CheckArguments }
  | { readonly command: 'init'; readonly directory: string }
  | { readonly command: 'graph'; readonly options: GraphArguments }
  | { readonly command: 'explain'; readonly rule: string; readonly color: boolean | undefined }
  | { readonly command: 'rules'; readonly isJson: boolean; readonly color: boolean | undefined }
  | { readonly command: 'help'; readonly of: string | undefined }
  | { readonly command: 'completions'; readonly shell: string }
  | { readonly command: 'version' };

export interface CheckArguments {
  /** The folder that is checked, as it was given. */
  readonly directory: string;
  /** Reports, each to a file or to standard output. */
  readonly formats: readonly { readonly format: Format; readonly file: string | undefined }[];
  readonly config: string | undefined;
  readonly preset: Preset | undefined;
  readonly severities: ReadonlyMap<string, SeverityOrOff>;
  /** More warnings than this end with status 1; undefined for no bound. */
  readonly maxWarnings: number | undefined;
  readonly promtool: ToolChoice;
  /** Whether to mend what has one right mending, and whether to only show it. */
  readonly fixes: 'write' | 'show' | 'no';
  /** A file of findings that are known; with `writesBaseline` it is written. */
  readonly baseline: string | undefined;
  readonly writesBaseline: boolean;
  /** A git reference: only what has come since is reported. */
  readonly newSince: string | undefined;
  /** Whether the fire drill is run. */
  readonly isDrilled: boolean;
  /** The folder for rule unit tests that the drill proved. */
  readonly writeTests: string | undefined;
  /** The smoke boot that is asked for; undefined for none. */
  readonly smoke: SmokeArguments | undefined;
  readonly isQuiet: boolean;
  readonly hasTimings: boolean;
  /** Undefined: as the terminal is. */
  readonly color: boolean | undefined;
}

export interface GraphArguments {
  /** The folder that is drawn, as it was given. */
  readonly directory: string;
  readonly format: GraphFormat;
  /** Undefined: to standard output. */
  readonly file: string | undefined;
  readonly config: string | undefined;
}

export interface SmokeArguments {
  /** Undefined: as the configuration says. */
  readonly services: SmokeServices | undefined;
  /** Whether the boot is what was asked for, and not done only where it can be. */
  readonly isDemanded: boolean;
  /** Whether nothing but the boot is reported. */
  readonly isAlone: boolean;
  readonly allowsHostAccess: boolean;
  /** In seconds; undefined: as the configuration says. */
  readonly timeout: number | undefined;
  /** The folder for the logs of what failed. */
  readonly logs: string | undefined;
}

/** The forms in which a check can be reported. */
export const FORMATS = ['pretty', 'github', 'markdown', 'json', 'sarif', 'junit', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The forms in which the system can be drawn. */
export const GRAPH_FORMATS = ['mermaid', 'dot', 'json', 'html'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

export const COMMANDS = [
  'check',
  'drill',
  'smoke',
  'graph',
  'init',
  'explain',
  'rules',
  'completions',
  'help',
  'version',
] as const;
export const PRESETS: readonly Preset[] = ['recommended', 'strict'];
const SEVERITIES: readonly SeverityOrOff[] = ['error', 'warning', 'notice', 'off'];

export const OPTIONS = {
  format: { type: 'string', multiple: true, short: 'f' },
  config: { type: 'string', short: 'c' },
  preset: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'max-warnings': { type: 'string' },
  promtool: { type: 'string' },
  fix: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  baseline: { type: 'string' },
  'write-baseline': { type: 'boolean' },
  'new-since': { type: 'string' },
  drill: { type: 'boolean' },
  'write-tests': { type: 'string' },
  smoke: { type: 'string' },
  'smoke-timeout': { type: 'string' },
  'smoke-logs': { type: 'string' },
  'allow-host-access': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  timings: { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/** Reads the command line. Throws a `UsageError` with one line for what it cannot take. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const color = values['no-color'] ? false : values.color;
  if (positionals[0] === 'help') return { command: 'help', of: positionals[1] };
  if (values.help) return { command: 'help', of: positionals[0] };
  if (values.version || positionals[0] === 'version') return { command: 'version' };

  const [first, ...rest] = positionals;
  switch (first) {
    case 'init': {
      const [directory = '.', extra] = rest;
      refuseMore(extra, directory);
      return { command: 'init', directory };
    }
    case 'explain': {
      const [rule, extra] = rest;
      if (rule === undefined) throw new UsageError('explain needs a rule, such as alerts/uncovered-path');
      refuseMore(extra);
      return { command: 'explain', rule, color };
    }
    case 'completions':
      refuseMore(rest[1]);
      return { command: 'completions', shell: rest[0] ?? '' };
    case 'graph': {
      const [directory = '.', extra] = rest;
      refuseMore(extra);
      return { command: 'graph', options: graphArguments(directory, values) };
    }
    case 'rules':
      refuseMore(rest[0]);
      return { command: 'rules', isJson: values.json === true, color };
    case 'smoke': {
      const [directory = '.', extra] = rest;
      refuseMore(extra, directory);
      return { command: 'check', options: checkArguments(directory, values, color, true) };
    }
    default: {
      const isNamed = first === 'check' || first === 'drill';
      const [directory = '.', extra] = isNamed ? rest : positionals;
      refuseMore(extra, isNamed ? undefined : directory);
      const command = first === 'drill' ? 'drill' : 'check';
      const options = checkArguments(
        directory,
        { ...values, drill: values.drill || command === 'drill' },
        color,
        false,
      );
      return { command, options };
    }
  }
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: withSmokeValue(argv), options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw new UsageError(optionProblem(error.message, argv));
  }
}

/** `--smoke` may stand without a value, which Node's parser knows no way to say. */
const withSmokeValue = (argv: readonly string[]): string[] => {
  const end = argv.indexOf('--');
  return argv.map((arg, index) => (arg === '--smoke' && (end < 0 || index < end) ? '--smoke=' : arg));
};

/** Node's words for a wrong option, made one line with a suggestion. */
function optionProblem(message: string, argv: readonly string[]): string {
  const unknown = /Unknown option '(-{1,2}[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message.replace(/[.\n].*$/s, '');
  const given = argv.find((arg) => arg.split('=')[0] === unknown) ?? unknown;
  const close = nearest(unknown.replace(/^-+/, ''), Object.keys(OPTIONS));
  return `unknown option ${given.split('=')[0]}${close === undefined ? '' : `; did you mean --${close}?`}`;
}

function refuseMore(extra: string | undefined, directory?: string): void {
  if (extra === undefined) return;
  const close = directory === undefined ? undefined : nearest(directory, COMMANDS);
  throw new UsageError(
    close === undefined
      ? `unexpected argument "${extra}"`
      : `there is no command "${directory}"; did you mean ${close}?`,
  );
}

function checkArguments(
  directory: string,
  values: Values,
  color: boolean | undefined,
  isSmokeAlone: boolean,
): CheckArguments {
  const { preset } = values;
  if (preset !== undefined && !isOneOf(PRESETS, preset)) throw choiceError('--preset', preset, PRESETS);
  if (values['dry-run'] === true && values.fix !== true)
    throw new UsageError('--dry-run shows what --fix would change: give both');
  const maxWarnings = values['max-warnings'];
  if (maxWarnings !== undefined && !/^\d+$/.test(maxWarnings))
    throw new UsageError(`--max-warnings wants a number, not "${maxWarnings}"`);
  const promtool = toolChoice(values.promtool ?? 'auto');
  const isDrilled = values.drill === true;
  if (isDrilled && promtool === 'off')
    throw new UsageError('the drill needs promtool, and --promtool is off');
  const writeTests = values['write-tests'];
  if (writeTests !== undefined && !isDrilled)
    throw new UsageError('--write-tests keeps what the drill proves: add --drill');
  return {
    directory,
    formats: readFormats(values.format ?? []),
    config: values.config,
    preset,
    severities: readSeverities(values.rule ?? []),
    maxWarnings: maxWarnings === undefined ? undefined : Number(maxWarnings),
    promtool,
    fixes: values.fix !== true ? 'no' : values['dry-run'] === true ? 'show' : 'write',
    baseline: values.baseline,
    writesBaseline: values['write-baseline'] === true,
    newSince: values['new-since'],
    isDrilled,
    writeTests,
    smoke: smokeArguments(values, isSmokeAlone),
    isQuiet: values.quiet === true,
    hasTimings: values.timings === true,
    color,
  };
}

function graphArguments(directory: string, values: Values): GraphArguments {
  const [given = 'mermaid', other] = values.format ?? [];
  if (other !== undefined) throw new UsageError('graph draws one picture at a time; give --format once');
  const [format = '', ...file] = given.split('=');
  if (!isOneOf(GRAPH_FORMATS, format)) throw choiceError('--format', format, GRAPH_FORMATS);
  return { directory, format, file: file.length === 0 ? undefined : file.join('='), config: values.config };
}

/** What is booted: by the command `smoke`, or by the option. */
function smokeArguments(values: Values, isAlone: boolean): SmokeArguments | undefined {
  if (values.smoke === undefined && !isAlone) {
    const idle = (['smoke-timeout', 'smoke-logs', 'allow-host-access'] as const).find(
      (option) => values[option] !== undefined,
    );
    if (idle !== undefined) throw new UsageError(`--${idle} does nothing without --smoke`);
    return undefined;
  }
  const services = smokeServices(values.smoke ?? '');
  const written = values['smoke-timeout'];
  const timeout = written === undefined ? undefined : smokeTimeout('--smoke-timeout', written);
  return {
    services,
    isDemanded: isAlone || (services !== undefined && services !== 'auto'),
    isAlone,
    allowsHostAccess: values['allow-host-access'] === true,
    timeout,
    logs: values['smoke-logs'],
  };
}

/** `auto`, `all` or a list of services; nothing for what the configuration says. */
export function smokeServices(text: string): SmokeServices | undefined {
  if (text === '') return undefined;
  if (text === 'auto' || text === 'all') return text;
  return text.split(',').filter((name) => name !== '');
}

/** A duration such as `5m`, in seconds. */
export function smokeTimeout(name: string, text: string): number {
  const seconds = durationSeconds(text);
  if (seconds === undefined || seconds <= 0)
    throw new UsageError(`${name} wants a duration such as 5m, not "${text}"`);
  return seconds;
}

const toolChoice = (text: string): ToolChoice => (text === 'auto' || text === 'off' ? text : { path: text });

/** Several reports may be asked for, at most one of them on standard output. */
function readFormats(given: readonly string[]): CheckArguments['formats'] {
  const formats = given.map((text) => {
    const [format = '', ...file] = text.split('=');
    if (!isOneOf(FORMATS, format)) throw choiceError('--format', format, FORMATS);
    return { format, file: file.length === 0 ? undefined : file.join('=') };
  });
  const onOutput = formats.filter(({ file }) => file === undefined);
  if (onOutput.length > 1) {
    throw new UsageError(
      `${listed(onOutput.map(({ format }) => format))} would share standard output; give all but one a file: FORMAT=FILE`,
    );
  }
  return onOutput.length === 0 ? [{ format: 'pretty', file: undefined }, ...formats] : formats;
}

/** `ID=SEVERITY` pairs. */
export function readSeverities(given: readonly string[]): Map<string, SeverityOrOff> {
  return new Map(
    given.map((text): [string, SeverityOrOff] => {
      const [id = '', severity = ''] = text.split('=');
      if (id === '' || !text.includes('=')) throw new UsageError(`--rule wants ID=SEVERITY, not "${text}"`);
      if (!isOneOf(SEVERITIES, severity)) throw choiceError(`--rule ${id}`, severity, SEVERITIES);
      return [id, severity];
    }),
  );
}

const isOneOf = <Value extends string>(values: readonly Value[], text: string): text is Value =>
  (values as readonly string[]).includes(text);

function choiceError(option: string, given: string, allowed: readonly string[]): UsageError {
  const close = nearest(given, allowed);
  return new UsageError(
    `${option} wants ${listed(allowed, 'or')}, not "${given}"${close === undefined ? '' : `; did you mean ${close}?`}`,
  );
}
