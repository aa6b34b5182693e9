import type { Chain } from '../../src/coverage/chain.ts';
import type { Rule } from '../../src/stack/rules.ts';

/** The alerts of paths that ask for a test and have none: that is a finding of its own, and often an error. */
export const alertsToTest = (chains: readonly Chain[]): ReadonlySet<Rule> =>
  new Set(
    chains
      .filter(({ links }) => links.tested.state === 'gap' && links.tested.required !== 'off')
      .flatMap(({ alerts }) => alerts.flatMap(({ rule }) => rule ?? [])),
  );
