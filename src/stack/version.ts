import { below } from '../repo/path.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container } from './container.ts';
import { imageTag } from './knowledge/images.ts';
import type { System } from './system.ts';

/** The version of a program that an image's tag tells: its numbers, or that it is whatever is newest. */
export type Version = readonly [major: number, minor: number | undefined] | 'newest' | undefined;

/** The version of the program in a container; undefined for a digest, a variable, or a tag without numbers. */
export function versionOf({ service, recipe }: Container): Version {
  const image = service.build === undefined ? service.image?.text : recipe?.base;
  if (image === undefined || isUnknown(image)) return undefined;
  const tag = imageTag(image);
  if (tag === undefined || tag === 'latest') return 'newest';
  const match = /^v?(\d+)(?:\.(\d+))?(?:[.-]|$)/.exec(tag);
  return match ? [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])] : undefined;
}

/** Whether a version is certainly this one or later. */
export function isAtLeast(version: Version, major: number, minor = 0): boolean {
  if (version === undefined) return false;
  if (version === 'newest') return true;
  const [own, second] = version;
  // A tag such as `2` is the newest of its major version.
  return own > major || (own === major && (second === undefined || second >= minor));
}

/** Whether a version is certainly before this one. */
export function isBelow(version: Version, major: number, minor = 0): boolean {
  if (version === undefined || version === 'newest') return false;
  const [own, second] = version;
  return own < major || (own === major && second !== undefined && second < minor);
}

/** The version of the program that reads a file, where a container of known version has it mounted. */
export function versionReading(system: System, path: string): Version {
  for (const { containers } of system.stacks) {
    const reader = containers.find(
      ({ service, facts }) =>
        facts !== undefined &&
        facts.role !== 'app' &&
        service.mounts.some((mount) => mount.path !== undefined && below(mount.path, path) !== undefined),
    );
    if (reader !== undefined) return versionOf(reader);
  }
  return undefined;
}
