import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RULES } from '../../rules/index.ts';
import { type CheckArguments, COMMANDS, type Format } from '../arguments.ts';
import { check } from '../check.ts';
import { IDLE_SILENCE } from '../lint/run.ts';
import { openDisk } from '../repo/disk.ts';
import { decodeText, type SourceText, sourceText } from '../repo/text.ts';
import { githubReport } from '../report/github.ts';
import { jsonReport } from '../report/json.ts';
import { prettyReport } from '../report/pretty.ts';
import type { CheckResult } from '../result.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { keptTests } from '../verify/drill/kept.ts';
import { counted, nearest } from '../words.ts';
import { writeTests } from './write-tests.ts';

/** Checks a folder and writes the reports; the result is the exit status. */
export async function runCheck(options: CheckArguments, terminal: Terminal): Promise<number> {
  const result = await checkFolder(options, terminal);
  await keepTests(result, options, terminal);
  writeReports(result, options, terminal, (width, color) =>
    prettyReport(result, { color, width, quiet: options.isQuiet }),
  );
  return statusOf(result, options.maxWarnings);
}

/** Checks the folder that the arguments name, with the drill where they ask for it. */
export async function checkFolder(options: CheckArguments, terminal: Terminal): Promise<CheckResult> {
  const directory = resolve(options.directory);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) {
    const close = nearest(options.directory, COMMANDS);
    const hint = close === undefined ? '' : `; did you mean the command ${close}?`;
    throw new UsageError(`no such directory: ${options.directory}${hint}`);
  }
  if (!found.isDirectory()) throw new UsageError(`${options.directory} is not a directory`);
  refuseUnknownRules(options.severities.keys());
  for (const { file } of options.formats) {
    if (file !== undefined && !existsSync(dirname(resolve(file))))
      throw new UsageError(`no such directory: ${dirname(file)}, for --format`);
  }

  return check(
    {
      disk: openDisk(directory),
      config: options.config === undefined ? undefined : readConfigFile(options.config),
      preset: options.preset,
      severities: options.severities,
      today: new Date().toISOString().slice(0, 10),
      ...(options.hasTimings
        ? {
            onTimed: (part: string, time: number) =>
              terminal.error(`${time.toFixed(1).padStart(8)} ms  ${part}\n`),
          }
        : {}),
    },
    {
      promtool: options.promtool,
      ...(options.isDrilled ? { drill: { onProgress: drillProgress(terminal) } } : {}),
    },
  );
}

/** How far the drill is, in one line that is written over and gone in the end; nothing where that cannot be shown. */
function drillProgress(terminal: Terminal): ((done: number, of: number) => void) | undefined {
  const { progress } = terminal;
  if (progress === undefined) return undefined;
  return (done, of) => progress(done < of ? `fire drill: ${done} of ${counted(of, 'alert')}` : '');
}

/** Keeps the tests of what the drill proved, where a folder for them is named. */
export async function keepTests(
  { drill, judge }: CheckResult,
  { directory, writeTests: folder }: CheckArguments,
  terminal: Terminal,
): Promise<void> {
  if (folder === undefined || drill === null || judge === undefined) return;
  const tests = await keptTests(judge, drill);
  for (const line of writeTests(tests, folder, directory)) terminal.error(`${line}\n`);
}

/** Writes the reports that are asked for; the pretty one is the command's own. */
export function writeReports(
  result: CheckResult,
  { formats, color }: Pick<CheckArguments, 'formats' | 'color'>,
  terminal: Terminal,
  pretty: (width: number, color: boolean) => string,
): void {
  for (const { format, file } of formats) {
    if (file === undefined)
      terminal.write(render(format, result, () => pretty(terminal.width, terminal.color(color))));
    else
      writeReport(
        file,
        render(format, result, () => pretty(120, false)),
      );
  }
}

/** 1 when something is at error level, or there are more warnings than allowed. */
export function statusOf(result: CheckResult, maxWarnings: number | undefined): number {
  const warnings = result.findings.filter(({ severity }) => severity === 'warning').length;
  const hasErrors = result.findings.some(({ severity }) => severity === 'error');
  return hasErrors || (maxWarnings !== undefined && warnings > maxWarnings) ? 1 : 0;
}

function render(format: Format, result: CheckResult, pretty: () => string): string {
  switch (format) {
    case 'pretty':
      return pretty();
    case 'github':
      return githubReport(result);
    case 'json':
      return `${JSON.stringify(jsonReport(result), undefined, 2)}\n`;
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      `cannot write ${file}: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
    );
  }
}

export function readConfigFile(path: string): SourceText {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`no such file: ${path}, for --config`);
  const text = decodeText(readFileSync(path));
  if (typeof text !== 'string') throw new UsageError(`${path} is ${text.noText}, for --config`);
  return sourceText(basename(path), text);
}

/** A mistyped rule would silently change nothing. */
export function refuseUnknownRules(ids: Iterable<string>): void {
  const known = [...RULES.map(({ id }) => id), IDLE_SILENCE];
  const areas = new Set(known.map((id) => id.split('/')[0] as string));
  for (const id of ids) {
    if (known.includes(id) || (id.endsWith('/*') && areas.has(id.slice(0, -2)))) continue;
    const close = nearest(id, known);
    throw new UsageError(
      `there is no rule "${id}"${close === undefined ? '; monitoring-check rules lists them' : `; did you mean ${close}?`}`,
    );
  }
}
