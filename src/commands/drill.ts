import type { CheckArguments } from '../arguments.ts';
import { drillReport } from '../report/drill.ts';
import type { CheckResult } from '../result.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { checkFolder, keepTests, statusOf, writeReports } from './check.ts';

/** The rules that speak of whether, and how soon, an alert fires. */
const ABOUT_FIRING: ReadonlySet<string> = new Set([
  'alerts/cannot-fire',
  'alerts/detect-within',
  'promql/never-matches',
]);

/** Proves which alerts can fire, and shows each with what it tells and whom it reaches; the result is the exit status. */
export async function runDrill(options: CheckArguments, terminal: Terminal): Promise<number> {
  const result = aboutFiring(await checkFolder(options, terminal));
  const { drill, tools } = result;
  if (drill === null || !tools.promtool.found)
    throw new UsageError(
      'the drill needs promtool, and none was found: install it or name it with --promtool',
    );
  await keepTests(result, options, terminal);
  writeReports(result, options, terminal, (width, color) =>
    drillReport(result, drill, { color, width, quiet: options.isQuiet }),
  );
  return statusOf(result, options.maxWarnings);
}

/** A check's result with only those findings that the drill is about. */
const aboutFiring = (result: CheckResult): CheckResult => ({
  ...result,
  findings: result.findings.filter(({ rule }) => ABOUT_FIRING.has(rule)),
});
