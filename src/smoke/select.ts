import type { SmokeConfig } from '../config/config.ts';
import { dirname } from '../repo/path.ts';
import type { Container } from '../stack/container.ts';
import type { Role } from '../stack/knowledge/images.ts';
import type { Stack, System } from '../stack/system.ts';
import { nearest } from '../words.ts';
import type { SmokeServices } from './outcome.ts';

/** The stack that is booted, by the compose files that `docker compose` is given. */
export interface Booted {
  readonly stack: Stack;
  /** In the repository, the lowest first. */
  readonly paths: readonly string[];
}

/** Services that are there to watch others. */
const MONITORING: ReadonlySet<Role> = new Set([
  'prometheus',
  'vmalert',
  'alertmanager',
  'grafana',
  'loki',
  'promtail',
  'tempo',
  'alloy',
  'otel-collector',
  'pushgateway',
  'exporter',
]);

export const isMonitoring = ({ facts }: Container): boolean =>
  facts !== undefined && MONITORING.has(facts.role);

/**
 * The stack to boot: the one that the configuration names, else the first that runs a Prometheus, else
 * the first that runs any monitoring. Files beside it that run with it are booted with it.
 */
export function chooseStack(system: System, config: SmokeConfig): Booted | undefined {
  const composed = system.stacks.filter(({ project }) => project !== undefined);
  const named = config.compose.length > 0;
  const stack = named
    ? composed.find(({ project }) => project?.paths.join('\0') === config.compose.join('\0'))
    : (composed.find(({ prometheuses }) => prometheuses.length > 0) ??
      composed.find(({ containers }) => containers.some(isMonitoring)));
  if (stack?.project === undefined) return undefined;
  const { project } = stack;
  // Relative paths count from the first file's folder: files of other folders would mean other places.
  const beside = named
    ? []
    : stack.beside.filter(({ paths }) => paths.every((path) => dirname(path) === project.folder));
  return { stack, paths: [...new Set([project, ...beside].flatMap(({ paths }) => paths))] };
}

/** A service of the effective configuration, as far as choosing it needs. */
export interface Choosable {
  readonly dependsOn: readonly string[];
}

/** The services to boot, with everything that they wait for. A text says which name is unknown. */
export function chooseServices(
  wanted: SmokeServices,
  services: ReadonlyMap<string, Choosable>,
  stack: Stack,
): ReadonlySet<string> | string {
  const monitoring = (): string[] =>
    [...services.keys()].filter((name) =>
      stack.containers.some((container) => container.service.name === name && isMonitoring(container)),
    );
  const first = wanted === 'all' ? [...services.keys()] : wanted === 'auto' ? monitoring() : wanted;
  const chosen = new Set<string>();
  const open = [...first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const service = services.get(name);
    if (service === undefined) {
      if (!first.includes(name)) continue;
      const close = nearest(name, services.keys());
      return `there is no service "${name}" to boot${close === undefined ? '' : `; did you mean "${close}"?`}`;
    }
    if (chosen.has(name)) continue;
    chosen.add(name);
    open.push(...service.dependsOn);
  }
  return chosen;
}
