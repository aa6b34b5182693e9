import { LINKS } from '../config/config.ts';
import type { Chain } from '../coverage/chain.ts';
import { plainJson } from '../hidden-characters.ts';
import { byPlace, type FindingPlace, findingPlace } from '../lint/finding.ts';
import type { ResolvedEdit } from '../lint/fix.ts';
import { hiderOf } from '../lint/mask.ts';
import { child, type Place } from '../repo/node.ts';
import type { CheckResult } from '../result.ts';
import type { DrilledAlert } from '../verify/drill/drill.ts';
import type { ToolRun } from '../verify/verification.ts';
import { type JsonSmoke, jsonSmoke } from './smoke-json.ts';

/** The report for programs: its shape is `schemas/report.schema.json`, and changes only with `version`. */
export interface JsonReport {
  readonly version: 1;
  readonly root: '.';
  readonly files: number;
  readonly summary: {
    readonly error: number;
    readonly warning: number;
    readonly notice: number;
    readonly suppressed: number;
  };
  readonly findings: readonly JsonFinding[];
  readonly paths: readonly JsonPath[];
  readonly tools: { readonly promtool: ToolRun; readonly amtool: ToolRun; readonly compose: ToolRun };
  readonly drill: { readonly alerts: readonly JsonDrilledAlert[] } | null;
  readonly smoke: JsonSmoke | null;
}

export interface JsonFinding {
  readonly rule: string;
  readonly severity: string;
  readonly confidence: string;
  readonly message: string;
  readonly help: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly related: readonly {
    readonly message: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
  }[];
  readonly fix?: { readonly edits: readonly JsonEdit[] };
}

/** A stretch of a file, and what stands there instead. */
export interface JsonEdit {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

export interface JsonPath {
  readonly name: string;
  readonly inferred: boolean;
  readonly links: Readonly<Record<string, JsonLink>>;
  readonly alerts: readonly {
    readonly name: string;
    readonly severity: string | null;
    readonly detectWithinSeconds: number;
    readonly notifyWithinSeconds: number | null;
  }[];
}

export interface JsonLink {
  readonly ok: boolean;
  readonly required: boolean;
  readonly proof: readonly { readonly file: string; readonly line: number; readonly what: string }[];
  readonly gap?: string;
}

export interface JsonDrilledAlert {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly result: string;
  /** Why it does not fire, or was not made to; null for one that fires. */
  readonly reason: string | null;
  readonly firesAfterSeconds: number | null;
  /** Null for one that was not made to fire: its quiet proves nothing. */
  readonly quietOnHealthy: boolean | null;
}

/** The report as data. */
export function jsonReport(result: CheckResult): JsonReport {
  const count = (severity: string): number =>
    result.findings.filter((finding) => finding.severity === severity).length;
  const hide = hiderOf(result.system.files);
  return {
    version: 1,
    root: '.',
    files: result.files,
    summary: {
      error: count('error'),
      warning: count('warning'),
      notice: count('notice'),
      suppressed: result.suppressed,
    },
    findings: [...result.findings]
      .sort(byPlace)
      .map(({ rule, severity, confidence, message, help, at, related, fix }) => ({
        rule,
        severity,
        confidence,
        message,
        help: help ?? null,
        file: at.file,
        line: at.start.line,
        column: at.start.column,
        endLine: at.end.line,
        endColumn: at.end.column,
        related: related.map((other) => ({
          message: other.message,
          ...start(other.at),
          column: other.at.start.column,
        })),
        ...jsonFix(fix, hide),
      })),
    paths: result.chains.map(jsonPath),
    tools: result.tools,
    drill: result.drill && { alerts: result.drill.map(jsonDrilled) },
    smoke: jsonSmoke(result.smoke),
  };
}

const jsonEdit = ({ file, start, end, text }: ResolvedEdit): JsonEdit => ({
  file,
  line: start.line,
  column: start.column,
  endLine: end.line,
  endColumn: end.column,
  text,
});

const start = (at: FindingPlace): { file: string; line: number } => ({ file: at.file, line: at.start.line });
const startOf = (place: Place): { file: string; line: number } => start(findingPlace(place));

function jsonDrilled({ rule, result, reason, verdict }: DrilledAlert): JsonDrilledAlert {
  return {
    name: rule.name,
    ...startOf({ node: child(rule.node, 'alert') }),
    result,
    reason: reason ?? null,
    firesAfterSeconds: verdict?.firesAfter ?? null,
    quietOnHealthy: result === 'fires' && verdict ? verdict.isQuiet : null,
  };
}

function jsonPath({ path, links, alerts, routings }: Chain): JsonPath {
  return {
    name: path.name,
    inferred: path.declared === undefined,
    links: Object.fromEntries(
      LINKS.map((name) => {
        const { state, required, proof, gap } = links[name];
        const link: JsonLink = {
          ok: state === 'proved',
          required: required !== 'off',
          proof: proof.map(({ place, what }) => ({ ...startOf(place), what })),
          ...(gap === undefined ? {} : { gap: state === 'unknown' ? `unknown: ${gap}` : gap }),
        };
        return [name, link];
      }),
    ),
    alerts: alerts.map((alert) => {
      const routing = routings.get(alert);
      return {
        name: alert.name,
        severity: alert.severity ?? null,
        detectWithinSeconds: alert.detection.total,
        notifyWithinSeconds: routing?.state === 'proved' ? alert.detection.total + routing.groupWait : null,
      };
    }),
  };
}

/** The edits of a fix; none where a secret stands in one of them, which only --fix itself may move. */
function jsonFix(
  fix: readonly ResolvedEdit[] | undefined,
  hide: (text: string) => string,
): Pick<JsonFinding, 'fix'> {
  if (fix === undefined || fix.some(({ text }) => hide(text) !== text)) return {};
  return { fix: { edits: fix.map(jsonEdit) } };
}

/** The report as it is written. */
export const jsonText = (report: JsonReport): string => plainJson(report);
