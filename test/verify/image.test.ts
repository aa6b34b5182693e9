import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { JsonReport } from '../../src/report/json.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const K2 = 'fixtures/k2-market-data';

/** Where the installed promtool is. */
const installed = (process.env.PATH ?? '')
  .split(':')
  .map((folder) => join(folder, 'promtool'))
  .find(existsSync);

/** A PATH with nothing but a `docker` without compose that has some images, and runs the installed promtool for them. */
function fakeDocker(images: readonly string[]) {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh
# It has no compose: what is asked of that is not about images.
[ "$1" = compose ] && exit 1
echo "$*" >> ${log}
if [ "$1" = image ]; then
  for image in ${images.join(' ')}; do [ "$5" = "$image" ] && exit 0; done
  exit 1
fi
[ "$1" = run ] || exit 1
while [ "$1" != --entrypoint ]; do
  if [ "$1" = --workdir ]; then cd "$2"; fi
  shift
done
shift 3
exec ${installed} "$@"
`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  return {
    env: { PATH: folder },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

const report = (stdout: string): JsonReport => JSON.parse(stdout) as JsonReport;

describe.skipIf(!hasPromtool)('without a promtool of its own the machine runs the one of production', () => {
  test('in the image that the compose file runs, where that is here', () => {
    const image = /image: (prom\/prometheus:\S+)/.exec(
      readFileSync(join(K2, 'docker-compose.yml'), 'utf8'),
    )?.[1] as string;
    const { env, calls } = fakeDocker([image]);
    const { status, stdout } = monitoringCheck(['check', '--drill', '-f', 'json', K2], { env });
    expect(status).toBe(0);
    expect(report(stdout).tools.promtool).toMatchObject({ found: true });
    expect(report(stdout).drill?.alerts.filter(({ result }) => result === 'fires')).toHaveLength(7);
    const runs = calls().filter((call) => call.startsWith('run '));
    expect(runs.length).toBeGreaterThan(2);
    for (const run of runs) {
      expect(run).toContain(`--rm --pull never --network none --read-only`);
      expect(run).toContain(`--entrypoint promtool ${image} `);
      // What it sees of this machine is a private folder, and that it cannot change.
      const mounts = [...run.matchAll(/--volume (\S+)/g)].map((match) => match[1] as string);
      for (const mount of mounts) expect(mount).toMatch(/^(\S*\/monitoring-check-\w+):\1:ro$/);
    }
  });

  test('never where the image would have to be fetched', () => {
    const { env, calls } = fakeDocker([]);
    const { status, stdout } = monitoringCheck([K2, '-f', 'json'], { env });
    expect(status).toBe(0);
    expect(report(stdout).tools.promtool.found).toBe(false);
    expect(calls().filter((call) => !call.startsWith('image inspect'))).toEqual([]);
  });

  test('never where another promtool is asked for', () => {
    const { env, calls } = fakeDocker(['prom/prometheus:v3.5.0']);
    expect(monitoringCheck([K2, '--promtool', join(env.PATH, 'nothing')], { env }).status).toBe(2);
    expect(monitoringCheck([K2, '--promtool', 'off'], { env }).status).toBe(0);
    expect(calls()).toEqual([]);
  });
});
