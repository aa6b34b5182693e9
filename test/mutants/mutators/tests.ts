import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

export const testsMutators: readonly Mutator[] = [
  mutator(
    'tests',
    'rule files that are gone',
    replacing(/(rule_files:\n +- .*)\.yml/, '$1-old.yml'),
    'tests/rule-files-match-nothing',
  ),
  mutator(
    'tests',
    'alert of another name',
    (text) => {
      const name = /alertname: (\w+)/.exec(text)?.[1];
      return name === undefined
        ? text
        : text.replaceAll(new RegExp(`alertname: ${name}\\n`, 'g'), `alertname: ${name}x\n`);
    },
    'tests/unknown-alert',
  ),
  mutator(
    'tests',
    'series that is not closed',
    replacing(/(series: '?\w+\{[^}\n]*)\}/, '$1'),
    'tests/invalid-series',
  ),
  mutator(
    'tests',
    'values',
    replacing(/values: ("|')?[^\n"']+("|')?/, 'values: 1xx4'),
    'tests/invalid-series',
  ),
  mutator('tests', 'alert that no test makes fire', silenced, 'tests/never-fires', 'tests/path-not-tested'),
  mutator('tests', 'alert that no test names', withoutAlert, 'tests/untested-alert', 'tests/path-not-tested'),
];

/** All that is expected of the first alert taken out: each of its tests asks for silence. */
function silenced(text: string): string {
  const name = /alertname: (\w+)/.exec(text)?.[1];
  return text.replace(new RegExp(`(alertname: ${name}\\n +exp_alerts:)\\n(?: {10,}.*\\n)+`, 'g'), '$1 []\n');
}

/** The tests of the first alert taken out, and those of others that ask for it too. */
function withoutAlert(text: string): string {
  const name = /alertname: (\w+)/.exec(text)?.[1];
  const entry = new RegExp(
    ` {6}- eval_time: .*\\n {8}alertname: ${name}\\n {8}exp_alerts:.*\\n(?: {10,}.*\\n)*`,
    'g',
  );
  return text
    .split(/^(?= {2}- name: )/m)
    .flatMap((block) => {
      const rest = block.replace(entry, '');
      return rest !== block && !rest.includes('alertname:') ? [] : [rest];
    })
    .join('');
}
