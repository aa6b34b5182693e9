import { statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as core from '@actions/core';
import { INPUTS, type InputName, type OutputName } from './action-inputs.ts';
import { check } from './check.ts';
import { readConfigFile } from './commands/check.ts';
import type { Preset, Severity } from './config/config.ts';
import { bySeverity } from './lint/finding.ts';
import { openDisk } from './repo/disk.ts';
import { workflowCommand } from './report/github.ts';
import { jsonReport } from './report/json.ts';
import { markdownReport } from './report/markdown.ts';
import { isCovered, matrixOf } from './report/matrix.ts';
import { prettyReport } from './report/pretty.ts';
import type { CheckResult } from './result.ts';
import { UsageError } from './usage.ts';
import { listed } from './words.ts';

/** What GitHub shows of the annotations of each kind that a step makes; the rest vanishes. */
const SHOWN_PER_KIND = 10;

async function run(): Promise<void> {
  const input = (name: InputName): string => core.getInput(name) || INPUTS[name].default;
  const failOn = oneOf('fail-on', input('fail-on'), ['error', 'warning', 'never']);
  const annotations = oneOf('annotations', input('annotations'), ['auto', 'commands', 'checks', 'off']);
  const preset =
    input('preset') === '' ? undefined : oneOf('preset', input('preset'), ['recommended', 'strict']);
  const workspace = process.env.GITHUB_WORKSPACE ?? '.';
  const directory = resolve(workspace, input('path'));
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`no such directory: ${input('path')}`);

  const promtool = input('promtool');
  const isDrilled = oneOf('drill', input('drill'), ['true', 'false']) === 'true';
  const result = await check(
    {
      disk: openDisk(directory),
      config: input('config') === '' ? undefined : readConfigFile(resolve(workspace, input('config'))),
      preset: preset as Preset | undefined,
      severities: new Map(),
      today: new Date().toISOString().slice(0, 10),
    },
    {
      promtool: promtool === 'auto' || promtool === 'off' ? promtool : { path: promtool },
      ...(isDrilled ? { drill: {} } : {}),
    },
  );
  core.info(prettyReport(result, { color: true, width: 120, quiet: false }));
  if (annotations !== 'off') annotate(result, input('path'));
  setOutputs(result);
  if (input('report-file') !== '') {
    writeFileSync(
      resolve(workspace, input('report-file')),
      `${JSON.stringify(jsonReport(result), undefined, 2)}\n`,
    );
    core.setOutput('report-file' satisfies OutputName, input('report-file'));
  }
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdownReport(result)).write();

  const failing = result.findings.filter(
    ({ severity }) => severity === 'error' || (failOn === 'warning' && severity === 'warning'),
  );
  if (failOn !== 'never' && failing.length > 0)
    core.setFailed(`${failing.length} of the findings fail the check; the summary lists them`);
}

/** Annotations of the lines, as many of each kind as GitHub shows; the last one says how many more there are. */
function annotate(result: CheckResult, path: string): void {
  const prefix = path === '.' ? '' : `${path.replace(/^\.\/|\/$/g, '')}/`;
  for (const kind of ['error', 'warning', 'notice'] as const) {
    const findings = [...result.findings].filter(({ severity }) => severity === kind).sort(bySeverity);
    const fits = findings.length <= SHOWN_PER_KIND ? findings.length : SHOWN_PER_KIND - 1;
    for (const finding of findings.slice(0, fits)) {
      core.info(workflowCommand({ ...finding, at: { ...finding.at, file: prefix + finding.at.file } }));
    }
    if (fits < findings.length)
      core.info(`::${kind}::${findings.length - fits} more ${kind}s are in the job summary`);
  }
}

function setOutputs(result: CheckResult): void {
  const count = (wanted: Severity): number =>
    result.findings.filter(({ severity }) => severity === wanted).length;
  const rows = matrixOf(result.chains);
  const outputs: Partial<Record<OutputName, number>> = {
    errors: count('error'),
    warnings: count('warning'),
    notices: count('notice'),
    paths: rows.length,
    'paths-covered': rows.filter(isCovered).length,
  };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

function oneOf<Value extends string>(name: InputName, given: string, allowed: readonly Value[]): Value {
  const found = allowed.find((value) => value === given);
  if (found === undefined)
    throw new UsageError(`the input ${name} is ${listed(allowed, 'or')}, not "${given}"`);
  return found;
}

try {
  await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  core.setFailed(error.message);
  process.exitCode = 2;
}
