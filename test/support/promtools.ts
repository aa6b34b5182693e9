import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasPromtool } from './promtool.ts';

const FOLDER = join(process.env.MONITORING_CHECK_TOOLS ?? '/opt/monitoring-check-tools', 'promtools');

/** Every promtool of this machine, as commands: the installed one, and older and newer ones beside it. */
export const promtools = (): string[] => [
  ...(hasPromtool ? ['promtool'] : []),
  ...(existsSync(FOLDER)
    ? readdirSync(FOLDER)
        .sort()
        .map((name) => join(FOLDER, name))
    : []),
];
