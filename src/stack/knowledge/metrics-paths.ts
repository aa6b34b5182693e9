import type { Files } from '../../repo/files.ts';
import { below } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import { type Container, flagValues } from '../container.ts';
import type { ImageFacts } from './images.ts';

/** Where services answer with metrics, with where that is written. */
export interface MetricsPaths {
  /** The first is the one that is meant when nothing else is said. */
  readonly paths: readonly string[];
  /** In words, for a message. */
  readonly who: string;
}

/** Paths by which exporters of several targets are asked for one of them (each project's README). */
const MULTI_TARGET = ['/metrics', '/probe', '/scrape', '/snmp'];

/** Images that answer elsewhere than at `/metrics`, or at more paths (each project's documentation on its metrics). */
const BY_IMAGE: Readonly<Record<string, readonly string[]>> = {
  'minio/minio': [
    '/minio/v2/metrics/cluster',
    '/minio/v2/metrics/node',
    '/minio/v2/metrics/bucket',
    '/minio/v2/metrics/resource',
    '/minio/prometheus/metrics',
    '/minio/metrics/v3',
  ],
  'redpandadata/redpanda': ['/public_metrics', '/metrics'],
  'vectorized/redpanda': ['/public_metrics', '/metrics'],
  'hashicorp/vault': ['/v1/sys/metrics'],
  'hashicorp/consul': ['/v1/agent/metrics'],
  rabbitmq: ['/metrics', '/metrics/per-object', '/metrics/detailed', '/metrics/memory-breakdown'],
};

/** Flags that move the path, or all paths. */
const PATH_FLAGS = [
  'web.telemetry-path',
  'web.route-prefix',
  'web.external-url',
  'http.pathPrefix',
  'prometheus_endpoint',
  'telemetry.path',
  'metrics-path',
];

/** Where a container answers with metrics; undefined where that is not known. */
export function metricsPathsOf(container: Container, files: Files): MetricsPaths | undefined {
  const { image, facts, args, env, service } = container;
  if (PATH_FLAGS.some((flag) => flagValues(args, flag).length > 0)) return undefined;
  if (
    [...env.keys()].some(
      (name) =>
        /PATH|PREFIX|CONTEXT|BASE_URL|ROOT_URL/.test(name) &&
        /METRIC|TELEMETRY|WEB|SERVER|MANAGEMENT/.test(name),
    )
  )
    return undefined;
  if (image !== undefined && service.build === undefined && Object.hasOwn(BY_IMAGE, image))
    return { paths: BY_IMAGE[image] ?? [], who: image };
  if (facts?.role === 'exporter' && service.build === undefined && facts.portsAreAll)
    return { paths: MULTI_TARGET, who: image ?? service.name };
  if (facts !== undefined && service.build === undefined && isPlain(container, files)) {
    const own = BY_ROLE[facts.role];
    if (own !== undefined) return { paths: own, who: image ?? service.name };
  }
  return springPaths(container, files);
}

/** Where monitoring itself answers; a Prometheus gives to another one at `/federate`. */
const BY_ROLE: Readonly<Partial<Record<ImageFacts['role'], readonly string[]>>> = {
  prometheus: ['/metrics', '/federate'],
  alertmanager: ['/metrics'],
  grafana: ['/metrics'],
};

/** Whether no configuration of its own may serve everything below another path (`root_url` of Grafana). */
const isPlain = ({ at, facts }: Container, files: Files): boolean => {
  if (facts?.role !== 'grafana') return true;
  const standing = at('/etc/grafana/grafana.ini');
  if (standing.state !== 'file') return standing.state === 'image';
  const text = files.repo.text(standing.path);
  return isReadable(text) && !/^[ \t]*(?:root_url|serve_from_sub_path)[ \t]*=/m.test(text.text);
};

/**
 * Spring Boot answers at `/actuator/prometheus`, when its registry for Prometheus is built in and nothing
 * moves it (Spring Boot documentation, "Actuator", "Prometheus").
 */
function springPaths({ service, env }: Container, files: Files): MetricsPaths | undefined {
  const context = service.build?.context;
  if (context === undefined || context === '') return undefined;
  const texts = (wanted: RegExp): string[] =>
    files.repo.paths
      .filter((path) => below(context, path) !== undefined && wanted.test(path))
      .flatMap((path) => {
        const text = files.repo.text(path);
        return isReadable(text) ? [text.text] : [];
      });
  const builds = texts(/(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/);
  const isSpring = builds.some(
    (text) => text.includes('micrometer-registry-prometheus') && text.includes('spring-boot'),
  );
  if (!isSpring) return undefined;
  const settings = [...texts(/(?:^|\/)(?:application|bootstrap)[^/]*\.(?:ya?ml|properties)$/), ...env.keys()];
  const isMoved = settings.some((text) =>
    /base-path|path-mapping|context-path|BASEPATH|PATHMAPPING|spring\.config\.import|cloud\.config/i.test(
      text,
    ),
  );
  return isMoved ? undefined : { paths: ['/actuator/prometheus'], who: 'Spring Boot' };
}
