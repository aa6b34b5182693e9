import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBoot, makeImages } from '../support/images.ts';
import { docker, leftOvers, runProgram, type Smoked, stackFolder } from '../support/smoke.ts';

/** Moments of a boot, in milliseconds after its start: from reading the files to looking and taking down. */
const MOMENTS = [300, 800, 1500, 2200, 3000, 4000, 5000, 6500, 8000, 10_000];
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;
const LONG = 120_000;
const SERVICES = '--smoke=prometheus,orders,api,statsd-exporter';
const BYSTANDER = `monitoring-check-bystander-${process.pid}`;

/** Ends a boot at a moment, as a runner, a user or the kernel would. */
function endAt(folder: string, moment: number, signal: NodeJS.Signals): Promise<Smoked> {
  return runProgram(['smoke', folder, SERVICES], {
    started: (child) => void setTimeout(() => child.kill(signal), moment),
  });
}

/** A start that boots nothing: it only takes away what others left. */
const nextStart = (): Promise<Smoked> => {
  const folder = stackFolder({
    'docker-compose.yml': (text) => text.replace('  prometheus:\n', '  prometheus:\n    privileged: true\n'),
  });
  return runProgram(['smoke', folder]);
};

describe.skipIf(!canBoot())('a boot that is ended early', () => {
  beforeAll(() => {
    makeImages();
    docker('network', 'create', BYSTANDER);
    docker('volume', 'create', BYSTANDER);
    docker(
      'run',
      '-d',
      '--name',
      BYSTANDER,
      '--network',
      BYSTANDER,
      '-v',
      `${BYSTANDER}:/data`,
      'example/python:monitoring-check-test',
      'sleep',
      '1200',
    );
  }, LONG);

  afterAll(() => {
    docker('rm', '-f', '-v', BYSTANDER);
    docker('network', 'rm', BYSTANDER);
    docker('volume', 'rm', BYSTANDER);
  });

  test.each(MOMENTS.map((moment, index) => [SIGNALS[index % SIGNALS.length] ?? 'SIGKILL', moment] as const))(
    'by %s after %i ms leaves nothing, at the latest after the next start',
    { timeout: LONG },
    async (signal, moment) => {
      const folder = stackFolder({ 'monitoring-check.yml': 'smoke: { patience: 60s }\n' });
      const ended = await endAt(folder, moment, signal);
      expect(ended.signal === signal || ended.status === 0, JSON.stringify(ended)).toBe(true);
      if (signal === 'SIGKILL') {
        // What docker itself was in the middle of comes to its end meanwhile.
        await wait(2000);
        await nextStart();
      }
      expect(leftOvers(ended.pid)).toEqual([]);
      expect(docker('inspect', '--format', '{{.State.Running}}', BYSTANDER)).toBe('true');
      expect(docker('volume', 'ls', '-q')).toContain(BYSTANDER);
      expect(docker('network', 'ls', '--format', '{{.Name}}')).toContain(BYSTANDER);
    },
  );

  test('by its own time leaves nothing, and says what it was waiting for', { timeout: LONG }, async () => {
    const folder = stackFolder({ 'api/check.py': 'raise SystemExit(1)\n' });
    for (const seconds of [2, 4, 7]) {
      const { pid, status, stdout, stderr } = await runProgram([
        'smoke',
        folder,
        SERVICES,
        '--smoke-timeout',
        `${seconds}s`,
      ]);
      expect(status === 1 || status === 2, `${stdout}${stderr}`).toBe(true);
      expect(`${stdout}${stderr}`).toMatch(/api|took longer/);
      expect(leftOvers(pid)).toEqual([]);
    }
  });

  test('while another goes on does not disturb it', { timeout: LONG }, async () => {
    const calm = runProgram(['smoke', stackFolder(), '--smoke=prometheus,node-exporter']);
    const killed = await endAt(stackFolder(), 3000, 'SIGKILL');
    await nextStart();
    expect(await calm).toMatchObject({ status: 0 });
    await nextStart();
    expect(leftOvers(killed.pid)).toEqual([]);
  });
});
