import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RULES } from '../../rules/index.ts';
import { type CheckArguments, COMMANDS, type Format } from '../arguments.ts';
import { check } from '../check.ts';
import { IDLE_SILENCE } from '../lint/run.ts';
import { openDisk } from '../repo/disk.ts';
import { decodeText, type SourceText, sourceText } from '../repo/text.ts';
import { githubReport } from '../report/github.ts';
import { htmlReport } from '../report/html/page.ts';
import { jsonReport } from '../report/json.ts';
import { markdownReport } from '../report/markdown.ts';
import { prettyReport } from '../report/pretty.ts';
import type { CheckResult } from '../result.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { nearest } from '../words.ts';

/** Checks a folder and writes the reports; the result is the exit status. */
export async function runCheck(options: CheckArguments, terminal: Terminal): Promise<number> {
  const directory = directoryOf(options.directory);
  refuseUnknownRules(options.severities.keys());
  for (const { file } of options.formats) refuseMissingFolder(file);

  const result = await check(
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
    options.promtool,
  );
  for (const { format, file } of options.formats) {
    if (file === undefined)
      terminal.write(render(format, result, options, terminal.color(options.color), terminal.width));
    else writeReport(file, render(format, result, options, false, 120));
  }
  return statusOf(result, options.maxWarnings);
}

/** The folder that is meant. Throws a `UsageError` where there is none. */
export function directoryOf(given: string): string {
  const directory = resolve(given);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) {
    const close = nearest(given, COMMANDS);
    const hint = close === undefined ? '' : `; did you mean the command ${close}?`;
    throw new UsageError(`no such directory: ${given}${hint}`);
  }
  if (!found.isDirectory()) throw new UsageError(`${given} is not a directory`);
  return directory;
}

/** A report that could not be written is refused before the work for it. */
export function refuseMissingFolder(file: string | undefined): void {
  if (file !== undefined && !existsSync(dirname(resolve(file))))
    throw new UsageError(`no such directory: ${dirname(file)}, for --format`);
}

/** 1 when something is at error level, or there are more warnings than allowed. */
export function statusOf(result: CheckResult, maxWarnings: number | undefined): number {
  const warnings = result.findings.filter(({ severity }) => severity === 'warning').length;
  const hasErrors = result.findings.some(({ severity }) => severity === 'error');
  return hasErrors || (maxWarnings !== undefined && warnings > maxWarnings) ? 1 : 0;
}

function render(
  format: Format,
  result: CheckResult,
  options: CheckArguments,
  color: boolean,
  width: number,
): string {
  switch (format) {
    case 'pretty':
      return prettyReport(result, { color, width, quiet: options.isQuiet });
    case 'github':
      return githubReport(result);
    case 'markdown':
      return markdownReport(result);
    case 'html':
      return htmlReport(result);
    case 'json':
      return `${JSON.stringify(jsonReport(result), undefined, 2)}\n`;
  }
}

/** Writes a report's file. Throws a `UsageError` where that cannot be done. */
export function writeReport(file: string, text: string): void {
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
