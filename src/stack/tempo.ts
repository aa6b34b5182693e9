import { child, exists, isFields, type Node } from '../repo/node.ts';
import { type Program, portSetting, programs, setting } from './configured.ts';
import { type Receiver, readReceivers } from './receivers.ts';
import type { System } from './system.ts';
import { isAtLeast, versionOf } from './version.ts';

/** Tempo, as its configuration and flags tell (Tempo documentation, "Configure Tempo"). */
export interface Tempo extends Program {
  /** Undefined when it is not known. */
  readonly httpPort: number | undefined;
  readonly grpcPort: number | undefined;
  readonly receivers: readonly Receiver[];
  /** Whether `receivers` are all that it has. */
  readonly isComplete: boolean;
  /** Where it is written how long blocks are kept; undefined where it is not. */
  readonly retention: Node | undefined;
}

/** Every Tempo of the system. */
export const tempos = (system: System): Tempo[] => programs(system, 'tempo', 'tempo').map(readTempo);

/** Where retention is set: by the compactor before version 3, by the worker since, or for tenants. */
const RETENTION = [
  ['compactor', 'compaction', 'block_retention'],
  ['backend_worker', 'compaction', 'block_retention'],
  ['overrides', 'defaults', 'compaction', 'block_retention'],
  ['overrides', 'block_retention'],
] as const;

/** Reads what is asked of a Tempo. */
export function readTempo(program: Program): Tempo {
  const { config, container } = program;
  const version = container && versionOf(container);
  // Before 2.8 the server's own default was port 80.
  const httpDefault = isAtLeast(version, 2, 8) ? 3200 : undefined;
  const receivers = config && child(config, 'distributor', 'receivers');
  return {
    ...program,
    httpPort: portSetting(program, httpDefault, 'server.http-listen-port', 'server', 'http_listen_port'),
    grpcPort: portSetting(program, 9095, 'server.grpc-listen-port', 'server', 'grpc_listen_port'),
    receivers: receivers ? readReceivers(receivers, isAtLeast(version, 2, 7)) : [],
    isComplete: receivers !== undefined && (isFields(receivers.value) || !exists(receivers)),
    retention: config && RETENTION.map((keys) => child(config, ...keys)).find(exists),
  };
}

/** A Tempo's target, such as `all`; several of them share the work of one. */
export const targetOf = (tempo: Tempo): string => setting(tempo, 'target', 'target') ?? 'all';
