import { isUnknown } from './compose/interpolate.ts';
import { imageTag } from './knowledge/images.ts';
import type { System } from './system.ts';

/** The version of a program, as its image's tag says it. */
export interface Version {
  readonly text: string;
  isBefore(other: string): boolean;
}

/** A version of numbers in a tag such as `v2.53.1` or `12.2.0-ubuntu`; `latest` is the newest, whatever that is. */
export function readVersion(tag: string): Version | undefined {
  if (tag === 'latest') return { text: tag, isBefore: () => false };
  const numbers = parts(tag);
  if (numbers === undefined) return undefined;
  return {
    text: tag,
    isBefore(other) {
      const wanted = parts(other) ?? [];
      for (let index = 0; index < wanted.length; index++) {
        const difference = (numbers[index] ?? 0) - (wanted[index] as number);
        if (difference !== 0) return difference < 0;
      }
      return false;
    },
  };
}

const parts = (tag: string): number[] | undefined =>
  /^v?(\d+(?:\.\d+)*)(?:[-+.].*)?$/.exec(tag)?.[1]?.split('.').map(Number);

/** The version of the program that reads a file, where one container of known version has it mounted. */
export function versionReading(system: System, path: string): Version | undefined {
  for (const { containers } of system.stacks) {
    for (const { service, facts } of containers) {
      if (
        facts === undefined ||
        facts.role === 'app' ||
        !service.mounts.some(
          (mount) => mount.path !== undefined && (path === mount.path || path.startsWith(`${mount.path}/`)),
        )
      )
        continue;
      const image = service.image?.text;
      return image === undefined || isUnknown(image) ? undefined : readVersion(imageTag(image) ?? 'latest');
    }
  }
  return undefined;
}
