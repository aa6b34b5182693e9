import { programOf } from '../../stack/configured.ts';
import type { Container } from '../../stack/container.ts';
import { readLoki } from '../../stack/loki.ts';
import type { System } from '../../stack/system.ts';
import { readTempo } from '../../stack/tempo.ts';
import { ask } from '../http.lazy.ts';
import { baseUrl } from './address.ts';
import { placeOfService } from './log-place.ts';
import { isUp, type Judgement, judgement, type Scene } from './look.ts';
import { isReady } from './prometheus.ts';

/** What keeps logs, and what keeps traces. */
export type Store = 'loki' | 'tempo';

const NAMES: Readonly<Record<Store, string>> = { loki: 'Loki', tempo: 'Tempo' };
const KEEPS: Readonly<Record<Store, string>> = { loki: 'no log line', tempo: 'no trace' };

/** The port that a Loki or Tempo answers on. */
export function storePort(system: System, container: Container, store: Store): number {
  const program = programOf(system, container);
  if (store === 'loki') return (program && readLoki(program).httpPort) ?? 3100;
  return (program && readTempo(program).httpPort) ?? 3200;
}

/** Looks whether each Loki, or each Tempo, is ready; undefined where none was booted. */
export async function lookAtStore(scene: Scene, store: Store): Promise<Judgement | undefined> {
  const asked = scene.stack.containers.flatMap((container) => {
    if (container.facts?.role !== store || !isUp(scene, container)) return [];
    const url = baseUrl(scene, container, storePort(scene.system, container, store));
    return url === undefined ? [] : [{ container, url }];
  });
  if (asked.length === 0) return undefined;
  const answers = await Promise.all(asked.map(({ url }) => ask(`${url}/ready`)));
  const notReady = asked.filter((_, index) => !isReady(answers[index]?.status));
  return judgement(
    store,
    notReady.length === 0,
    notReady.length === 0 ? 'ready' : `"${notReady[0]?.container.service.name}" is not ready`,
    notReady.map(({ container }) => ({
      kind: 'not-ready',
      at: placeOfService(container),
      message: `${NAMES[store]} "${container.service.name}" is up and never gets ready: it takes ${KEEPS[store]}`,
      service: container.service.name,
    })),
  );
}
