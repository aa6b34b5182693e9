import { hasCorpus } from '../../test/support/corpus.ts';
import { agreement } from '../../test/support/verdicts.ts';
import { type Figure, notMeasured, percent } from '../figure.ts';
import { NO_CORPUS } from '../peers.ts';

/** Whether we take what Prometheus takes. */
export const verdicts: Figure = {
  name: "the Go parser's verdict on PromQL",
  goal: "all of the corpus's rules; 99.5 % of Prometheus's parser tests, 95 % of the errors at the same place",
  measure() {
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    const rules = agreement('promql/rule-verdicts.jsonl');
    const tests = agreement('promql/verdicts.jsonl');
    const agreed = tests.rows.length - tests.wrong.length;
    const placed = tests.rejected.length - tests.elsewhere.length;
    return [
      {
        text: `rules: ${percent(rules.rows.length - rules.wrong.length, rules.rows.length)}`,
        isMet: rules.wrong.length === 0,
      },
      {
        text: `parser tests: ${percent(agreed, tests.rows.length)}`,
        isMet: agreed >= 0.995 * tests.rows.length,
      },
      {
        text: `errors at the same place: ${percent(placed, tests.rejected.length)}`,
        isMet: placed >= 0.95 * tests.rejected.length,
      },
    ];
  },
};
