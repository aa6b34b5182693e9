import type { LinkName } from '../../config/config.ts';
import type { Chain } from '../../coverage/chain.ts';
import { type Mask, maskOf } from '../../lint/mask.ts';
import { basename } from '../../repo/path.ts';
import type { CheckResult } from '../../result.ts';
import { loadedPaths, type Stack } from '../../stack/system.ts';
import { type Draft, startDraft } from './draft.ts';
import { COLUMNS, type EdgeKind, type Scene, type SystemGraph } from './model.ts';
import { drawPath, pathOf } from './paths.ts';
import { drawStack, isMonitored } from './read.ts';

/**
 * The system as a picture: a scene for each stack with monitoring in it, those with critical paths first.
 * A scene of which another one shows everything is left out. The same for the same result.
 */
export function systemGraph(result: CheckResult): SystemGraph {
  const { system, chains, findings } = result;
  const mask = maskOf(system.files);
  const ofStack = (stack: Stack): number => chains.filter(({ path }) => path.stack === stack).length;
  const stacks = system.stacks
    .filter((stack) => isMonitored(stack) || ofStack(stack) > 0)
    .sort((a, b) => ofStack(b) - ofStack(a) || b.prometheuses.length - a.prometheuses.length);

  const nodesOf = new Map<Chain, ReadonlyMap<LinkName, readonly string[]>>();
  const scenes: Scene[] = [];
  const shown: ReadonlySet<string>[] = [];
  for (const stack of stacks) {
    const draft = startDraft(scenes.length === 0 ? '' : `${scenes.length + 1}/`, mask);
    drawStack(draft, stack, system);
    if (scenes.length === 0) drawNotLoaded(draft, stack, result);
    const own = chains.filter(({ path }) => path.stack === stack);
    const links = own.map((chain) => drawPath(draft, chain, system));
    const scene = draft.finish(stack.name, findings);
    const contents = new Set(scene.nodes.map(({ kind, name }) => `${kind}\0${name}`));
    const isShown = shown.some((other) => [...contents].every((content) => other.has(content)));
    if (contents.size === 0 || (own.length === 0 && isShown)) continue;
    shown.push(contents);
    own.forEach((chain, index) => {
      const nodes = links[index];
      if (nodes !== undefined) nodesOf.set(chain, nodes);
    });
    scenes.push({ ...scene, paths: own.map((chain) => chains.indexOf(chain)) });
  }
  return { scenes, paths: chains.map((chain) => chainPath(chain, nodesOf, mask)) };
}

const chainPath = (
  chain: Chain,
  nodesOf: ReadonlyMap<Chain, ReadonlyMap<LinkName, readonly string[]>>,
  mask: Mask,
): SystemGraph['paths'][number] => pathOf(chain, nodesOf.get(chain) ?? new Map(), mask);

interface NotLoaded {
  readonly column: number;
  readonly what: string;
  readonly by: 'prometheuses' | 'grafanas' | undefined;
  readonly kind: EdgeKind;
}

/** Rules whose findings say that nobody loads a file: where it would stand, and what would load it. */
const NOT_LOADED: ReadonlyMap<string, NotLoaded> = new Map<string, NotLoaded>([
  [
    'prometheus/rule-file-not-loaded',
    { column: COLUMNS.rules, what: 'no Prometheus loads it', by: 'prometheuses', kind: 'loads' },
  ],
  [
    'grafana/dashboard-not-loaded',
    { column: COLUMNS.dashboard, what: 'no Grafana loads it', by: 'grafanas', kind: 'shows' },
  ],
  [
    'prometheus/config-not-loaded',
    { column: COLUMNS.prometheus, what: 'nothing loads it', by: undefined, kind: 'loads' },
  ],
  [
    'alertmanager/config-not-loaded',
    { column: COLUMNS.alertmanager, what: 'nothing loads it', by: undefined, kind: 'loads' },
  ],
]);

/** Files that are there, and that nobody loads: of what is wrong with a system, the least visible. */
function drawNotLoaded(draft: Draft, stack: Stack, { findings, system }: CheckResult): void {
  const loaded = new Set(
    system.stacks.flatMap(({ prometheuses }) =>
      prometheuses.flatMap((prometheus) => loadedPaths(prometheus)),
    ),
  );
  for (const { rule, at, message } of findings) {
    const known = NOT_LOADED.get(rule);
    if (known === undefined || loaded.has(at.file)) continue;
    const place = { source: at.source, span: at.span };
    const id = draft.node(`not loaded\0${at.file}`, 'missing', basename(at.file), {
      state: 'broken',
      detail: known.what,
      column: known.column,
      at: [place],
      files: [at.file],
    });
    draft.add(id, { items: [{ name: message }] });
    // Of several that could, it is not told which was meant to.
    const { by } = known;
    const isOnly = by !== undefined && system.stacks.reduce((sum, one) => sum + one[by].length, 0) === 1;
    const loaders: readonly unknown[] = isOnly ? stack[by] : [];
    const from = loaders.length === 1 ? draft.of(loaders[0]) : undefined;
    if (from !== undefined) draft.edge(from, id, known.kind, { what: message, at: [place], state: 'broken' });
  }
}
