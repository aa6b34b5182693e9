import type { Files } from '../../repo/files.ts';
import { below } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import { type Container, flagValues } from '../container.ts';

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
        /METRIC|TELEMETRY|WEB|SERVER|MANAGEMENT|GF_/.test(name),
    )
  )
    return undefined;
  if (image !== undefined && service.build === undefined && Object.hasOwn(BY_IMAGE, image))
    return { paths: BY_IMAGE[image] ?? [], who: image };
  if (facts?.role === 'exporter' && service.build === undefined && facts.portsAreAll)
    return { paths: MULTI_TARGET, who: image ?? service.name };
  return springPaths(container, files);
}

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
