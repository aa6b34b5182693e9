import { RULES } from '../../rules/index.ts';
import type { CheckArguments, Format } from '../arguments.ts';
import { type CheckOptions, check } from '../check.ts';
import { diffOf, fix } from '../fix.ts';
import { writeBaseline } from '../lint/baseline.ts';
import { hiderOf } from '../lint/mask.ts';
import { IDLE_SILENCE } from '../lint/run.ts';
import { type Disk, openDisk } from '../repo/disk.ts';
import { githubReport } from '../report/github.ts';
import { htmlReport } from '../report/html/page.ts';
import { jsonReport, jsonText } from '../report/json.ts';
import { junitReport } from '../report/junit.ts';
import { markdownReport } from '../report/markdown.ts';
import { prettyReport } from '../report/pretty.ts';
import { sarifReport } from '../report/sarif.ts';
import type { CheckResult } from '../result.ts';
import { onlyNewSince, withoutBaseline } from '../since.ts';
import { isRefused } from '../smoke/outcome.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { keptTests } from '../verify/drill/kept.ts';
import type { Tools } from '../verify/verify.ts';
import { counted, nearest } from '../words.ts';
import {
  existingDirectory,
  readBaselineFile,
  readConfigFile,
  refuseToWrite,
  writeFixes,
  writeReport,
} from './files.ts';
import { keyOf, memoryFolder, type Output, remembered } from './memory.ts';
import { refusal, refuseSilently, smokeOptions, withoutSmoke } from './smoke.ts';
import { writeTests } from './write-tests.ts';

/** Where the known findings are kept unless an option says it. */
const DEFAULT_BASELINE = 'monitoring-check.baseline.json';

/** Checks a folder and writes the reports; the result is the exit status. */
export async function runCheck(options: CheckArguments, terminal: Terminal): Promise<number> {
  if (options.fixes === 'show') {
    const { asked, tools } = askedOf(options, terminal);
    const fixing = await fix(withoutSmoke(asked), { promtool: tools.promtool });
    terminal.write(diffOf(fixing));
    return 0;
  }
  const directory = refuseWhatCannotBe(options);
  const output: Output = {
    ...terminal,
    writeFile: (file, text) => writeReport(file, text, options.directory),
  };
  const work = (disk: Disk, to: Output): Promise<number> => checkAndReport(options, to, disk);
  const [folder, key] = [memoryFolder(process.env), keyOf(options, today(), terminal)];
  return folder === undefined || key === undefined
    ? work(openDisk(directory), output)
    : remembered(folder, key, openDisk(directory), output, work);
}

async function checkAndReport(options: CheckArguments, output: Output, disk: Disk): Promise<number> {
  const result = await checkFolder(options, output, disk);
  if (options.writesBaseline) {
    const baseline = options.baseline ?? DEFAULT_BASELINE;
    writeReport(baseline, writeBaseline(result.findings), options.directory);
    output.error(`${baseline} now knows ${counted(result.findings.length, 'finding')}\n`);
    return 0;
  }
  await keepTests(result, options, output);
  writeReports(result, options, output, (width, color) =>
    prettyReport(result, { color, width, quiet: options.isQuiet }),
  );
  return isRefused(result.smoke) ? refusal(result.smoke, output) : statusOf(result, options.maxWarnings);
}

/** Today's date, as 2027-01-31. */
const today = (): string => new Date().toISOString().slice(0, 10);

/** Refuses, before any work, what cannot be done as asked; the result is the folder to check. */
function refuseWhatCannotBe({ directory, severities, formats }: CheckArguments): string {
  const found = existingDirectory(directory);
  refuseUnknownRules(severities.keys());
  for (const { file } of formats) refuseToWrite(file, directory);
  return found;
}

/** What the arguments ask for; what cannot be done is refused before any work. */
function askedOf(
  options: CheckArguments,
  terminal: Terminal,
  given?: Disk,
): { directory: string; asked: CheckOptions; tools: Tools } {
  const directory = refuseWhatCannotBe(options);
  const asked: CheckOptions = {
    disk: given ?? openDisk(directory),
    config: options.config === undefined ? undefined : readConfigFile(options.config, directory),
    preset: options.preset,
    severities: options.severities,
    today: today(),
    ...smokeOptions(options.smoke, directory, terminal),
    ...(options.hasTimings
      ? {
          onTimed: (part: string, time: number) =>
            terminal.error(`${time.toFixed(1).padStart(8)} ms  ${part}\n`),
        }
      : {}),
  };
  const tools: Tools = {
    promtool: options.promtool,
    ...(options.isDrilled ? { drill: { onProgress: drillProgress(terminal) } } : {}),
  };
  return { directory, asked, tools };
}

/** Checks the folder that the arguments name, with what they ask for besides: mending, the drill, leaving out what is known. */
export async function checkFolder(
  options: CheckArguments,
  terminal: Terminal,
  disk?: Disk,
): Promise<CheckResult> {
  const { directory, asked, tools } = askedOf(options, terminal, disk);
  const { baseline, newSince, writesBaseline } = options;
  const known = baseline === undefined || writesBaseline ? undefined : readBaselineFile(baseline, directory);
  if (options.fixes === 'write') {
    const { files, count } = await fix(withoutSmoke(asked), { promtool: tools.promtool });
    writeFixes(directory, files);
    terminal.error(`${counted(count, 'finding')} mended in ${counted(files.size, 'file')}\n`);
  }
  let result = await check(asked, tools);
  refuseSilently(result);
  if (newSince !== undefined)
    result = await onlyNewSince(result, directory, newSince, withoutSmoke(asked), tools);
  return known === undefined ? result : withoutBaseline(result, known, baseline ?? '');
}

/** How far the drill is, in one line that is written over and gone in the end; nothing where that cannot be shown. */
function drillProgress(terminal: Terminal): ((done: number, of: number) => void) | undefined {
  const { progress } = terminal;
  if (progress === undefined) return undefined;
  return (done, of) => progress(done < of ? `fire drill: ${done} of ${counted(of, 'alert')}` : '');
}

/** Keeps the tests of what the drill proved, where a folder for them is named. */
export async function keepTests(
  { drill, judge, system }: CheckResult,
  { directory, writeTests: folder }: CheckArguments,
  terminal: Terminal,
): Promise<void> {
  if (folder === undefined || drill === null || judge === undefined) return;
  const tests = await keptTests(judge, drill, hiderOf(system.files));
  for (const line of writeTests(tests, folder, directory)) terminal.error(`${line}\n`);
}

/** Writes the reports that are asked for; the pretty one is the command's own. */
export function writeReports(
  result: CheckResult,
  { directory, formats, color }: Pick<CheckArguments, 'directory' | 'formats' | 'color'>,
  terminal: Terminal & Partial<Pick<Output, 'writeFile'>>,
  pretty: (width: number, color: boolean) => string,
): void {
  for (const { format, file } of formats) {
    if (file === undefined)
      terminal.write(render(format, result, () => pretty(terminal.width, terminal.color(color))));
    else
      (terminal.writeFile ?? ((file, text) => writeReport(file, text, directory)))(
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
