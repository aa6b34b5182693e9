import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as core from '@actions/core';
import { INPUTS, type InputName, type OutputName } from './action-inputs.ts';
import { type CheckOptions, check } from './check.ts';
import { readBaselineFile, readConfigFile, writeReport } from './commands/files.ts';
import { withoutSmoke } from './commands/smoke.ts';
import type { Preset, Severity } from './config/config.ts';
import { annotationCommands, forReview } from './github/annotations.ts';
import { makeCheckRun } from './github/checks.ts';
import { readEvent } from './github/event.ts';
import { promtoolFetcher } from './github/promtool.ts';
import { showSmoke, smokeRequest } from './github/smoke.ts';
import { openDisk } from './repo/disk.ts';
import { changedSince, commitSince } from './repo/git.ts';
import { refuseToReadOutside, repositoryRoot } from './repo/links.ts';
import { jsonReport, jsonText } from './report/json.ts';
import { markdownReport } from './report/markdown.ts';
import { isCovered, matrixOf } from './report/matrix.ts';
import { prettyReport } from './report/pretty.ts';
import { sarifReport } from './report/sarif.ts';
import { printable } from './report/text.ts';
import type { CheckResult } from './result.ts';
import { onlyNewSince, withoutBaseline } from './since.ts';
import { isRefused } from './smoke/outcome.ts';
import { UsageError } from './usage.ts';
import type { Tools } from './verify/verify.ts';
import { listed } from './words.ts';

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
  refuseToReadOutside(directory, repositoryRoot(workspace), input('path'), 'the input path');

  const given = input('promtool');
  const isDrilled = oneOf('drill', input('drill'), ['true', 'false']) === 'true';
  const tools: Tools = {
    promtool: given === 'auto' || given === 'off' ? given : { path: given },
    fetchPromtool: promtoolFetcher(input('promtool-version'), directory, process.env),
    ...(isDrilled ? { drill: {} } : {}),
  };
  const options: CheckOptions = {
    disk: openDisk(directory),
    config:
      input('config') === '' ? undefined : readConfigFile(resolve(workspace, input('config')), workspace),
    preset: preset as Preset | undefined,
    severities: new Map(),
    today: new Date().toISOString().slice(0, 10),
    ...smokeRequest(input('smoke'), input('smoke-timeout'), directory),
  };
  const baseline = input('baseline');
  const known = baseline === '' ? undefined : readBaselineFile(resolve(workspace, baseline), workspace);
  let result = await check(options, tools);
  if (input('new-since') !== '')
    result = await onlyNewSince(result, directory, input('new-since'), withoutSmoke(options), tools);
  if (known !== undefined) result = withoutBaseline(result, known, baseline);

  const failing = result.findings.filter(
    ({ severity }) => severity === 'error' || (failOn === 'warning' && severity === 'warning'),
  );
  const isFailed = failOn !== 'never' && failing.length > 0;
  const folder = input('path').replace(/^(?:\.\/)+|^\.$|\/+$/g, '');
  core.info(prettyReport(result, { color: true, width: 120, quiet: false }));
  showSmoke(result.smoke);
  const token = input('github-token');
  const wantsChecks = annotations === 'checks' || (annotations === 'auto' && token !== '');
  const isShown = wantsChecks && (await annotateWithChecks(result, directory, folder, token, isFailed));
  if (annotations !== 'off' && !isShown)
    for (const command of annotationCommands(result.findings, changedFiles(directory), folder))
      core.info(command);
  setOutputs(result);
  writeOutput('report-file', `${jsonText(jsonReport(result))}\n`);
  writeOutput('sarif-file', sarifReport(result, folder));
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdownReport(result)).write();
  if (isRefused(result.smoke)) throw new UsageError(`smoke boot not done: ${result.smoke.reason}`);
  if (isFailed) core.setFailed(`${failing.length} of the findings fail the check; the summary lists them`);

  /** Writes a report where an input names a file for it. */
  function writeOutput(name: 'report-file' | 'sarif-file', text: string): void {
    const file = input(name);
    if (file === '') return;
    writeReport(resolve(workspace, file), text, workspace);
    core.setOutput(name satisfies OutputName, file);
  }
}

/** Files that the change touches, so that their findings come first; empty where git does not tell. */
function changedFiles(directory: string): ReadonlySet<string> {
  const { base } = readEvent(process.env);
  const commit = base === undefined ? undefined : commitSince(directory, base);
  return (commit === undefined ? undefined : changedSince(directory, commit)) ?? new Set();
}

/** Shows every finding as an annotation of a check run. False where GitHub does not take it: commands show them then. */
async function annotateWithChecks(
  result: CheckResult,
  directory: string,
  folder: string,
  token: string,
  isFailed: boolean,
): Promise<boolean> {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository } = process.env;
  const { head } = readEvent(process.env);
  if (token === '' || api === undefined || repository === undefined || head === undefined) {
    core.info(
      'No check run is made: it needs the input github-token, and a runner that says the repository.',
    );
    return false;
  }
  const changed = changedFiles(directory);
  const why = await makeCheckRun({
    api,
    token,
    repository,
    head,
    folder,
    conclusion: isFailed ? 'failure' : 'success',
    title: 'monitoring-check',
    summary: markdownReport(result, 60_000),
    findings: (['error', 'warning', 'notice'] as const).flatMap((kind) =>
      forReview(result.findings, kind, changed),
    ),
  });
  if (why !== undefined)
    core.info(`No check run is made: ${why}. The lines are annotated with commands instead.`);
  return why === undefined;
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

run().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  core.setFailed(printable(error.message));
  process.exitCode = 2;
});
