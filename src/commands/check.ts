import { RULES } from '../../rules/index.ts';
import type { CheckArguments, Format } from '../arguments.ts';
import { type CheckOptions, check } from '../check.ts';
import { diffOf, fix } from '../fix.ts';
import { writeBaseline } from '../lint/baseline.ts';
import { IDLE_SILENCE } from '../lint/run.ts';
import { openDisk } from '../repo/disk.ts';
import { githubReport } from '../report/github.ts';
import { htmlReport } from '../report/html/page.ts';
import { jsonReport, jsonText } from '../report/json.ts';
import { junitReport } from '../report/junit.ts';
import { markdownReport } from '../report/markdown.ts';
import { prettyReport } from '../report/pretty.ts';
import { sarifReport } from '../report/sarif.ts';
import type { CheckResult } from '../result.ts';
import { onlyNewSince, withoutBaseline } from '../since.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { counted, nearest } from '../words.ts';
import {
  existingDirectory,
  readBaselineFile,
  readConfigFile,
  refuseMissingFolder,
  writeFixes,
  writeReport,
} from './files.ts';

/** Checks a folder and writes the reports; the result is the exit status. */
export async function runCheck(options: CheckArguments, terminal: Terminal): Promise<number> {
  const directory = existingDirectory(options.directory);
  refuseUnknownRules(options.severities.keys());
  for (const { file } of options.formats) refuseMissingFolder(file);

  const asked: CheckOptions = {
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
  };
  const baseline = options.baseline ?? DEFAULT_BASELINE;
  const known =
    options.baseline === undefined || options.writesBaseline ? undefined : readBaselineFile(baseline);
  const fixing = options.fixes === 'no' ? undefined : await fix(asked, options.promtool);
  if (fixing !== undefined && options.fixes === 'show') {
    terminal.write(diffOf(fixing.files));
    return 0;
  }
  let result = fixing?.result ?? (await check(asked, options.promtool));
  if (fixing !== undefined) {
    writeFixes(directory, fixing.files);
    terminal.error(`${counted(fixing.count, 'finding')} mended in ${counted(fixing.files.size, 'file')}\n`);
  }
  if (options.writesBaseline) {
    writeReport(baseline, writeBaseline(result.findings));
    terminal.error(`${baseline} now knows ${counted(result.findings.length, 'finding')}\n`);
    return 0;
  }
  if (options.newSince !== undefined)
    result = await onlyNewSince(result, directory, options.newSince, asked, options.promtool);
  if (known !== undefined) result = withoutBaseline(result, known, baseline);
  for (const { format, file } of options.formats) {
    if (file === undefined)
      terminal.write(render(format, result, options, terminal.color(options.color), terminal.width));
    else writeReport(file, render(format, result, options, false, 120));
  }
  return statusOf(result, options.maxWarnings);
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
    case 'html':
      return htmlReport(result);
    case 'json':
      return `${jsonText(jsonReport(result))}\n`;
  }
}

/** Where the known findings are kept unless an option says it. */
const DEFAULT_BASELINE = 'monitoring-check.baseline.json';

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
