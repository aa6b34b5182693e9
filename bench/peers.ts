import { existsSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = process.env.MONITORING_CHECK_TOOLS ?? '/opt/monitoring-check-tools';

/** Where a peer's program lies that bench/tools.sh builds; undefined where it did not. */
export function peer(name: 'pint' | 'go-parser'): string | undefined {
  const path = join(TOOLS, name);
  return existsSync(path) ? path : undefined;
}

export const HOW_TO_BUILD = 'bench/tools.sh builds it';
export const NO_CORPUS = 'the corpus of real repositories does not stand beside the project';
