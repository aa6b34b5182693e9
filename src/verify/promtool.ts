import { child, items, keyOf, type Node, type Place, startOf, textOf } from '../repo/node.ts';
import { isReadable } from '../repo/repository.ts';
import type { SourceText } from '../repo/text.ts';
import type { System } from '../stack/system.ts';
import { serversOf, speaksMetricsql } from '../stack/usages.ts';
import { type Promtool, runPromtool } from './promtool-run.ts';
import type { ToolOutput } from './run.ts';
import type { FailedTest, ToolMessage } from './verification.ts';
import type { Workspace } from './workspace.ts';

/** Checks every Prometheus configuration of the system by `promtool check config --syntax-only`. */
export async function checkConfigs(
  promtool: Promtool,
  system: System,
  workspace: Workspace,
): Promise<ToolMessage[]> {
  const files = system.files.of('prometheus').filter(({ isBroken }) => !isBroken);
  return perFile(pathsOf(files), system, workspace, async (copy, source) => {
    const run = await runPromtool(promtool, ['check', 'config', '--syntax-only', copy], workspace);
    const root = files.find(({ path }) => path === source.path)?.node;
    return (isRefusal(run) ? yamlMessages(run.output, source, workspace) : []).map(({ place, message }) => ({
      place: (root && placeNamed(message, root)) ?? place,
      message,
    }));
  });
}

/** What a message about a configuration names without its line: the last job of that name, or the Alertmanager of that version. */
function placeNamed(message: string, root: Node): Place | undefined {
  const job = /\bjob name "((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
  const version = /Alertmanager api version .* but got (\S+)$/.exec(message)?.[1];
  const named = (list: Node, key: string, text: string): Node | undefined =>
    items(list)
      .map((item) => child(item, key))
      .findLast((node) => textOf(node) === text);
  const node =
    job !== undefined
      ? named(child(root, 'scrape_configs'), 'job_name', job)
      : version !== undefined
        ? named(child(root, 'alerting', 'alertmanagers'), 'api_version', version)
        : undefined;
  return node && { node };
}

/** Checks every rule file that a Prometheus may load by `promtool check rules`, all in one run. */
export async function checkRules(
  promtool: Promtool,
  system: System,
  workspace: Workspace,
): Promise<ToolMessage[]> {
  const files = system.files.of('rules').filter(({ isBroken, node }) => !isBroken && node.path.length === 0);
  const isOther = speaksMetricsql(system);
  // A file that nothing loads may be meant for the vmalert that runs here, whose language takes more.
  const isPromql = (path: string): boolean =>
    system.ruleGroups.every(
      (group) =>
        group.file.path !== path ||
        (group.language === 'promql' && (!isOther || serversOf(system, group).length > 0)),
    );
  const paths = pathsOf(files).filter(isPromql);
  const copies = paths.flatMap((path) => workspace.add(path) ?? []);
  if (copies.length === 0) return [];
  const run = await runPromtool(promtool, ['check', 'rules', ...features(system), ...copies], workspace);
  return isRefusal(run) ? ruleMessages(run.output, system, workspace) : [];
}

/** Runs every rule unit test by `promtool test rules`. */
export async function testRules(
  promtool: Promtool,
  system: System,
  workspace: Workspace,
): Promise<{ messages: ToolMessage[]; failed: FailedTest[] }> {
  const failed: FailedTest[] = [];
  const messages: ToolMessage[] = [];
  for (const test of system.ruleTests) {
    const loaded = test.ruleFiles.flatMap(({ paths }) => paths);
    // A test of files that are not here tells nothing of those that are.
    if (loaded.length === 0 || test.ruleFiles.some(({ paths }) => paths.length === 0)) continue;
    for (const path of loaded) workspace.add(path);
    const copy = workspace.add(test.file.path);
    if (copy === undefined) continue;
    const run = await runPromtool(promtool, ['test', 'rules', ...features(system), copy], workspace);
    if (!isRefusal(run)) continue;
    const own = failedTests(run.output, test.file.node);
    failed.push(...own);
    if (own.length > 0) continue;
    const said = yamlMessages(run.output, test.file.node.doc.source, workspace);
    messages.push(...said.filter(({ message }) => !isOfFeatures(message)));
  }
  return { messages, failed };
}

const pathsOf = (files: readonly { path: string }[]): string[] => [...new Set(files.map(({ path }) => path))];

/**
 * Whether a test stops at a feature that is not switched on: some versions of promtool do not hand the flag on
 * to the tests, and `check rules` says of the rules whether they may use it.
 */
const isOfFeatures = (message: string): boolean =>
  /\bnot enabled\b|must be enabled with --enable-feature/.test(message);

/**
 * Whether promtool refuses what it was given: it ends with 1 then, and with 3 for what its lint dislikes. It
 * ends with 1 as well where it does not know an option, as an old one may not, and says so of itself.
 */
const isRefusal = ({ status, output }: ToolOutput): boolean =>
  status === 1 && !/^\S*promtool\S*: error: /m.test(output);

/**
 * The flag for the features of PromQL that some Prometheus of the system has and that promtool must have to
 * read its rules. One that it does not know is only a warning to it.
 */
export function features(system: System): string[] {
  const wanted = system.stacks.flatMap(({ prometheuses }) =>
    prometheuses.flatMap((prometheus) =>
      [...prometheus.features].filter((feature) => /^promql-[a-z-]+$/.test(feature)),
    ),
  );
  return wanted.length === 0 ? [] : [`--enable-feature=${[...new Set(wanted)].sort().join(',')}`];
}

async function perFile(
  paths: readonly string[],
  system: System,
  workspace: Workspace,
  work: (copy: string, source: SourceText) => Promise<ToolMessage[]>,
): Promise<ToolMessage[]> {
  const found: ToolMessage[] = [];
  for (const path of paths) {
    const source = system.files.repo.text(path);
    const copy = workspace.add(path);
    if (isReadable(source) && copy !== undefined) found.push(...(await work(copy, source)));
  }
  return found;
}

/** The messages of a tool that reads YAML: with a line where it tells one, else on the file as a whole. */
export function yamlMessages(output: string, source: SourceText, workspace: Workspace): ToolMessage[] {
  const text = output.replaceAll(`${workspace.folder}/`, '');
  const lines = [...text.matchAll(/^\s*line (\d+): (.+)$/gm)];
  if (lines.length > 0)
    return lines.map(([, line, message]) => ({
      place: lineOf(source, Number(line)),
      message: (message as string).trim(),
    }));
  const failure = /FAILED:?\s*([\s\S]+)/.exec(text)?.[1] ?? text;
  const message =
    failure
      .replace(/^\s*parsing YAML file \S+: /, '')
      .trim()
      .split('\n')[0] ?? '';
  const line = /\bline (\d+)\b/.exec(message)?.[1];
  return message === '' ? [] : [{ place: line ? lineOf(source, Number(line)) : startOf(source), message }];
}

/** The text of a line, without its indentation. */
export function lineOf(source: SourceText, line: number): Place {
  const starts = [...source.text.matchAll(/^.*$/gm)];
  const found = starts[line - 1];
  if (found === undefined) return startOf(source);
  const indent = found[0].search(/\S|$/);
  return { source, span: { start: found.index + indent, end: found.index + found[0].trimEnd().length } };
}

/** `FILE: LINE:COLUMN: group "G", rule N, "NAME": MESSAGE`, the place and the rule each where promtool tells them. */
const RULE_MESSAGE =
  /^(?<file>\S.*?\.[\w.]+): (?:(?<line>\d+):\d+: )?(?:group "(?<group>[^"]*)", rule (?<rule>\d+), "[^"]*": )?(?<message>.+)$/gm;

function ruleMessages(output: string, system: System, workspace: Workspace): ToolMessage[] {
  return [...output.matchAll(RULE_MESSAGE)].flatMap(({ groups = {} }) => {
    const path = workspace.original(groups.file as string);
    const source = system.files.repo.text(path);
    if (!isReadable(source)) return [];
    const group = system.ruleGroups.find(({ file, name }) => file.path === path && name === groups.group);
    const rule = group && items(child(group.node, 'rules'))[Number(groups.rule) - 1];
    const line = Number(groups.line ?? 0);
    const place: Place = rule
      ? keyOf(child(rule, 'expr'))
      : line > 0
        ? lineOf(source, line)
        : startOf(source);
    return [{ place, message: groups.message as string }];
  });
}

/** Reads what `promtool test rules` says of the tests that failed, and finds them in the file. */
function failedTests(output: string, root: Node): FailedTest[] {
  const blocks = output.split(/^(?= {4}(?:name: .*,$|alertname: |expr: ))/m);
  const failed: FailedTest[] = [];
  const taken = new Set<string>();
  let group: string | undefined;
  for (const block of blocks) {
    group = /^ {4}name: (.*),$/m.exec(block)?.[1] ?? group;
    const match = /^ {4}(alertname|expr): "?(.*?)"?, time: (\S+?),\s*$/m.exec(block);
    if (match === null) continue;
    const [, kind, subject = '', time = ''] = match;
    const node = findTest(
      root,
      kind === 'expr' ? 'promql_expr_test' : 'alert_rule_test',
      kind as string,
      subject,
      time,
      group,
      taken,
    );
    const [before = '', got = ''] = block.slice(match.index + match[0].length).split(/^\s*got:/m);
    const expected = before.replace(/^\s*exp:/, '').replace(/,\s*$/, '');
    failed.push({
      place: node ? { node } : startOf(root.doc.source),
      subject,
      time,
      expected: described(expected, got),
      got: described(got, expected),
    });
    group = undefined;
  }
  return failed;
}

/** promtool's list of alerts or samples in few words: their labels, or also their annotations where only these differ. */
function described(text: string, other: string): string {
  const alerts = (part: string, pattern: RegExp): string[] =>
    [...part.matchAll(pattern)].map((match) => (match[1] as string).replace(/alertname="[^"]*"(?:, )?/, ''));
  const labels = alerts(text, LABELS);
  if (labels.length === 0)
    return text.trim() === '[]' ? 'no alert' : shortened(text.replace(/\s+/g, ' ').trim());
  const hasOnlyOtherAnnotations = labels.join() === alerts(other, LABELS).join();
  return shortened(
    (hasOnlyOtherAnnotations ? alerts(text, ANNOTATIONS) : labels).map((part) => `{${part}}`).join(' and '),
  );
}

const LABELS = /^\s*Labels:\{(.*)\}$/gm;
const ANNOTATIONS = /^\s*Annotations:\{(.*)\},?$/gm;

const shortened = (text: string): string => (text.length > 240 ? `${text.slice(0, 240)}…` : text);

function findTest(
  root: Node,
  list: string,
  key: string,
  subject: string,
  time: string,
  group: string | undefined,
  taken: Set<string>,
): Node | undefined {
  for (const test of items(child(root, 'tests'))) {
    if (group !== undefined && textOf(child(test, 'name')) !== group) continue;
    for (const node of items(child(test, list))) {
      const name = child(node, key);
      const at = name.path.join('/');
      if (
        textOf(name)?.trim() !== subject ||
        !sameTime(textOf(child(node, 'eval_time')), time) ||
        taken.has(at)
      )
        continue;
      taken.add(at);
      return name;
    }
  }
  return undefined;
}

/** promtool prints a duration in its own form: `120s` is `2m`. */
function sameTime(written: string | undefined, printed: string): boolean {
  const seconds = (text: string): number =>
    [...text.matchAll(/([\d.]+)(ms|[smhdwy])/g)].reduce(
      (sum, [, count, unit]) =>
        sum +
        Number(count) *
          ({ ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }[unit as string] ?? 0),
      0,
    );
  return seconds(written ?? '0s') === seconds(printed);
}
