import { formatSeconds } from '../promql/duration.ts';
import type { WatchingAlert } from './alerts.ts';
import type { Chain } from './chain.ts';
import type { Detection } from './detection.ts';

/** The parts of a time with their sum, as `scrape 15s + evaluation 15s + for 5m = 5m30s`. */
export function sumInWords({ scrape, evaluation, hold, delay, total }: Detection, wait?: number): string {
  const parts: [string, number][] = [
    ['scrape', scrape],
    ['evaluation', evaluation],
    ['for', hold],
    ["the expression's own window", delay],
    ['group_wait', wait ?? 0],
  ];
  const words = parts
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `${name} ${formatSeconds(seconds)}`);
  return `${words.join(' + ')} = ${formatSeconds(total + (wait ?? 0))}`;
}

/** The alerts of a chain that certainly watch its path, or else those that may. */
export function countingAlerts({ alerts }: Chain): readonly WatchingAlert[] {
  const certain = alerts.filter(({ answer }) => answer === 'yes');
  return certain.length > 0 ? certain : alerts;
}

/** The one of several things for which a figure is the least. */
export function leastBy<Item>(items: readonly Item[], figure: (item: Item) => number): Item | undefined {
  return items.reduce<Item | undefined>(
    (best, item) => (best === undefined || figure(item) < figure(best) ? item : best),
    undefined,
  );
}
