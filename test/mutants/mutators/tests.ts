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
];
