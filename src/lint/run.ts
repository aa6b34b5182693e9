import type { Config, Severity, SeverityOrOff } from '../config/config.ts';
import { append } from '../multimap.ts';
import { onceEach } from '../once.ts';
import { isReadable } from '../repo/repository.ts';
import type { SourceText } from '../repo/text.ts';
import type { System } from '../stack/system.ts';
import { nearest } from '../words.ts';
import { byPlace, bySeverity, type Finding, findingPlace, isWorse, toFinding } from './finding.ts';
import { maskSecrets } from './mask.ts';
import type { Report, Rule, RuleContext } from './rule.ts';
import { ruleMatches, silence } from './silence.ts';

/** The rule under which silences that silence nothing are reported. */
export const IDLE_SILENCE = 'silences/idle';

export interface LintOptions {
  readonly rules: readonly Rule[];
  /** Severities that the command line gives, over those of the configuration. */
  readonly severities: ReadonlyMap<string, SeverityOrOff>;
  /** Today's date, for silences that end, as 2027-01-31. */
  readonly today: string;
  /** Called with each rule's time, in milliseconds. */
  readonly onTimed?: (rule: string, milliseconds: number) => void;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  readonly suppressed: number;
}

/** Runs the rules over the system and takes away what is doubled, follows from something else, or is silenced. */
export function lint(subject: Omit<RuleContext, 'report'>, options: LintOptions): LintResult {
  const { system, config } = subject;
  const reports: Reported[] = [];
  for (const rule of options.rules) {
    const severity = severityOf(rule, config, options.severities);
    if (severity === 'off') continue;
    const isAsked = isConfigured(rule.id, config, options.severities);
    const start = performance.now();
    rule.check({
      ...subject,
      report(report) {
        const confidence = report.confidence ?? rule.confidence;
        if (confidence !== 'high' && config.preset === 'recommended' && !isAsked) return;
        const own = isAsked ? severity : (report.severity ?? severity);
        reports.push({ finding: toFinding(report, rule.id, own, confidence), report, isAsked });
      },
    });
    options.onTimed?.(rule.id, performance.now() - start);
  }
  const following = causes(withoutDoubles(reports));
  const silenced = silence(
    [...following.keys()],
    [...following.values()].flat(),
    silencingTexts(system),
    config,
    system,
    options.today,
  );
  // What stands in a file that cannot be read as it is meant may be what is silenced.
  const idle = silenced.findings.some((finding) => isUnread(finding, system))
    ? []
    : idleFindings(silenced.idle, config, options);
  const told = silenced.findings.map((finding) =>
    withFollowing(
      finding,
      (following.get(finding) ?? []).filter((other) => silenced.following.includes(other)),
    ),
  );
  const findings = maskSecrets([...told, ...idle], system.files);
  return { findings: findings.sort(byPlace), suppressed: silenced.count };
}

/** More than these of what follows from a cause would hide it. */
const MOST_FOLLOWING = 3;

/** A finding with the worst of what follows from it among the places that belong to it. */
const withFollowing = (finding: Finding, following: readonly Finding[]): Finding => ({
  ...finding,
  related: [
    ...finding.related,
    ...following
      .toSorted(bySeverity)
      .slice(0, MOST_FOLLOWING)
      .map(({ at, message }) => ({ at, message: `because of it: ${message}` })),
  ],
});

/** Whether a finding says that a file does not parse. */
const isUnread = ({ rule, at }: Finding, { files }: System): boolean =>
  ruleMatches('syntax/*', rule) && files.faulty.some(({ source }) => source.file.path === at.file);

function isConfigured(rule: string, config: Config, given: LintOptions['severities']): boolean {
  return [...given.keys(), ...config.rules.keys()].some((pattern) => ruleMatches(pattern, rule));
}

/** A rule's severity: what the command line, else the configuration, else the preset says; the most exact key wins. */
function severityOf(rule: Rule, config: Config, given: LintOptions['severities']): SeverityOrOff {
  const own = given.get(rule.id) ?? config.rules.get(rule.id)?.severity;
  if (own !== undefined) return own;
  const area = `${rule.id.split('/')[0]}/*`;
  const ofArea = given.get(area) ?? config.rules.get(area)?.severity;
  if (ofArea !== undefined && (ofArea === 'off' || isOn(rule, config))) return ofArea;
  return isOn(rule, config) ? rule.severity : 'off';
}

const isOn = (rule: Rule, config: Config): boolean =>
  rule.preset === 'recommended' || config.preset === 'strict';

/** Stacks that share files find the same thing in them more than once. */
function withoutDoubles(reports: readonly Reported[]): Reported[] {
  const seen = new Set<string>();
  return reports.filter(({ finding }) => {
    const { rule, message, at } = finding;
    const key = `${rule}\0${at.file}\0${at.span.start}\0${at.span.end}\0${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

interface Reported {
  readonly finding: Finding;
  readonly report: Report;
  /** Whether the user gave the rule's severity. */
  readonly isAsked: boolean;
}

/**
 * The findings that stand, each with those that are left out because they follow from it: another rule found
 * their cause at one of the places that they name. The cause is then as severe as
 * the worst that follows from it, unless the user gave its severity: it must not hide what is worse.
 */
function causes(reports: readonly Reported[]): ReadonlyMap<Finding, readonly Finding[]> {
  const byFile = new Map<string, Reported[]>();
  for (const reported of reports) append(byFile, reported.finding.at.file, reported);
  const rules = [...new Set(reports.map(({ finding }) => finding.rule))];
  const isSaidBy = onceEach((by) => rules.some((rule) => ruleMatches(by, rule)));
  const causesOf = ({ finding, report }: Reported): Reported[] =>
    (report.followsFrom ?? []).flatMap((origin) => {
      const { place, by } = 'by' in origin ? origin : { place: origin, by: '*' };
      // Where a place is takes more time than who speaks at all.
      if (!isSaidBy(by)) return [];
      const { file, start, end, span } = findingPlace(place);
      return (byFile.get(file) ?? []).filter(({ finding: cause }) => {
        const { at } = cause;
        if (cause.rule === finding.rule || !ruleMatches(by, cause.rule)) return false;
        if (at.start.line < start.line || at.start.line > end.line) return false;
        // What stands beside the place in its line, such as another key of a flow map, may be about another thing:
        // what is less bad explains nothing then.
        const isThere =
          at.span.start === span.start || (at.span.start < span.end && span.start < at.span.end);
        return isThere || !isWorse(finding, cause);
      });
    });
  const known = new Map<Reported, Reported | undefined>();
  /** The first cause of a finding: itself for one that stands, undefined while that is being worked out. */
  const rootOf = (reported: Reported): Reported | undefined => {
    if (known.has(reported)) return known.get(reported);
    // Of two that would follow from one another, the one that is asked last stands.
    known.set(reported, undefined);
    const root = causesOf(reported)
      .map(rootOf)
      .find((cause) => cause && !(cause.isAsked && isWorse(reported.finding, cause.finding)));
    known.set(reported, root ?? reported);
    return root ?? reported;
  };
  const worst = new Map<Reported, Severity>();
  for (const reported of reports) {
    const root = rootOf(reported) ?? reported;
    const severity = worst.get(root) ?? root.finding.severity;
    worst.set(root, isWorse(reported.finding, { severity }) ? reported.finding.severity : severity);
  }
  const following = new Map<Reported, Finding[]>();
  for (const reported of reports) {
    const root = rootOf(reported) ?? reported;
    if (root !== reported) append(following, root, reported.finding);
  }
  return new Map(
    reports
      .filter((reported) => rootOf(reported) === reported)
      .map((reported) => [
        { ...reported.finding, severity: worst.get(reported) ?? reported.finding.severity },
        following.get(reported) ?? [],
      ]),
  );
}

/** Texts that may hold a silencing comment. */
function silencingTexts(system: System): SourceText[] {
  const { repo } = system.files;
  const paths = new Set(system.files.all.map(({ path }) => path));
  for (const path of repo.paths)
    if (/(?:^|\/)(?:Dockerfile[^/]*|[^/]*\.(?:Dockerfile|alloy|ini)|\.env)$/.test(path)) paths.add(path);
  return [...paths].flatMap((path) => {
    const text = repo.text(path);
    return isReadable(text) && text.text.includes('monitoring-check:') ? [text] : [];
  });
}

function idleFindings(
  idle: ReturnType<typeof silence>['idle'],
  config: Config,
  options: LintOptions,
): Finding[] {
  const severity: SeverityOrOff =
    options.severities.get(IDLE_SILENCE) ?? config.rules.get(IDLE_SILENCE)?.severity ?? 'warning';
  if (severity === 'off') return [];
  const known = options.rules.map(({ id }) => id);
  return idle.map(({ place, rules, why }) => {
    const unknown = rules.find(
      (rule) => !rule.includes('*') && rule !== IDLE_SILENCE && !known.includes(rule),
    );
    const close = unknown === undefined ? undefined : nearest(unknown, known);
    const report: Report = {
      at: place,
      message:
        unknown === undefined
          ? `the silence of ${rules.join(', ')} is idle: ${why}`
          : `there is no rule "${unknown}" to silence`,
      help:
        unknown === undefined
          ? 'remove it, so that it does not hide a later fault'
          : close
            ? `did you mean "${close}"?`
            : 'monitoring-check rules lists them',
    };
    return toFinding(report, IDLE_SILENCE, severity as Severity, 'high');
  });
}
