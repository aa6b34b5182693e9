import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RULES } from '../../rules/index.ts';
import type { CheckArguments, Format } from '../arguments.ts';
import { type CheckOptions, check } from '../check.ts';
import { readBaseline, writeBaseline } from '../lint/baseline.ts';
import type { Known } from '../lint/known.ts';
import { IDLE_SILENCE } from '../lint/run.ts';
import { openDisk } from '../repo/disk.ts';
import { decodeText, type SourceText, sourceText } from '../repo/text.ts';
import { githubReport } from '../report/github.ts';
import { jsonReport } from '../report/json.ts';
import { junitReport } from '../report/junit.ts';
import { markdownReport } from '../report/markdown.ts';
import { prettyReport } from '../report/pretty.ts';
import { sarifReport } from '../report/sarif.ts';
import type { CheckResult } from '../result.ts';
import { onlyNewSince, withoutBaseline } from '../since.ts';
import { isRefused } from '../smoke/outcome.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { counted, nearest } from '../words.ts';
import { existingDirectory } from './directory.ts';
import { refusal, refuseSilently, smokeOptions, withoutSmoke } from './smoke.ts';

/** Checks a folder and writes the reports; the result is the exit status. */
export async function runCheck(options: CheckArguments, terminal: Terminal): Promise<number> {
  const directory = existingDirectory(options.directory);
  refuseUnknownRules(options.severities.keys());
  for (const { file } of options.formats) {
    if (file !== undefined && !existsSync(dirname(resolve(file))))
      throw new UsageError(`no such directory: ${dirname(file)}, for --format`);
  }

  const asked: CheckOptions = {
    disk: openDisk(directory),
    config: options.config === undefined ? undefined : readConfigFile(options.config),
    preset: options.preset,
    severities: options.severities,
    today: new Date().toISOString().slice(0, 10),
    ...smokeOptions(options.smoke, directory, terminal),
    ...(options.hasTimings
      ? {
          onTimed: (part: string, time: number) =>
            terminal.error(`${time.toFixed(1).padStart(8)} ms  ${part}\n`),
        }
      : {}),
  };
  const baseline = options.baseline ?? DEFAULT_BASELINE;
  const known =
    options.baseline === undefined || options.writesBaseline ? undefined : readBaselineFile(baseline);
  let result = await check(asked, options.promtool);
  refuseSilently(result);
  if (options.writesBaseline) {
    writeReport(baseline, writeBaseline(result.findings));
    terminal.error(`${baseline} now knows ${counted(result.findings.length, 'finding')}\n`);
    return 0;
  }
  if (options.newSince !== undefined)
    result = await onlyNewSince(result, directory, options.newSince, withoutSmoke(asked), options.promtool);
  if (known !== undefined) result = withoutBaseline(result, known, baseline);
  for (const { format, file } of options.formats) {
    if (file === undefined)
      terminal.write(render(format, result, options, terminal.color(options.color), terminal.width));
    else writeReport(file, render(format, result, options, false, 120));
  }
  return isRefused(result.smoke) ? refusal(result.smoke, terminal) : statusOf(result, options.maxWarnings);
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
    case 'sarif':
      return sarifReport(result);
    case 'junit':
      return junitReport(result);
    case 'json':
      return `${JSON.stringify(jsonReport(result), undefined, 2)}\n`;
  }
}

/** Where the known findings are kept unless an option says it. */
const DEFAULT_BASELINE = 'monitoring-check.baseline.json';

export function readBaselineFile(path: string): Known {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`no such file: ${path}, for --baseline; --write-baseline makes it`);
  return readBaseline(readFileSync(path, 'utf8'), path);
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
