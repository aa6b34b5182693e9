import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { inFolder } from '../corpus.ts';
import type { Figure, Measured } from '../figure.ts';
import { type Size, writeRepository } from '../repository.ts';
import { PROGRAM, STATIC } from '../timing.ts';

const MOST_TIMES = 11;
const MOST_MEGABYTES = 1000;

/** Each but the first of them ten times the one before. */
const SIZES: readonly Size[] = [
  { rules: 10, dashboards: 10, services: 1 },
  { rules: 100, dashboards: 10, services: 2 },
  { rules: 1000, dashboards: 100, services: 20 },
  { rules: 10_000, dashboards: 1000, services: 200 },
];

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The least of three runs, since whatever else the machine does only adds to it. */
function least(folder: string): Run {
  const peak = resolve('test/support/peak.cjs');
  const runs = Array.from({ length: 3 }, (): Run => {
    const start = performance.now();
    const { output, status } = spawnSync(
      process.execPath,
      ['--require', peak, PROGRAM, 'check', folder, ...STATIC],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
        encoding: 'utf8',
        env: { ...process.env, CI: '', MONITORING_CHECK_MEMORY: 'off' },
      },
    );
    if (status === null || status > 3) throw new Error(`the check of ${folder} ended with ${status}`);
    return { seconds: (performance.now() - start) / 1000, megabytes: Number(output[3]) / 1024 };
  });
  return runs.reduce((best, run) => (run.seconds < best.seconds ? run : best));
}

/** What a repository of ten times the size costs. */
export const growth: Figure = {
  name: 'growth',
  goal: `10 × the files at most ${MOST_TIMES} × the time; 10,000 rules and 1,000 dashboards below 1 GB`,
  async measure() {
    const measured: Measured[] = [];
    let before: Run | undefined;
    for (const size of SIZES) {
      const { files, run } = await inFolder((folder) => ({
        files: writeRepository(folder, size),
        run: least(folder),
      }));
      const times = before === undefined ? undefined : run.seconds / before.seconds;
      const { rules, dashboards, services } = size;
      measured.push({
        text:
          `${rules} rules, ${dashboards} dashboards, ${services} services in ${files} files: ` +
          `${run.seconds.toFixed(2)} s, ${run.megabytes.toFixed(0)} MB` +
          (times === undefined ? '' : `, ${times.toFixed(1)} × the time of the one before`),
        isMet: (times ?? 0) <= MOST_TIMES && run.megabytes < MOST_MEGABYTES,
        next: 'a profile of what grows faster than the files do',
      });
      before = run;
    }
    return measured;
  },
};
