import { LINKS, type LinkName } from '../config/config.ts';
import type { Chain, Link } from '../coverage/chain.ts';
import { countingAlerts, leastBy } from '../coverage/timing.ts';

/** One critical path's row: what each of its links is, and its alerts' speed. */
export interface MatrixRow {
  readonly name: string;
  readonly isInferred: boolean;
  readonly links: readonly { readonly name: LinkName; readonly mark: Mark; readonly link: Link }[];
  /** The alert that fires first, in the worst case, in seconds. */
  readonly detectedWithin: number | undefined;
}

/** Proved; a gap that is required to be closed; one that is not; not to be told from the repository. */
export type Mark = 'proved' | 'gap' | 'open' | 'unknown';

/** The matrix of paths and links. */
export function matrixOf(chains: readonly Chain[]): MatrixRow[] {
  return chains.map((chain) => ({
    name: chain.path.name,
    isInferred: chain.path.declared === undefined,
    links: LINKS.map((name) => ({ name, mark: markOf(chain.links[name]), link: chain.links[name] })),
    detectedWithin: leastBy(countingAlerts(chain), ({ detection }) => detection.total)?.detection.total,
  }));
}

function markOf({ state, required }: Link): Mark {
  if (state === 'proved' || state === 'unknown') return state;
  return required === 'off' ? 'open' : 'gap';
}

/** Whether somebody is told when the path breaks: every link that must hold does. */
export const isCovered = (row: MatrixRow): boolean => row.links.every(({ mark }) => mark !== 'gap');
