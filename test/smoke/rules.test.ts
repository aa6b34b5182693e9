import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { lint } from '../../src/lint/run.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { readFiles } from '../../src/repo/files.ts';
import { startOf } from '../../src/repo/node.ts';
import { isReadable, openRepository } from '../../src/repo/repository.ts';
import { FAULTS, type Fault, isRefused, masked, notBooted } from '../../src/smoke/outcome.ts';
import { readSystem } from '../../src/stack/system.ts';
import { NOT_VERIFIED } from '../../src/verify/verification.ts';
import { checkFiles, oneLine } from '../support/check.ts';

const FILES = { 'docker-compose.yml': 'services:\n  api:\n    image: example/api:1.0\n' };

/** What the rules of the area say of faults at the start of the compose file, under a boot that was or was not demanded. */
function findingsOn(faults: readonly Omit<Fault, 'at'>[], isDemanded = true): string[] {
  const system = readSystem(readFiles(openRepository(memoryDisk(FILES), [])));
  const source = system.files.repo.text('docker-compose.yml');
  if (!isReadable(source)) throw new Error('the compose file cannot be read');
  const outcome = notBooted('no image', isDemanded, {
    faults: faults.map((fault) => ({ ...fault, at: startOf(source) })),
  });
  const { chains } = checkFiles(FILES);
  const subject = {
    system,
    chains,
    config: DEFAULT_CONFIG,
    verification: NOT_VERIFIED,
    smoke: outcome,
    drill: undefined,
  };
  return lint(subject as Parameters<typeof lint>[0], {
    rules: RULES.filter(({ id }) => id.startsWith('smoke/')),
    severities: new Map(),
    today: '2026-01-01',
  }).findings.map(oneLine);
}

test('each kind of fault has a rule of its name, and no rule is without a kind', () => {
  const ids = RULES.filter(({ id }) => id.startsWith('smoke/')).map(({ id }) => id);
  expect(ids).toEqual(FAULTS.map((kind) => `smoke/${kind}`).sort());
});

describe('a fault of the boot', () => {
  test.each(FAULTS)('%s is reported by its rule, at its place', (kind) => {
    const severity = kind === 'series-absent' ? 'warning' : 'error';
    expect(findingsOn([{ kind, message: 'it is sick' }])).toEqual([
      `${severity} smoke/${kind} docker-compose.yml:1:1 it is sick`,
    ]);
  });

  test('that hurts less is less', () => {
    expect(findingsOn([{ kind: 'rule-not-loaded', message: 'idle', severity: 'notice' }])).toEqual([
      'notice smoke/rule-not-loaded docker-compose.yml:1:1 idle',
    ]);
  });

  test('is a notice where the boot was only tried', () => {
    expect(findingsOn([{ kind: 'not-booted', message: 'no image' }], false)).toEqual([
      'notice smoke/not-booted docker-compose.yml:1:1 no image',
    ]);
  });
});

test('a boot that was not done ends a run that asked for it, and no other', () => {
  expect(isRefused(notBooted('no Docker', true))).toBe(true);
  expect(isRefused(notBooted('no Docker', false))).toBe(false);
  expect(isRefused(undefined)).toBe(false);
});

test('a secret that a container printed is hidden wherever it would be shown', () => {
  const hide = (text: string): string => text.replaceAll('hunter22', '***');
  const outcome = { ...notBooted('hunter22', true), logs: [{ service: 'api', text: 'login as hunter22' }] };
  expect(JSON.stringify(masked(outcome, hide))).not.toContain('hunter22');
});
