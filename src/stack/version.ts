import { isUnknown } from './compose/interpolate.ts';
import type { Container } from './container.ts';
import { imageTag } from './knowledge/images.ts';
import type { Prometheus } from './prometheus.ts';

/** A version as far as its first two numbers; `newest` for an image without a tag, or one that follows the newest. */
export type Version = { readonly major: number; readonly minor: number } | 'newest';

/** The version of what a container runs, by its image's tag; undefined when that does not tell. */
export function versionOf({ service, recipe }: Container): Version | undefined {
  const image = service.build === undefined ? service.image?.text : recipe?.base;
  if (image === undefined || isUnknown(image)) return undefined;
  const tag = imageTag(image);
  if (tag === undefined || tag === 'latest' || tag === 'main' || tag === 'master') return 'newest';
  const match = /^v?(\d+)\.(\d+)(?:\D|$)/.exec(tag);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** The version of a Prometheus that compose runs. */
export const prometheusVersion = ({ container, kind }: Prometheus): Version | undefined =>
  container === undefined || kind !== 'prometheus' ? undefined : versionOf(container);

/** Whether a version comes before another. */
export const isBefore = (version: Version, major: number, minor: number): boolean =>
  version !== 'newest' && (version.major < major || (version.major === major && version.minor < minor));

/** A version as people write it. */
export const versionText = (version: Version): string =>
  version === 'newest' ? 'the newest' : `${version.major}.${version.minor}`;
