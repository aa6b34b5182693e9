import { child, items, type Node, textOf } from '../repo/node.ts';
import { type Program, portSetting, programs, setting } from './configured.ts';
import type { System } from './system.ts';

/** A period of Loki's storage schema. */
export interface SchemaPeriod {
  readonly node: Node;
  /** As 2024-04-01. */
  readonly from: string | undefined;
  readonly store: string | undefined;
  readonly objectStore: string | undefined;
  /** As v13. */
  readonly schema: string | undefined;
  readonly indexPeriod: string | undefined;
}

/** Loki, as its configuration and flags tell (Loki documentation, "Grafana Loki configuration parameters"). */
export interface Loki extends Program {
  /** Undefined when it is not known. */
  readonly httpPort: number | undefined;
  readonly grpcPort: number | undefined;
  /** Whether each request must name its tenant; undefined when that is not known. */
  readonly needsTenant: boolean | undefined;
  readonly schema: readonly SchemaPeriod[];
}

/** Every Loki of the system. */
export const lokis = (system: System): Loki[] => programs(system, 'loki', 'loki').map(readLoki);

/** Reads what is asked of a Loki. */
export function readLoki(program: Program): Loki {
  const { config } = program;
  const auth = setting(program, 'auth.enabled', 'auth_enabled');
  return {
    ...program,
    httpPort: portSetting(program, 3100, 'server.http-listen-port', 'server', 'http_listen_port'),
    grpcPort: portSetting(program, 9095, 'server.grpc-listen-port', 'server', 'grpc_listen_port'),
    // Loki asks for a tenant unless it is told not to.
    needsTenant: config === undefined ? undefined : auth === undefined ? true : auth !== 'false',
    schema: config
      ? items(child(config, 'schema_config', 'configs')).map((node) => ({
          node,
          from: dateOf(child(node, 'from')),
          store: textOf(child(node, 'store')),
          objectStore: textOf(child(node, 'object_store')),
          schema: textOf(child(node, 'schema')),
          indexPeriod: textOf(child(node, 'index', 'period')),
        }))
      : [],
  };
}

/** A date, which YAML may also have read as one of its own. */
function dateOf(node: Node): string | undefined {
  const text = node.value instanceof Date ? node.value.toISOString().slice(0, 10) : textOf(node);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}
