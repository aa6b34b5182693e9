import { defineRule } from '../../src/lint/rule.ts';
import { escaped, patternFrom } from '../../src/pattern.ts';
import { keyOf, type Node, type Place } from '../../src/repo/node.ts';
import { basename, below, dirname } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { absolutePath, type Grafana } from '../../src/stack/grafana.ts';
import { filesInContainers } from '../../src/stack/loaded.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import type { System } from '../../src/stack/system.ts';
import { dashboardWith, PROVIDERS, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/provider-path',
  severity: 'error',
  summary: "A provider of dashboards whose path holds none in Grafana's container.",
  why: `Grafana looks for dashboards in a folder that is not there, or that is empty, writes a line into its log, and shows
none. The files in the repository are mounted somewhere else, or not at all.`,
  fix: `Mount the folder of the dashboards at the provider's \`path\`, or let \`path\` name the place where it is mounted.`,
  bad: {
    files: withDashboards(dashboards, {
      'provisioning/dashboards/default.yml': PROVIDERS.replace(
        '/var/lib/grafana/dashboards',
        '/etc/grafana/dashboards',
      ),
    }),
    at: ['provisioning/dashboards/default.yml:6:13'],
  },
  good: { files: withDashboards(dashboards) },
  check({ system, report }) {
    const all = system.stacks.flatMap(({ grafanas }) => grafanas);
    for (const grafana of all) {
      const { container, providers, name } = grafana;
      if (container === undefined) continue;
      const where = mountedElsewhere(grafana);
      for (const { path, pathNode, found, isComplete } of providers) {
        if (path === undefined || isUnknown(path)) continue;
        if (found.some(({ target }) => target.endsWith('.json'))) continue;
        const folder = absolutePath(path);
        // What an image brings at such a place is not known here.
        if (/^\/usr\/share\/grafana(?:\/|$)/.test(folder)) continue;
        // Grafana's own volume may hold what somebody put there, unless the dashboards lie beside it.
        const forgotten = where === undefined ? leftBehind(system, pathNode, folder) : undefined;
        const isInVolume =
          (where !== undefined || forgotten !== undefined) && volumeAround(container, folder);
        const standing = container.at(folder);
        if (!isInVolume && (!isComplete || standing.state === 'unknown')) continue;
        const what = isInVolume
          ? `"${folder}" is in a volume, where no dashboard of the repository is mounted`
          : standing.state === 'missing'
            ? `what is mounted at "${folder}" is not in the repository`
            : standing.state === 'file'
              ? `"${folder}" is a file`
              : standing.state === 'folder'
                ? `"${folder}" holds no dashboard`
                : `nothing is mounted at "${folder}"`;
        const isLoadedElsewhere = loadsElsewhere(all, pathNode);
        const file = container.service.node.doc.source.path;
        report({
          at: { node: pathNode },
          message: isLoadedElsewhere
            ? `${name} of ${file} loads no dashboard here, as others do: ${what}`
            : `${name} loads no dashboard here: ${what}`,
          help: isLoadedElsewhere
            ? `in ${file}, mount ${where === undefined ? 'the folder of the dashboards' : `what is at "${where}"`} at "${folder}"`
            : where
              ? `dashboards are mounted at "${where}": name that path, or mount them at "${folder}"`
              : `mount ${forgotten === undefined ? 'the folder of the dashboards' : `"${forgotten}"`} at "${folder}"`,
          related: [
            { at: keyOf(container.service.node), message: 'in this service' },
            ...('via' in standing ? [{ at: standing.via, message: 'this is mounted there' }] : []),
          ],
          // One file may serve several Grafanas, of which some are meant to have no dashboards.
          confidence: where === undefined && isLoadedElsewhere ? 'medium' : 'high',
          ...(standing.state === 'missing' ? { followsFrom: mountPlaces(standing.via) } : {}),
        });
      }
    }
  },
});

/** The folder of the container at which dashboards are mounted that no provider loads. */
function mountedElsewhere({ container, loaded }: Grafana): string | undefined {
  const targets = new Set(loaded.map(({ file }) => file.target));
  const other = container
    ?.below('/')
    .found.find(({ target }) => target.endsWith('.json') && !targets.has(target));
  return other && dirname(other.target);
}

/** The folder of dashboards beside the provisioning, of the same name, that no Grafana is given. */
function leftBehind(system: System, { doc }: Node, folder: string): string | undefined {
  const around = doc.source.path.split(/(?:^|\/)provisioning\//);
  if (around.length < 2) return undefined;
  // A script may put them into the volume.
  const copies = patternFrom(`\\b(?:cp|copy|rsync|scp|install)\\b.*\\b${escaped(basename(folder))}\\b`);
  if (mentionOf(system.files, copies) !== undefined) return undefined;
  const mounted = new Set([...filesInContainers(system)].map(dirname));
  return system.dashboards
    .map(({ file }) => dirname(file.path))
    .find(
      (own) =>
        basename(own) === basename(folder) && below(around[0] ?? '', own) !== undefined && !mounted.has(own),
    );
}

/** Whether a path lies in a volume, with no other mount around it. */
function volumeAround({ service }: Container, folder: string): boolean {
  const around = service.mounts
    .filter(({ target }) => target !== undefined && below(target, folder) !== undefined)
    .sort((a, b) => (b.target?.length ?? 0) - (a.target?.length ?? 0));
  return around[0]?.type === 'volume';
}

const loadsElsewhere = (all: readonly Grafana[], { doc, path }: Node): boolean =>
  all.some(({ providers }) =>
    providers.some(
      ({ pathNode, found }) =>
        pathNode.doc === doc &&
        pathNode.path.join() === path.join() &&
        found.some(({ target }) => target.endsWith('.json')),
    ),
  );

const mountPlaces = (via: Place): Place[] => ('node' in via ? [via, keyOf(via.node)] : [via]);
