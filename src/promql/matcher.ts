import { compileRegex } from './re2.ts';
import type { Matcher } from './tree.ts';

/** Whether a matcher takes a value. */
export function matcherTakes({ op, value }: Pick<Matcher, 'op' | 'value'>, actual: string): boolean {
  switch (op) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return compileRegex(value)?.matches(actual) ?? false;
    case '!~':
      return !(compileRegex(value)?.matches(actual) ?? false);
  }
}
