import { parseYaml } from '../../repo/document.ts';
import { child, items, roots, startOf, textOf } from '../../repo/node.ts';
import { sourceText } from '../../repo/text.ts';
import type { Alertmanager } from '../../stack/alertmanager.ts';
import type { Target } from '../../stack/prometheus.ts';
import { prefixOf } from '../../stack/served-path.ts';
import { resolveHost } from '../../stack/system.ts';
import { counted } from '../../words.ts';
import { addressOf, type Running } from '../containers.ts';
import { ask } from '../http.lazy.ts';
import { at, type Json, list, text } from '../json.ts';
import { baseUrl, portFrom } from './address.ts';
import { placeOfService } from './log-place.ts';
import { isUp, type Judgement, judgement, type LookFault, runningAs, type Scene } from './look.ts';
import { askedPrometheuses, isReady } from './prometheus.ts';

export const alertmanagerPort = (container: Parameters<typeof portFrom>[0]): number =>
  portFrom(container, 'web.listen-address', 9093);

/** What was found at an address that Prometheus sends alerts to. */
export type Reached = 'ready' | 'no-name' | 'no-answer' | 'sick' | 'not-booted' | 'outside';

/** An address that Prometheus sends alerts to, and what is there. */
export interface Sent {
  readonly target: Target;
  readonly from: string;
  readonly reached: Reached;
  /** Whether Prometheus itself has it on its list. */
  readonly isKnown: boolean;
}

/** An Alertmanager that runs, with the configuration that it loaded. */
export interface LoadedAlertmanager {
  readonly alertmanager: Alertmanager;
  readonly isReady: boolean;
  /** Undefined where it did not tell. */
  readonly config: string | undefined;
}

export interface AlertmanagersSeen {
  readonly sent: readonly Sent[];
  readonly loaded: readonly LoadedAlertmanager[];
}

/** Asks each Prometheus where it sends alerts, and each Alertmanager what it loaded. */
export async function askAlertmanagers(scene: Scene): Promise<AlertmanagersSeen> {
  const sent = await Promise.all(
    askedPrometheuses(scene).flatMap(({ prometheus, container, url }) => {
      const from = runningAs(scene, container);
      const known = ask(`${url}/api/v1/alertmanagers`).then((answer) => readKnown(answer?.json));
      return prometheus.alertmanagers.flatMap((entry) => {
        const prefix = textOf(child(entry.node, 'path_prefix')) ?? '';
        return entry.targets
          .filter(({ kept }) => kept !== 'no')
          .map(async (target): Promise<Sent> => {
            const { host, port = 80 } = target.address ?? { host: '' };
            return {
              target,
              from: prometheus.name,
              reached: await reach(scene, from, host, port, prefix),
              isKnown: (await known).some(
                (address) => address.includes(`//${host}:${port}/`) || address.includes(`//${host}/`),
              ),
            };
          });
      });
    }),
  );
  const loaded = await Promise.all(
    scene.stack.alertmanagers.flatMap((alertmanager) => {
      const { container } = alertmanager;
      if (!isUp(scene, container)) return [];
      const url = baseUrl(scene, container, alertmanagerPort(container), prefixOf(container));
      if (url === undefined) return [];
      return [
        (async (): Promise<LoadedAlertmanager> => {
          const ready = await ask(`${url}/-/ready`);
          const status = await ask(`${url}/api/v2/status`);
          return {
            alertmanager,
            isReady: isReady(ready?.status),
            config: text(at(status?.json, 'config', 'original')),
          };
        })(),
      ];
    }),
  );
  return { sent, loaded };
}

const readKnown = (answer: Json | undefined): string[] =>
  list(at(answer, 'data', 'activeAlertmanagers')).flatMap((one) => text(at(one, 'url')) ?? []);

/** Follows an address as Prometheus's container does: by the names on the networks that it shares. */
async function reach(
  scene: Scene,
  from: Running | undefined,
  host: string,
  port: number,
  prefix: string,
): Promise<Reached> {
  const own = new Set(from?.networks.keys());
  const to = scene.running.find((other) =>
    [...other.networks].some(([network, { names }]) => own.has(network) && names.includes(host)),
  );
  if (to === undefined) {
    const meaning = resolveHost(scene.stack, host);
    if (meaning.kind === 'outside' || meaning.kind === 'elsewhere') return 'outside';
    if (meaning.kind !== 'containers') return 'no-name';
    const services = meaning.containers.map(({ service }) => service.name);
    if (services.some((name) => scene.failed.has(name))) return 'sick';
    return services.some((name) => scene.chosen.has(name)) ? 'no-name' : 'not-booted';
  }
  if (scene.failed.has(to.service)) return 'sick';
  const address = addressOf(to, port);
  const answer = address === undefined ? undefined : await ask(`http://${address}${prefix}/-/ready`);
  return isReady(answer?.status) ? 'ready' : 'no-answer';
}

/** Judges whether alerts arrive somewhere, and whether the Alertmanager there runs with the repository's configuration. */
export function judgeAlertmanagers({ sent, loaded }: AlertmanagersSeen): Judgement | undefined {
  if (sent.length === 0 && loaded.length === 0) return undefined;
  const faults: LookFault[] = [];
  for (const { target, from, reached, isKnown } of sent) {
    if (reached === 'no-name' || reached === 'no-answer')
      faults.push({
        kind: 'alertmanager-unreached',
        isSeenWithout: true,
        at: { node: target.node },
        message: `Prometheus "${from}" reaches no Alertmanager at "${target.text}", ${reached === 'no-name' ? 'a name that nothing on its networks has' : 'where none answers'}: every alert is dropped`,
        help: 'write the name of the Alertmanager service and the port that it listens on, on a network of both',
      });
    else if (reached === 'ready' && !isKnown)
      faults.push({
        kind: 'alertmanager-unreached',
        isSeenWithout: true,
        at: { node: target.node },
        message: `Prometheus "${from}" does not send alerts to "${target.text}", though an Alertmanager answers there`,
        help: 'see what its relabelling, or its api_version, makes of this address',
      });
  }
  for (const { alertmanager, isReady: ready, config } of loaded) {
    const { container, config: written } = alertmanager;
    if (container === undefined) continue;
    if (!ready)
      faults.push({
        kind: 'not-ready',
        at: placeOfService(container),
        message: `Alertmanager "${container.service.name}" is up and never gets ready: it sends nothing`,
        service: container.service.name,
      });
    else if (config !== undefined && written !== undefined && !isSame(config, written))
      faults.push({
        kind: 'config-not-loaded',
        at: startOf(written.doc.source),
        message: `Alertmanager "${container.service.name}" runs with other receivers than this file has`,
        help: 'see which file --config.file names, and what is mounted there',
        related: [{ at: placeOfService(container), message: `this is "${container.service.name}"` }],
      });
  }
  const arriving = sent.filter(({ reached, isKnown }) => reached === 'ready' && isKnown).length;
  const left = sent.filter(({ reached }) => reached === 'outside' || reached === 'not-booted').length;
  const isArriving = sent.every(({ reached, isKnown }) =>
    reached === 'ready' ? isKnown : reached === 'outside' || reached === 'not-booted',
  );
  return judgement(
    'alertmanager',
    faults.length === 0 && isArriving,
    [
      ...(loaded.length > 0
        ? [`${loaded.filter((one) => one.isReady).length} of ${loaded.length} ready`]
        : []),
      ...(sent.length > 0
        ? [
            `${arriving} of ${counted(sent.length, 'address', 'addresses')} connected${left === 0 ? '' : `, ${left} not part of the boot`}`,
          ]
        : []),
    ].join(', '),
    faults,
  );
}

/** Whether the loaded configuration has the file's receivers and root; texts differ, as secrets are hidden. */
function isSame(loaded: string, written: Alertmanager['config'] & object): boolean {
  const [root] = roots(parseYaml(sourceText('loaded', loaded)));
  if (root === undefined) return true;
  const shape = (node: typeof root): string =>
    JSON.stringify([
      textOf(child(node, 'route', 'receiver')),
      items(child(node, 'receivers')).map((receiver) => textOf(child(receiver, 'name'))),
    ]);
  return shape(root) === shape(written);
}
