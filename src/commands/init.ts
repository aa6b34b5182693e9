import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkStatically } from '../check.ts';
import { CONFIG_NAMES } from '../config/config.ts';
import { starterConfig } from '../config/starter.lazy.ts';
import { EMPTY_CONFIG, STARTER_WORKFLOW } from '../config/starter.ts';
import { openDisk } from '../repo/disk.ts';
import { isBelowGitRoot } from '../repo/git.ts';
import { refuseToWriteThroughLink } from '../repo/links.ts';
import { sourceText } from '../repo/text.ts';
import { matrixOf } from '../report/matrix.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { counted } from '../words.ts';
import { existingDirectory } from './files.ts';

const WORKFLOW = '.github/workflows/monitoring-check.yml';

/** Writes a first configuration and the workflow into a folder; what is there already stays as it is. */
export function runInit(given: string, terminal: Terminal): number {
  const directory = existingDirectory(given);
  const disk = openDisk(directory);
  const config = CONFIG_NAMES.find((name) => disk.stat(name) !== undefined);
  if (config !== undefined) terminal.write(`${config} is there already: left as it is\n`);
  else {
    // Whatever a configuration says, the paths are those that are inferred.
    const { chains } = checkStatically({
      disk,
      config: sourceText('', ''),
      preset: undefined,
      severities: new Map(),
      today: new Date().toISOString().slice(0, 10),
      rules: [],
    });
    const text = chains.length === 0 ? EMPTY_CONFIG : starterConfig(chains);
    create(directory, CONFIG_NAMES[0] as string, text);
    terminal.write(`${CONFIG_NAMES[0]} written, with ${counted(matrixOf(chains).length, 'critical path')}\n`);
  }
  if (disk.stat(WORKFLOW) !== undefined) terminal.write(`${WORKFLOW} is there already: left as it is\n`);
  else if (isBelowGitRoot(directory))
    terminal.write(
      `no workflow written: GitHub reads those of the repository's root only; give the action there the input path\n`,
    );
  else {
    create(directory, WORKFLOW, STARTER_WORKFLOW);
    terminal.write(`${WORKFLOW} written\n`);
  }
  return 0;
}

/** Writes a file that is not there yet; never through a link that leads out of the folder. */
function create(directory: string, path: string, text: string): void {
  const file = join(directory, path);
  try {
    // Before its folder is made: that would follow the link already.
    refuseToWriteThroughLink(file, realpathSync.native(directory), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `cannot write ${path}: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
    );
  }
}
