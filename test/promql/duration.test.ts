import { describe, expect, test } from 'vitest';
import { durationSeconds, formatSeconds, secondsAt } from '../../src/promql/duration.ts';
import { parseYaml } from '../../src/repo/document.ts';
import { child, roots } from '../../src/repo/node.ts';
import { sourceText } from '../../src/repo/text.ts';

describe('a duration', () => {
  test.each([
    ['1y', 31_536_000],
    ['12w', 7_257_600],
    ['10d', 864_000],
    ['2h', 7200],
    ['15m', 900],
    ['30s', 30],
    ['500ms', 0.5],
    ['1y2w3d4h5m6s7ms', 33_019_506.007],
    ['10y20w30d40h50m60s70ms', 330_195_060.07],
    ['1h30m', 5400],
    ['0s', 0],
    ['0', 0],
    ['', undefined],
    ['5', undefined],
    ['m', undefined],
    ['30m1h', undefined],
    ['1h1h', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    [' 1h', undefined],
    ['1h ', undefined],
    ['1 h', undefined],
  ])('%j has the seconds %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test.each([
    [0, '0s'],
    [0.5, '500ms'],
    [1, '1s'],
    [59, '59s'],
    [60, '1m'],
    [90, '1m30s'],
    [3600, '1h'],
    [90_061.001, '1d1h1m1s1ms'],
    [700_000, '8d2h26m40s'],
    [0.0004, ''],
  ])('of %s seconds is written %j', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

test.each([
  ['for: 5m', 300],
  ['for: 0', 0],
  ['for: 5', undefined],
  ['for: [5m]', undefined],
  ['for:', 'absent'],
  ['for: null', 'absent'],
  ['other: 5m', 'absent'],
])('the key "for" of the file %j is %s seconds', (text, seconds) => {
  const [root] = roots(parseYaml(sourceText('rules.yml', text)));
  if (root === undefined) throw new Error('there is no document');
  const node = child(root, 'for');
  expect(secondsAt(node, 7)).toBe(seconds === 'absent' ? 7 : seconds);
  expect(secondsAt(node)).toBe(seconds === 'absent' ? undefined : seconds);
});
