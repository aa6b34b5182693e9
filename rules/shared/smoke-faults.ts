import type { RuleContext } from '../../src/lint/rule.ts';
import type { FaultKind } from '../../src/smoke/outcome.ts';

/** Reports what the smoke boot found of one kind. */
export const reportFaults =
  (kind: FaultKind) =>
  ({ smoke, report }: RuleContext): void => {
    for (const fault of smoke?.faults ?? []) {
      if (fault.kind !== kind) continue;
      const { at, message, help, related = [], severity, isSeenWithout } = fault;
      report({
        at,
        message,
        help,
        related,
        ...(severity === undefined ? {} : { severity }),
        ...(isSeenWithout === true ? { followsFrom: [at] } : {}),
      });
    }
  };
