import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** One boot: what it makes bears its labels, so that it, or the next one, can take away exactly that. */
export interface Run {
  /** Made at random: no two boots share it. */
  readonly id: string;
  /** The compose project's name. */
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** On everything that a boot makes: the boot's id. */
export const RUN_LABEL = 'monitoring-check.run';
/** Which process made it: the machine, the process and when that was started. */
const OWNER_LABEL = 'monitoring-check.owner';
/** When it may be taken away by anybody, in seconds since 1970. */
const UNTIL_LABEL = 'monitoring-check.until';

/** Names a new boot of this process that ends in `seconds` at the latest. */
export function newRun(seconds: number): Run {
  const id = randomBytes(5).toString('hex');
  const until = Math.ceil(Date.now() / 1000 + seconds);
  return {
    id,
    project: `monitoring-check-${id}`,
    labels: {
      [RUN_LABEL]: id,
      [OWNER_LABEL]: `${machine()}/${process.pid}/${startOfProcess(process.pid) ?? ''}`,
      [UNTIL_LABEL]: String(until),
    },
  };
}

/** Whether what bears these labels was left behind: its maker is gone, or should have been long ago. */
export function isAbandoned(labels: Readonly<Record<string, string>>, now = Date.now()): boolean {
  const [host, pid, start] = (labels[OWNER_LABEL] ?? '').split('/');
  if (host === machine() && pid !== undefined && /^\d+$/.test(pid))
    return !isRunning(Number(pid)) || (start !== '' && startOfProcess(Number(pid)) !== start);
  // The maker is out of sight: on another machine, or in a container of its own.
  const until = Number(labels[UNTIL_LABEL]);
  return Number.isFinite(until) && now / 1000 > until;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The space in which a process id means one process: this boot of this machine, and its set of processes. */
function machine(): string {
  return [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    read(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')),
  ]
    .join('-')
    .replaceAll('/', '-');
}

/** When a process was started, in ticks since the machine's start; undefined where that is not told. */
function startOfProcess(pid: number): string | undefined {
  // The name, in brackets, may hold blanks: the fields are counted from behind it (proc(5), "stat").
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function read(what: () => string): string {
  try {
    return what();
  } catch {
    // Other systems than Linux do not have it.
    return '';
  }
}
