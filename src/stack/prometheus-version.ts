import type { Prometheus } from './prometheus.ts';
import { type Version, versionOf } from './version.ts';

/** The version of a Prometheus that compose runs, by its image's tag; undefined where that does not tell. */
export const prometheusVersion = ({ container, kind }: Prometheus): Version =>
  container === undefined || kind !== 'prometheus' ? undefined : versionOf(container);

/** A version as people write it. */
export function versionText(version: Version): string {
  if (version === undefined) return 'of an unknown version';
  return version === 'newest' ? 'the newest' : version.filter((part) => part !== undefined).join('.');
}
