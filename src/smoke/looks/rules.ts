import { child, startOf } from '../../repo/node.ts';
import type { FoundFile } from '../../stack/container.ts';
import type { Prometheus } from '../../stack/prometheus.ts';
import type { Rule, RuleGroup } from '../../stack/rules.ts';
import { promqlGroups, serversOf } from '../../stack/usages.ts';
import { counted } from '../../words.ts';
import { ask } from '../http.lazy.ts';
import { at, type Json, list, text } from '../json.ts';
import { type Judgement, judgement, type LookFault, type Scene } from './look.ts';
import { type AskedPrometheus, askedPrometheuses } from './prometheus.ts';

/** A group of rules as Prometheus loaded it. */
export interface LoadedGroup {
  readonly name: string;
  /** In Prometheus's container. */
  readonly file: string;
  readonly rules: readonly LoadedRule[];
}

export interface LoadedRule {
  readonly name: string;
  /** `unknown` until it is evaluated for the first time. */
  readonly health: 'ok' | 'err' | 'unknown';
  readonly error: string;
}

export interface RulesSeen {
  readonly asked: Pick<AskedPrometheus, 'prometheus' | 'container'>;
  /** Undefined where it did not answer. */
  readonly groups: readonly LoadedGroup[] | undefined;
}

/** Reads Prometheus's answer on its rules (Prometheus documentation, "HTTP API", "Rules"). */
export const readLoaded = (answer: Json | undefined): LoadedGroup[] | undefined =>
  at(answer, 'data') === undefined
    ? undefined
    : list(at(answer, 'data', 'groups')).map((group) => ({
        name: text(at(group, 'name')) ?? '',
        file: text(at(group, 'file')) ?? '',
        rules: list(at(group, 'rules')).map((rule) => ({
          name: text(at(rule, 'name')) ?? '',
          health: (text(at(rule, 'health')) ?? 'unknown') as LoadedRule['health'],
          error: text(at(rule, 'lastError')) ?? '',
        })),
      }));

/** Asks each Prometheus for the rules that it loaded. */
export async function askRules(scene: Scene): Promise<RulesSeen[]> {
  return Promise.all(
    askedPrometheuses(scene).map(async (asked) => ({
      asked,
      groups: readLoaded((await ask(`${asked.url}/api/v1/rules`))?.json),
    })),
  );
}

/** Compares the rules that each Prometheus loaded with those in its files, and looks whether they evaluate. */
export function judgeRules(scene: Scene, seen: readonly RulesSeen[]): Judgement | undefined {
  if (seen.length === 0) return undefined;
  const idle = idleFaults(scene);
  const written = seen.flatMap(({ asked }) => ownGroups(asked.prometheus));
  if (written.length === 0 && idle.length === 0) return undefined;
  const faults: LookFault[] = [...idle];
  let count = 0;
  let waiting = 0;
  let failing = 0;
  for (const { asked, groups } of seen) {
    for (const { group, file } of ownGroups(asked.prometheus)) {
      const loaded = groups?.find(({ name, file: path }) => name === group.name && path === file.target);
      if (loaded === undefined || loaded.rules.length < group.rules.length)
        faults.push(notLoaded(group, asked.prometheus));
      group.rules.forEach((rule, index) => {
        const found = loaded?.rules[index]?.name === rule.name ? loaded.rules[index] : undefined;
        if (found === undefined) return;
        count++;
        if (found.health === 'unknown') waiting++;
        if (found.health === 'err') {
          failing++;
          faults.push(failed(rule, found));
        }
      });
    }
  }
  const isLoaded = !faults.some(({ kind, severity }) => kind === 'rule-not-loaded' && severity === undefined);
  const ok = isLoaded && waiting === 0 && failing === 0;
  const detail = [
    `${counted(count, 'rule')} loaded`,
    ...(failing > 0 ? [`${failing} cannot be evaluated`] : []),
    ...(waiting > 0 ? [`${waiting} not evaluated in this time`] : []),
  ].join(', ');
  // What could not be evaluated in the time there was is no fault of anybody.
  return judgement(
    'rules',
    ok || (scene.isFinal && isLoaded && failing === 0),
    detail,
    scene.isFinal || ok ? faults : [],
    ok,
  );
}

/** The groups of the files that a Prometheus loads itself, each with its file. */
function ownGroups({ ruleFiles, groups }: Prometheus): { group: RuleGroup; file: FoundFile }[] {
  const files = new Map(ruleFiles.flatMap(({ found }) => found).map((file) => [file.target, file]));
  return [...files.values()].flatMap((file) =>
    groups
      .filter((group) => group.file.path === file.path && group.file.node.path.length === 0)
      .map((group) => ({ group, file })),
  );
}

function notLoaded(group: RuleGroup, prometheus: Prometheus): LookFault {
  return {
    kind: 'rule-not-loaded',
    at: { node: child(group.node, 'name') },
    message: `Prometheus "${prometheus.name}" did not load the group "${group.name}": none of its rules is evaluated`,
    help: "Prometheus's log says what it has against the file",
    ...(prometheus.container === undefined ? {} : { service: prometheus.container.service.name }),
  };
}

/** Rule files that no Prometheus of the repository loads. */
function idleFaults({ system }: Scene): LookFault[] {
  const files = new Map(
    promqlGroups(system)
      .filter((group) => serversOf(system, group).length === 0 && group.file.node.path.length === 0)
      .map((group) => [group.file.path, group]),
  );
  return [...files].map(([path, { node }]) => ({
    kind: 'rule-not-loaded',
    at: startOf(node.doc.source),
    message: `the Prometheus that was booted knows none of the rules of "${path}"`,
    help: 'add the file to rule_files, and mount it',
    severity: 'warning',
    isSeenWithout: true,
  }));
}

const failed = (rule: Rule, { error }: LoadedRule): LookFault => ({
  kind: 'rule-fails',
  at: { node: rule.expr?.node ?? rule.node },
  message: `Prometheus cannot evaluate the ${rule.kind === 'alert' ? 'alert' : 'recording rule'} "${rule.name}": ${error.slice(0, 300)}`,
  help:
    rule.kind === 'alert'
      ? 'an alert that cannot be evaluated never fires'
      : 'nothing is recorded while it cannot be evaluated',
});
