import type { Container } from '../../stack/container.ts';
import type { Prometheus } from '../../stack/prometheus.ts';
import { prefixOf } from '../../stack/served-path.ts';
import { ask } from '../http.lazy.ts';
import { baseUrl, portFrom } from './address.ts';
import { placeOfService } from './log-place.ts';
import { isUp, type Judgement, judgement, type Scene } from './look.ts';

/** A Prometheus that is looked at, with where it answers. */
export interface AskedPrometheus {
  readonly prometheus: Prometheus;
  readonly container: Container;
  readonly url: string;
}

/** The Prometheus servers of the stack that run, as far as they can be reached. */
export const askedPrometheuses = (scene: Scene): AskedPrometheus[] =>
  scene.stack.prometheuses.flatMap((prometheus) => {
    const { container, kind } = prometheus;
    if (kind !== 'prometheus' || !isUp(scene, container)) return [];
    const url = baseUrl(scene, container, prometheusPort(container), prefixOf(container));
    return url === undefined ? [] : [{ prometheus, container, url }];
  });

export const prometheusPort = (container: Container): number =>
  portFrom(container, 'web.listen-address', 9090);

/** Looks whether each Prometheus is ready; undefined where none was booted. */
export async function lookAtPrometheus(scene: Scene): Promise<Judgement | undefined> {
  const asked = askedPrometheuses(scene);
  if (asked.length === 0) return undefined;
  const answers = await Promise.all(asked.map(({ url }) => ask(`${url}/-/ready`)));
  const notReady = asked.filter((_, index) => !isReady(answers[index]?.status));
  return judgement(
    'prometheus',
    notReady.length === 0,
    notReady.length === 0 ? 'ready' : `"${notReady[0]?.container.service.name}" is not ready`,
    notReady.map(({ container }) => ({
      kind: 'not-ready',
      at: placeOfService(container),
      message: `Prometheus "${container.service.name}" is up and never gets ready: it evaluates no rule`,
      help: 'its log says what it waits for, such as replaying a write-ahead log',
      service: container.service.name,
    })),
  );
}

/** Whether a program says that it is ready; one that asks for a password is there. */
export const isReady = (status: number | undefined): boolean =>
  status !== undefined && ((status >= 200 && status < 300) || status === 401 || status === 403);
