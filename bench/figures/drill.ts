import { openDisk } from '../../src/repo/disk.ts';
import { readFiles } from '../../src/repo/files.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { drillResult, placeOf } from '../../src/report/drill.ts';
import { readSystem } from '../../src/stack/system.ts';
import { candidates, type DrilledAlert, drill } from '../../src/verify/drill/drill.ts';
import { features } from '../../src/verify/promtool.ts';
import { findPromtool } from '../../src/verify/promtool-run.ts';
import { corpusFolders, corpusPath, hasCorpus } from '../../test/support/corpus.ts';
import { inFolder, writeAlerts } from '../corpus.ts';
import { type Figure, type Measured, notMeasured, percent } from '../figure.ts';
import { NO_CORPUS } from '../peers.ts';
import { watch } from '../timing.ts';

const SHARE = 0.8;
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 500;

/** Of the alerts of real repositories, how many promtool proves to fire. */
export const corpusDrill: Figure = {
  name: "a drill of the corpus's alerts",
  goal: `${100 * SHARE} % proved to fire by promtool, each of the rest named with a reason`,
  async measure() {
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    const all: { folder: string; one: DrilledAlert }[] = [];
    for (const folder of corpusFolders()) {
      const system = readSystem(readFiles(openRepository(openDisk(corpusPath(folder)))));
      const promtool = await findPromtool('auto', system);
      if (promtool === undefined) return notMeasured('there is no promtool');
      const drilled = await drill({ promtool, flags: features(system) }, candidates(system));
      all.push(...drilled.map((one) => ({ folder, one })));
    }
    const fires = all.filter(({ one }) => one.result === 'fires');
    const quiet = fires.filter(({ one }) => one.verdict?.isQuiet === true);
    const rest: readonly Measured[] = all
      .filter(({ one }) => one.result !== 'fires')
      .map(({ folder, one }) => {
        const { file, line } = placeOf(one);
        return { text: `${folder}/${file}:${line} ${one.rule.name}: ${drillResult(one)}` };
      });
    return [
      {
        text: `proved to fire: ${percent(fires.length, all.length)}, ${quiet.length} of them quiet in health`,
        isMet: fires.length >= SHARE * all.length,
        next: 'the constructs named below',
      },
      ...rest,
    ];
  },
};

/** What a drill of very many alerts costs. */
export const largeDrill: Figure = {
  name: 'a drill of 1,000 alerts',
  goal: `below ${MOST_SECONDS} s on two cores and ${MOST_MEGABYTES} MB`,
  measure() {
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    return inFolder(async (folder) => {
      writeAlerts(folder, 1000);
      const { output, seconds, busySeconds, megabytes } = await watch(['drill', folder, '--format', 'json']);
      const { drill: found } = JSON.parse(output) as { drill: { alerts: readonly unknown[] } };
      return [
        {
          text:
            `${found.alerts.length} alerts: ${seconds.toFixed(1)} s, ${busySeconds.toFixed(1)} s of processor time, ` +
            `at most ${megabytes.toFixed(0)} MB with promtool's`,
          isMet: seconds < MOST_SECONDS && megabytes < MOST_MEGABYTES,
          next: 'fewer series for each alert, so that promtool holds less',
        },
      ];
    });
  },
};
