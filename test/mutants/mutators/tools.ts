import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

/** What only promtool sees: that an alert does not do what its test says, or the test not what the alert does. */
export const toolMutators: readonly Mutator[] = [
  mutator(
    'rules',
    'hold that the test does not wait for',
    replacing(/for: (\d+[ms])/, 'for: 4$1'),
    'tests/fails',
  ),
  mutator(
    'rules',
    'limit from above',
    replacing(/^( +(?:expr: )?.*[^<>=!]) > (\d+)$/m, '$1 < $2'),
    'tests/fails',
  ),
  mutator(
    'tests',
    'expected text as it was before',
    replacing(/(exp_annotations:\n +summary: "?)\w+/, '$1Formerly'),
    'tests/fails',
  ),
];
