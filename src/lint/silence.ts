import picomatch from 'picomatch';
import type { Config, Ignore } from '../config/config.ts';
import type { Place } from '../repo/node.ts';
import { isMatchable } from '../repo/repository.ts';
import type { SourceText } from '../repo/text.ts';
import type { System } from '../stack/system.ts';
import type { Finding } from './finding.ts';

/** Something that silences findings: a comment in the file, or an entry of the configuration. */
interface Silence {
  readonly rules: readonly string[];
  readonly place: Place;
  readonly until: string | undefined;
  /** Whether it speaks of a finding, its date aside. */
  covers(finding: Finding): boolean;
}

export interface Silenced {
  readonly findings: readonly Finding[];
  /** Those that are left out because of another, and that nobody has silenced. */
  readonly following: readonly Finding[];
  /** How many were silenced. */
  readonly count: number;
  /** Silences that silence nothing, or no longer. */
  readonly idle: readonly {
    readonly place: Place;
    readonly rules: readonly string[];
    readonly why: string;
  }[];
}

const COMMENT = /monitoring-check:\s*(ignore|ignore-file)\[([^\]]*)\]([^\r\n]*)/g;

/**
 * Takes away the findings that somebody has silenced. `following` are those that are left out because of
 * another, whose silences wait for them. `today` is a date such as 2027-01-31.
 */
export function silence(
  findings: readonly Finding[],
  following: readonly Finding[],
  texts: readonly SourceText[],
  config: Config,
  system: System,
  today: string,
): Silenced {
  const silences = [...texts.flatMap(commentsIn), ...config.ignore.map((entry) => configured(entry, system))];
  const used = new Set<Silence>();
  const isSilenced = (finding: Finding): boolean => {
    const active = silences.filter(
      (one) =>
        !isOver(one, today) &&
        one.rules.some((rule) => ruleMatches(rule, finding.rule)) &&
        one.covers(finding),
    );
    for (const one of active) used.add(one);
    return active.length > 0;
  };
  const left = findings.filter((finding) => !isSilenced(finding));
  const leftFollowing = following.filter((finding) => !isSilenced(finding));
  const idle = silences
    .filter((one) => !used.has(one))
    .map((one) => ({
      place: one.place,
      rules: one.rules,
      why: isOver(one, today) ? `it ended on ${one.until}` : 'it silences nothing here',
    }));
  return { findings: left, following: leftFollowing, count: findings.length - left.length, idle };
}

const isOver = ({ until }: Silence, today: string): boolean => until !== undefined && until < today;

/** Whether a rule's id, or `area/*`, names a rule. */
export const ruleMatches = (pattern: string, rule: string): boolean =>
  pattern === rule || pattern === '*' || (pattern.endsWith('/*') && rule.startsWith(pattern.slice(0, -1)));

/** Comments that silence the findings on their own line, on the next line with content, or in the file. */
function commentsIn(source: SourceText): Silence[] {
  return [...source.text.matchAll(COMMENT)].map((match) => {
    const [whole, scope, rules = '', rest = ''] = match;
    const line = source.position(match.index).line;
    const target = scope === 'ignore-file' ? undefined : targetLine(source, match.index, line);
    return {
      rules: rules
        .split(',')
        .map((rule) => rule.trim())
        .filter(Boolean),
      place: { source, span: { start: match.index, end: match.index + whole.trimEnd().length } },
      until: /\buntil=(\d{4}-\d{2}-\d{2})\b/.exec(rest)?.[1],
      covers: ({ at }) =>
        at.file === source.path &&
        (target === undefined || at.start.line === target || at.start.line === line),
    };
  });
}

/** A comment behind something speaks of its own line; one alone on its line of the next that is no comment. */
function targetLine(source: SourceText, offset: number, line: number): number {
  const start = source.text.lastIndexOf('\n', offset) + 1;
  if (/[^\s#/;<!-]/.test(source.text.slice(start, offset))) return line;
  const following = source.text
    .slice(offset)
    .split(/\r\n|\r|\n/)
    .slice(1);
  const next = following.findIndex((text) => !/^\s*(?:#.*)?$/.test(text));
  return next < 0 ? line : line + 1 + next;
}

/** Choices that follow one another multiply. */
const MOST_CHOICES = 3;

/** A matcher of files; a glob that would take time without end, as no person writes one, matches none. */
const fileMatcher = (glob: string): ((path: string) => boolean) =>
  isMatchable(glob) && (glob.match(/[({]/g) ?? []).length <= MOST_CHOICES
    ? picomatch(glob, { dot: true, noextglob: true })
    : () => false;

function configured(entry: Ignore, system: System): Silence {
  const inFile = entry.file === undefined ? undefined : fileMatcher(entry.file);
  const dashboards =
    entry.dashboard === undefined
      ? undefined
      : system.dashboards.filter(({ uid }) => uid === entry.dashboard);
  return {
    rules: [entry.rule],
    place: { node: entry.node },
    until: entry.until,
    covers(finding) {
      if (inFile !== undefined && !inFile(finding.at.file)) return false;
      if (dashboards === undefined) return true;
      return dashboards.some((dashboard) => {
        if (dashboard.file.path !== finding.at.file) return false;
        if (entry.panel === undefined) return true;
        return dashboard.panels.some(({ id, node }) => {
          const span = node.doc.span(node.index, node.path, 'value');
          return id === entry.panel && finding.at.span.start >= span.start && finding.at.span.end <= span.end;
        });
      });
    },
  };
}
