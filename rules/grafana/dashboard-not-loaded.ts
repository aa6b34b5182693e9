import { type Cause, type Confidence, defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { escaped, patternFrom } from '../../src/pattern.ts';
import { child, exists, items, keyOf, type Place, startOf, textOf } from '../../src/repo/node.ts';
import { basename, below, dirname } from '../../src/repo/path.ts';
import type { Dashboard } from '../../src/stack/dashboard.ts';
import { type Grafana, loadersOf } from '../../src/stack/grafana.ts';
import { filesInContainers } from '../../src/stack/loaded.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import type { System } from '../../src/stack/system.ts';
import { counted, listed } from '../../src/words.ts';
import { COMPOSE, dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const worker = dashboardWith('up').replace('"api"', '"worker"').replace('"API"', '"Worker"');

export const rule = defineRule({
  id: 'grafana/dashboard-not-loaded',
  severity: 'warning',
  summary: 'Dashboards of the repository that its Grafana does not load.',
  why: `Somebody keeps the file, and nobody sees the dashboard: it lies outside of every provider's path, is not mounted,
or no provider is there. Changes to it seem to do nothing.`,
  fix: `Move the file below the path of a provider, mount its folder there, or add a provider for it. If it is meant to be
imported by hand elsewhere, silence this for its folder.`,
  bad: {
    files: {
      ...withDashboards({ 'api.json': dashboardWith('up') }, { 'dashboards-old/worker.json': worker }),
      'docker-compose.yml': `${COMPOSE}      - ./dashboards-old:/etc/grafana/dashboards:ro
`,
    },
    at: ['dashboards-old/worker.json:3:3'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up'), 'worker.json': worker }) },
  check({ system, report }) {
    const candidates = system.dashboards.filter(
      (dashboard) =>
        isFileOfItsOwn(dashboard) &&
        loadersOf(system.stacks, dashboard).every(isLoose) &&
        isOffered(dashboard),
    );
    for (const [folder, dashboards] of byFolder(candidates)) {
      const [first] = dashboards as [Dashboard];
      const near = nearestGrafana(system, folder);
      if (near === undefined) continue;
      if (!lacksProvider(near.grafana, system) && isUsedOtherwise(system, first, folder)) continue;
      const { grafana, confidence } = near;
      const names = dashboards.slice(0, 4).map(({ title }) => `"${title}"`);
      const others = dashboards.length - names.length;
      const mounted = grafana.container?.below('/').found.find(({ path }) => path === first.file.path);
      const why =
        grafana.providers.length === 0
          ? 'it has no provider of dashboards'
          : mounted
            ? `it is mounted at "${mounted.target}", where no provider looks`
            : 'it is not mounted';
      report({
        at: placeOf(first),
        message: `${grafana.name} does not load the ${dashboards.length === 1 ? 'dashboard' : 'dashboards'} ${listed(others > 0 ? [...names, counted(others, 'other')] : names)}: ${why}`,
        help: helpFor(grafana, folder),
        confidence,
        related: grafana.providers.map(({ pathNode }) => ({
          at: { node: pathNode },
          message: 'a provider looks here',
        })),
        followsFrom: [
          ...grafana.providers
            .filter(({ found }) => found.length === 0)
            .map(({ pathNode }): Place => ({ node: pathNode })),
          ...(grafana.providers.length === 0 ? unreadProviders(grafana) : []),
        ],
      });
    }
  },
});

/** Where it is said that the providers of a Grafana are not read: at its mounts, or where it has none. */
function unreadProviders({ container }: Grafana): Cause[] {
  const image = container?.service.field('image');
  const places = container?.service.mounts.map(({ node }) => node) ?? [];
  return [...places, ...(image ? [image] : [])].map((node) => ({
    place: { node },
    by: 'grafana/provisioning-not-loaded',
  }));
}

const isLoose = ({ grafana }: { grafana: Grafana }): boolean => grafana.container === undefined;

/** A dashboard in another file, or wrapped in a resource, is loaded in other ways; one in a hidden folder is put away. */
const isFileOfItsOwn = ({ file }: Dashboard): boolean =>
  file.path.endsWith('.json') && file.node.path.length === 0 && !/(?:^|\/)\./.test(file.path);

/** An export with inputs is there to be imported by hand. */
const isOffered = ({ inputs }: Dashboard): boolean => inputs.size === 0;

const placeOf = ({ node }: Dashboard): Place =>
  exists(child(node, 'title')) ? keyOf(child(node, 'title')) : startOf(node.doc.source);

function byFolder(dashboards: readonly Dashboard[]): Map<string, Dashboard[]> {
  const found = new Map<string, Dashboard[]>();
  for (const dashboard of dashboards) {
    const folder = dirname(dashboard.file.path);
    append(found, folder, dashboard);
  }
  return found;
}

/**
 * The Grafana that these dashboards are meant for: for certain one that they are mounted into; most likely
 * one that takes other files from the folder around them, unless it picks single files of theirs. All that
 * it mounts must be known.
 */
function nearestGrafana(
  system: System,
  folder: string,
): { grafana: Grafana; confidence: Confidence } | undefined {
  const known = system.stacks
    .flatMap(({ grafanas }) => grafanas)
    .filter(
      ({ container, providers }) =>
        container !== undefined &&
        container.service.build === undefined &&
        providers.every(({ isComplete }) => isComplete),
    );
  const mounting = known.filter(({ container }) =>
    container?.below('/').found.some(({ path }) => dirname(path) === folder),
  );
  if (mounting.some(({ container }) => container?.service.mounts.some(({ path }) => isIn(folder, path))))
    return undefined;
  const [sure] = mounting;
  if (sure !== undefined) return { grafana: sure, confidence: 'high' };
  const parent = dirname(folder);
  const beside = known.find(
    ({ container }) =>
      parent !== '' && container?.below('/').found.some(({ path }) => below(parent, path) !== undefined),
  );
  if (beside === undefined) return undefined;
  return { grafana: beside, confidence: beside.providers.length > 0 ? 'high' : 'medium' };
}

/** Whether a mount takes a single file of a folder. */
const isIn = (folder: string, path: string | undefined): boolean =>
  path?.endsWith('.json') === true && dirname(path) === folder;

/** Whether a script, a template or another file names the dashboard or its folder, to bring it somewhere. */
function isUsedOtherwise(system: System, { file }: Dashboard, folder: string): boolean {
  const names = [basename(file.path), folder].filter((name) => name.length > 3).map(escaped);
  if (names.length === 0) return false;
  const isCompose = new Set(system.files.of('compose').map(({ path }) => path));
  return (
    mentionOf(
      system.files,
      patternFrom(`(?:^|[^\\w.-])(?:${names.join('|')})(?:$|[^\\w.-])`, 'm'),
      (path) => isCompose.has(path) || path.endsWith('.json'),
    ) !== undefined
  );
}

function helpFor(grafana: Grafana, folder: string): string {
  const path = grafana.providers[0]?.path;
  return path === undefined
    ? `add a provider in ${grafana.name}'s provisioning, with the path at which "${folder}" is mounted`
    : `move it below the folder that is mounted at "${path}", or mount "${folder}" there`;
}

/** Whether a Grafana has no provider, and the repository has one for a folder that is mounted into it. */
const lacksProvider = ({ container, providers }: Grafana, system: System): boolean =>
  providers.length === 0 &&
  system.files.of('grafana-providers').some(
    (file) =>
      !filesInContainers(system).has(file.path) &&
      items(child(file.node, 'providers')).some((provider) => {
        const path = textOf(child(provider, 'options', 'path'));
        return container?.service.mounts.some(({ target }) => target !== undefined && target === path);
      }),
  );
