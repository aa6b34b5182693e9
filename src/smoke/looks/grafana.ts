import type { Files } from '../../repo/files.ts';
import { child, exists, type Place, startOf } from '../../repo/node.ts';
import { isUnknown } from '../../stack/compose/interpolate.ts';
import type { Container } from '../../stack/container.ts';
import { parseEndpoint } from '../../stack/endpoints.ts';
import { type Datasource, type Grafana, serverSetting } from '../../stack/grafana.ts';
import { containersAt } from '../../stack/system.ts';
import { counted } from '../../words.ts';
import { ask } from '../http.lazy.ts';
import { at, type Json, list, text } from '../json.ts';
import { baseUrl } from './address.ts';
import { placeOfService } from './log-place.ts';
import { isUp, type Judgement, judgement, type LookFault, type Scene } from './look.ts';
import { plainError } from './targets.ts';

/** A Grafana that runs, and what it answered. */
export interface GrafanaSeen {
  readonly grafana: Grafana;
  readonly container: Container;
  readonly isHealthy: boolean;
  /** Undefined where it did not let us ask. */
  readonly datasources: readonly SeenDatasource[] | undefined;
  readonly dashboards: readonly { readonly uid: string; readonly title: string }[] | undefined;
}

export interface SeenDatasource {
  readonly uid: string;
  readonly name: string;
  /** `unknown` where its plugin has no check. */
  readonly health: 'ok' | 'error' | 'unknown';
  readonly message: string;
}

/** The port that Grafana listens on. */
export const grafanaPort = (container: Container, files: Files): number => {
  const written = serverSetting(container, files, 'server', 'http_port')?.text ?? '';
  return /^\d+$/.test(written) ? Number(written) : 3000;
};

/** Asks each Grafana what it has; with its administrator's password, which the boot has given it. */
export async function askGrafanas(scene: Scene): Promise<GrafanaSeen[]> {
  const { system } = scene;
  return Promise.all(
    scene.stack.grafanas.flatMap((grafana) => {
      const { container } = grafana;
      if (!isUp(scene, container)) return [];
      const url = baseUrl(
        scene,
        container,
        grafanaPort(container, system.files),
        subPath(container, system.files),
      );
      if (url === undefined) return [];
      return [askGrafana(grafana, container, url, userOf(container, system.files))];
    }),
  );
}

async function askGrafana(
  grafana: Grafana,
  container: Container,
  url: string,
  user: string,
): Promise<GrafanaSeen> {
  const health = await ask(`${url}/api/health`);
  const isHealthy = health?.status === 200 && (at(health.json, 'database') ?? 'ok') === 'ok';
  if (!isHealthy) return { grafana, container, isHealthy, datasources: undefined, dashboards: undefined };
  const [sources, found] = await Promise.all([
    ask(`${url}/api/datasources`, { user }),
    ask(`${url}/api/search?type=dash-db&limit=5000`, { user }),
  ]);
  const datasources =
    sources?.status === 200
      ? await Promise.all(
          list(sources.json).map(async (source): Promise<SeenDatasource> => {
            const uid = text(at(source, 'uid')) ?? '';
            const answer = await ask(`${url}/api/datasources/uid/${encodeURIComponent(uid)}/health`, {
              user,
            });
            return { uid, name: text(at(source, 'name')) ?? '', ...healthOf(answer?.status, answer?.json) };
          }),
        )
      : undefined;
  return {
    grafana,
    container,
    isHealthy,
    datasources,
    dashboards: found?.status === 200 ? readDashboards(found.json) : undefined,
  };
}

/** Reads the answer of a datasource's check (Grafana documentation, "Data source API"). */
function healthOf(
  status: number | undefined,
  answer: Json | undefined,
): Pick<SeenDatasource, 'health' | 'message'> {
  const said = text(at(answer, 'status'))?.toUpperCase();
  const message = text(at(answer, 'message')) ?? '';
  if (said === 'OK') return { health: 'ok', message };
  if (said === 'ERROR' || (status !== undefined && status >= 500)) return { health: 'error', message };
  return { health: 'unknown', message };
}

const readDashboards = (answer: Json | undefined): { uid: string; title: string }[] =>
  list(answer).map((one) => ({ uid: text(at(one, 'uid')) ?? '', title: text(at(one, 'title')) ?? '' }));

function subPath(container: Container, files: Files): string {
  if (serverSetting(container, files, 'server', 'serve_from_sub_path')?.text !== 'true') return '';
  const root = serverSetting(container, files, 'server', 'root_url')?.text ?? '';
  return (/^(?:[a-z]+:\/\/|%\(protocol\)s:\/\/)[^/]*(\/.*)$/.exec(root)?.[1] ?? '').replace(/\/+$/, '');
}

function userOf(container: Container, files: Files): string {
  const value = (key: string): string => {
    const found = serverSetting(container, files, 'security', key)?.text;
    return found === undefined || isUnknown(found) ? 'admin' : found;
  };
  return `${value('admin_user')}:${value('admin_password')}`;
}

/** Judges whether each Grafana is healthy. */
export function judgeGrafana(seen: readonly GrafanaSeen[]): Judgement | undefined {
  if (seen.length === 0) return undefined;
  const sick = seen.filter(({ isHealthy }) => !isHealthy);
  return judgement(
    'grafana',
    sick.length === 0,
    sick.length === 0 ? 'healthy' : `"${sick[0]?.container.service.name}" does not say that it is healthy`,
    sick.map(({ container }) => ({
      kind: 'not-ready',
      at: placeOfService(container),
      message: `Grafana "${container.service.name}" is up and never says that it is healthy: nobody sees a dashboard`,
      service: container.service.name,
    })),
  );
}

/** Judges whether each provisioned datasource is there and answers. */
export function judgeDatasources(scene: Scene, seen: readonly GrafanaSeen[]): Judgement | undefined {
  const asked = seen.filter(
    ({ grafana, datasources }) => datasources !== undefined && grafana.datasources.length > 0,
  );
  if (asked.length === 0) return undefined;
  const faults: LookFault[] = [];
  let working = 0;
  let count = 0;
  for (const { grafana, container, datasources = [] } of asked) {
    for (const written of grafana.datasources) {
      if (isUnknown(written.name) || !isBooted(scene, written, container)) continue;
      count++;
      const found = datasources.find(({ uid, name }) => uid === written.uid || name === written.name);
      if (found === undefined || found.health === 'error')
        faults.push({
          kind: 'datasource-fails',
          at: placeOfDatasource(written),
          message:
            found === undefined
              ? `Grafana "${container.service.name}" did not take up the datasource "${written.name}"`
              : `the datasource "${written.name}" does not answer${found.message === '' ? '' : `: ${plainError(found.message)}`}`,
          help: 'write the address by which the Grafana container reaches it',
          service: container.service.name,
        });
      else working++;
    }
  }
  return judgement(
    'datasources',
    faults.length === 0,
    `${working} of ${counted(count, 'datasource')} answer`,
    faults,
  );
}

/** Whether what a datasource asks was booted. */
function isBooted(scene: Scene, { url }: Datasource, container: Container): boolean {
  const endpoint = url === undefined ? undefined : parseEndpoint(url);
  if (endpoint === undefined) return true;
  const services = containersAt(scene.stack, { host: endpoint.host, port: endpoint.port }, container);
  return services.length === 0 || services.some((other) => isUp(scene, other));
}

function placeOfDatasource({ node }: Datasource): Place {
  const url = child(node, 'url');
  return { node: exists(url) ? url : child(node, 'name') };
}

/** Judges whether each dashboard of the files is in its Grafana. */
export function judgeDashboards(seen: readonly GrafanaSeen[]): Judgement | undefined {
  const asked = seen.filter(
    ({ dashboards, grafana }) => dashboards !== undefined && grafana.loaded.length > 0,
  );
  if (asked.length === 0) return undefined;
  const faults: LookFault[] = [];
  let count = 0;
  for (const { grafana, container, dashboards = [] } of asked) {
    for (const { file, dashboard } of grafana.loaded) {
      if (dashboard === undefined) continue;
      count++;
      const { uid, title } = dashboard;
      // Of two files with one uid Grafana takes one: the title tells which.
      const isThere = dashboards.some(
        (found) => found.title === title && (uid === undefined || uid === '' || found.uid === uid),
      );
      if (isThere) continue;
      const written = child(dashboard.node, 'title');
      faults.push({
        kind: 'dashboard-missing',
        at: exists(written) ? { node: written } : startOf(dashboard.node.doc.source),
        message: `Grafana "${container.service.name}" did not take up the dashboard "${title}" of "${file.path}"`,
        help: "Grafana's log says what it has against it, such as a uid or a title that another one has",
        service: container.service.name,
      });
    }
  }
  return judgement(
    'dashboards',
    faults.length === 0,
    `${count - faults.length} of ${counted(count, 'dashboard')} there`,
    faults,
  );
}
