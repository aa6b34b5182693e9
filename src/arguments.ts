import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Preset, SeverityOrOff } from './config/config.ts';
import { UsageError } from './usage.ts';
import type { ToolChoice } from './verify/promtool-run.ts';
import { listed, nearest } from './words.ts';

/** What the command line asks for. */
export type Arguments =
  | { readonly command: 'check' | 'drill'; readonly options: CheckArguments }
  | { readonly command: 'explain'; readonly rule: string; readonly color: boolean | undefined }
  | { readonly command: 'rules'; readonly isJson: boolean; readonly color: boolean | undefined }
  | { readonly command: 'help' | 'version' };

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
  /** Whether the fire drill is run. */
  readonly isDrilled: boolean;
  /** The folder for rule unit tests that the drill proved. */
  readonly writeTests: string | undefined;
  readonly isQuiet: boolean;
  readonly hasTimings: boolean;
  /** Undefined: as the terminal is. */
  readonly color: boolean | undefined;
}

/** The forms in which a check can be reported. */
export const FORMATS = ['pretty', 'github', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export const COMMANDS = ['check', 'drill', 'explain', 'rules', 'help', 'version'] as const;
const PRESETS: readonly Preset[] = ['recommended', 'strict'];
const SEVERITIES: readonly SeverityOrOff[] = ['error', 'warning', 'notice', 'off'];

const OPTIONS = {
  format: { type: 'string', multiple: true, short: 'f' },
  config: { type: 'string', short: 'c' },
  preset: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'max-warnings': { type: 'string' },
  promtool: { type: 'string' },
  drill: { type: 'boolean' },
  'write-tests': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  timings: { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/** The text of `--help`. */
export const HELP = `monitoring-check reads a repository's monitoring as one system and says whether
someone will be told when a critical path breaks.

  monitoring-check [check] [DIR]   check a folder (default: this one)
  monitoring-check drill [DIR]     prove with promtool that each alert can fire
  monitoring-check explain RULE    why a rule is there and how to mend
  monitoring-check rules           every rule (--json for programs)

Options of check
  -f, --format FORMAT[=FILE]   ${FORMATS.join(', ')}; may be repeated
  -c, --config FILE            instead of monitoring-check.yml in DIR
      --preset PRESET          recommended (default) or strict
      --rule ID=SEVERITY       error, warning, notice or off; ID may be area/*
      --max-warnings N         more warnings than N end with status 1
      --promtool PATH          auto (default), off, or the one to ask
      --drill                  prove with promtool that each alert can fire
      --write-tests DIR        keep the drill's tests, for promtool test rules
  -q, --quiet                  errors only
      --timings                what took how long, on standard error
      --color, --no-color      not as the terminal is
  -h, --help    -v, --version

Status: 0 nothing at error level, 1 findings, 2 it could not be done as asked.
`;

/** Reads the command line. Throws a `UsageError` with one line for what it cannot take. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const color = values['no-color'] ? false : values.color;
  if (values.help || positionals[0] === 'help') return { command: 'help' };
  if (values.version || positionals[0] === 'version') return { command: 'version' };

  const [first, ...rest] = positionals;
  switch (first) {
    case 'explain': {
      const [rule, extra] = rest;
      if (rule === undefined) throw new UsageError('explain needs a rule, such as alerts/uncovered-path');
      refuseMore(extra);
      return { command: 'explain', rule, color };
    }
    case 'rules':
      refuseMore(rest[0]);
      return { command: 'rules', isJson: values.json === true, color };
    default: {
      const isNamed = first === 'check' || first === 'drill';
      const [directory = '.', extra] = isNamed ? rest : positionals;
      refuseMore(extra, isNamed ? undefined : directory);
      const command = first === 'drill' ? 'drill' : 'check';
      const options = checkArguments(
        directory,
        { ...values, drill: values.drill || command === 'drill' },
        color,
      );
      return { command, options };
    }
  }
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw new UsageError(optionProblem(error.message, argv));
  }
}

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

function checkArguments(directory: string, values: Values, color: boolean | undefined): CheckArguments {
  const { preset } = values;
  if (preset !== undefined && !isOneOf(PRESETS, preset)) throw choiceError('--preset', preset, PRESETS);
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
    isDrilled,
    writeTests,
    isQuiet: values.quiet === true,
    hasTimings: values.timings === true,
    color,
  };
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
