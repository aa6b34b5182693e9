import { keyOf, type Place } from '../repo/node.ts';
import { placeOfProject, placeOfResource, placeOfSetting } from '../stack/settings.ts';
import type { Stack, System } from '../stack/system.ts';
import { subjectOf } from '../verify/compose/complaint.ts';
import type { NotStarted } from './boot.ts';
import type { Effective } from './effective.ts';
import { at, text } from './json.ts';
import { shortened } from './looks/log-place.ts';
import { type Fault, notBooted, type SmokeOutcome } from './outcome.ts';
import type { Reach } from './safety.ts';

/** What a refusal needs to say where its cause is. */
export interface Refusing {
  readonly system: System;
  readonly stack: Stack;
  readonly isDemanded: boolean;
}

/** The stack reaches out of the repository. */
export function refused(
  project: string,
  reaches: readonly Reach[],
  { system, stack, isDemanded }: Refusing,
): SmokeOutcome {
  const faults = reaches.map(({ service, setting, what }): Fault => {
    const place =
      service === undefined
        ? placeOfResource(stack, system, setting)
        : placeOfSetting(stack, system, service, setting);
    return {
      kind: 'host-access',
      at: place,
      message: `${service === undefined ? '' : `"${service}" `}${what}: the stack is not booted`,
      help: 'keep it inside the repository, or boot it with --allow-host-access where its files are trusted',
    };
  });
  return notBooted('it reaches out of the repository, which --allow-host-access would let it', isDemanded, {
    project,
    faults,
  });
}

/** What compose itself has against the files. */
export function rejected(message: string, { system, stack, isDemanded }: Refusing): SmokeOutcome {
  const { section, name, keys, written } = subjectOf(message);
  const service = section === 'services' ? name : undefined;
  const found = stack.containers.find((container) => container.service.name === service)?.service;
  const place: Place =
    found === undefined
      ? placeOfProject(stack, system)
      : keys.length === 0
        ? keyOf(found.node)
        : placeOfSetting(stack, system, found.name, { keys, written });
  return notBooted(`docker compose refuses the files: ${message}`, isDemanded, {
    faults: [
      {
        kind: keys[0] === 'networks' ? 'network-missing' : 'not-booted',
        at: place,
        message: `docker compose refuses this: ${message}`,
        help: /is missing a value/.test(message)
          ? 'smoke.env of monitoring-check.yml gives it a value for the boot'
          : 'docker compose config says the same',
        isSeenWithout: true,
      },
    ],
  });
}

/** Its images could not be had, or compose could make none of its containers. `generated` is the name that it was started under. */
export function notStarted(
  { why, service, message }: NotStarted,
  effective: Effective,
  faults: readonly Fault[],
  generated: string,
  { system, stack, isDemanded }: Refusing,
): SmokeOutcome {
  const said = shortened(message.replaceAll(generated, effective.project)).replace(/[.]$/, '');
  const image = service === undefined ? undefined : text(at(effective.value, 'services', service, 'image'));
  const reason =
    why === 'pull'
      ? `the image "${image}" of "${service}" cannot be had: ${said}`
      : why === 'build'
        ? `"${service}" cannot be built: ${said}`
        : `docker compose could not start it: ${said}`;
  const setting = { keys: [why === 'pull' ? 'image' : 'build'], written: undefined };
  const place =
    service === undefined ? placeOfProject(stack, system) : placeOfSetting(stack, system, service, setting);
  return notBooted(reason, isDemanded, {
    project: effective.project,
    faults: [
      ...faults,
      {
        kind: 'not-booted',
        at: place,
        message: reason,
        help:
          why === 'pull'
            ? 'see that the name is right and that this machine may pull it; whether the stack is well is not known'
            : 'whether the stack is well is not known',
      },
    ],
  });
}
