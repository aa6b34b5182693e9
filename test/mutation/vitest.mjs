// What the tests that mutation testing runs import as `vitest`: it collects them, to be run one by one, and often.
import { ASYMMETRIC_MATCHERS_OBJECT, JestAsymmetricMatchers, JestChaiExpect } from '@vitest/expect';
import { expect as chaiExpect, use } from 'chai';

use(JestChaiExpect);
use(JestAsymmetricMatchers);
export const expect = Object.assign(
  (value, message) => chaiExpect(value, message),
  chaiExpect,
  globalThis[ASYMMETRIC_MATCHERS_OBJECT],
);

/** Each test that was written, with its full name and file; the file is set by what the bundler writes before it. */
export const collected = [];
let file;
let path = [];

/** Called by the bundle before the tests of a file. */
export function beginFile(name) {
  file = name;
  path = [];
}

/** What of the tests of all rules is run: the examples of the mutated areas, and of those that ask them. */
const OF_ALL_RULES =
  /^(?:alertmanager|alerts|promql|recording)\/\S+ > (?:finds its bad example|is silent (?:on its good example|after its fix))/;

/** A `describe` or `test` with the variants that the tests use. */
function declarer(declare) {
  return Object.assign(declare, {
    each: (rows) => (name, body) => {
      for (const row of rows) {
        const values = Array.isArray(row) ? row : [row];
        declare(filled(name, values), () => body(...values));
      }
    },
    skipIf: (condition) => (condition ? () => {} : declarer(declare)),
  });
}

/** A name with the values of a row put in, as vitest's own names have them. */
function filled(name, values) {
  const rest = [...values];
  return name
    .replace(/%[sdijo]/g, (directive) => {
      const value = rest.shift();
      return directive === '%s' || directive === '%d' ? String(value) : JSON.stringify(value);
    })
    .replace(/\$(\w+)/g, (whole, key) => (values[0]?.[key] === undefined ? whole : String(values[0][key])));
}

export const describe = declarer((name, body) => {
  const outer = path;
  path = [...path, name];
  body();
  path = outer;
});

export const test = declarer((name, ...rest) => {
  const fullName = [...path, name].join(' > ');
  if (file === 'test/rules.test.ts' && !OF_ALL_RULES.test(fullName)) return;
  const run = rest.find((one) => typeof one === 'function');
  collected.push({ file, name: fullName, run });
});

export const it = test;
