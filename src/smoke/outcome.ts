import type { Severity } from '../config/config.ts';
import type { Place } from '../repo/node.ts';

/** Which services to boot: the monitoring ones with what they depend on, every one, or those named. */
export type SmokeServices = 'auto' | 'all' | readonly string[];

/** A smoke boot as it is asked for. */
export interface SmokeRequest {
  /** Undefined: as the configuration says. */
  readonly services: SmokeServices | undefined;
  /**
   * Whether the boot itself was asked for: what keeps it from being done is then an error of the run.
   * Otherwise it is only said.
   */
  readonly isDemanded: boolean;
  /** Whether the stack may reach the host: mounts from outside, privileges, the host's namespaces. */
  readonly allowsHostAccess: boolean;
  /** How long the boot may take, in seconds; undefined: as the configuration says. */
  readonly timeout: number | undefined;
  /** The folder of the repository, absolute. */
  readonly root: string;
  /** Where the logs of what failed are written; undefined: nowhere. */
  readonly logFolder: string | undefined;
  /** Called with what is being done, and for how long it has been, in seconds. */
  readonly onProgress: (what: string, seconds: number) => void;
}

/** What is wrong, by the rule that reports it: `smoke/` and one of these. */
export const FAULTS = [
  'not-booted',
  'host-access',
  'network-missing',
  'container-fails',
  'not-ready',
  'target-down',
  'rule-not-loaded',
  'rule-fails',
  'alertmanager-unreached',
  'config-not-loaded',
  'datasource-fails',
  'dashboard-missing',
  'series-absent',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Something that the boot found wrong. */
export interface Fault {
  readonly kind: FaultKind;
  /** What would mend it is there. */
  readonly at: Place;
  readonly message: string;
  readonly help?: string;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  /** Another than the rule's own, where it hurts less. */
  readonly severity?: Severity;
  /** Whether a rule that needs no boot finds the same at this place, and one finding is enough. */
  readonly isSeenWithout?: boolean;
}

/** One thing that was looked at. */
export interface Look {
  readonly look: LookName;
  readonly ok: boolean;
  /** In one line. */
  readonly detail: string;
}

/** What is looked at, in this order. */
export const LOOKS = [
  'containers',
  'prometheus',
  'targets',
  'rules',
  'alertmanager',
  'grafana',
  'datasources',
  'dashboards',
  'loki',
  'tempo',
  'series',
] as const;
export type LookName = (typeof LOOKS)[number];

/** Whether a series that a selector of the repository selects is there now. */
export interface SeriesLook {
  /** The selector that was asked for: without the matchers that hold a variable of Grafana's. */
  readonly selector: string;
  readonly place: Place;
  readonly isPresent: boolean;
}

/** The last lines of a container that failed. */
export interface ServiceLog {
  readonly service: string;
  readonly text: string;
}

/** What a smoke boot found. */
export interface SmokeOutcome {
  /** The project's name as compose gives it; empty where there is none to boot. */
  readonly project: string;
  /** Whether the boot itself was asked for, so that it not being done is an error of the run. */
  readonly isDemanded: boolean;
  /** Whether the stack was started, sick or not. */
  readonly isBooted: boolean;
  /** Why it was not booted, in one line. */
  readonly reason: string | undefined;
  readonly looks: readonly Look[];
  readonly series: readonly SeriesLook[];
  readonly faults: readonly Fault[];
  readonly logs: readonly ServiceLog[];
}

/** What a boot found, with every text that programs printed passed through `hide`. */
export const masked = (outcome: SmokeOutcome, hide: (text: string) => string): SmokeOutcome => ({
  ...outcome,
  reason: outcome.reason === undefined ? undefined : hide(outcome.reason),
  looks: outcome.looks.map((look) => ({ ...look, detail: hide(look.detail) })),
  faults: outcome.faults.map((fault) => ({
    ...fault,
    message: hide(fault.message),
    related: (fault.related ?? []).map((other) => ({ ...other, message: hide(other.message) })),
  })),
  logs: outcome.logs.map((log) => ({ ...log, text: hide(log.text) })),
});

/** Whether a boot was asked for by itself, and was not done: the run could not do what it should. */
export const isRefused = (outcome: SmokeOutcome | undefined): outcome is SmokeOutcome =>
  outcome?.isDemanded === true && !outcome.isBooted;

/** A boot that was not done. Where it was only tried because it could be, its faults are no more than notices. */
export const notBooted = (
  reason: string,
  isDemanded: boolean,
  { project = '', faults = [] }: { project?: string; faults?: readonly Fault[] } = {},
): SmokeOutcome => ({
  project,
  isDemanded,
  isBooted: false,
  reason,
  looks: [],
  series: [],
  faults: isDemanded ? faults : faults.map((fault) => ({ ...fault, severity: 'notice' })),
  logs: [],
});
