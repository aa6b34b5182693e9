import type { Service } from './service.ts';

/** Whether two services of a project are meant to run at once: neither is in profiles that the other is not in. */
export const runTogether = (a: Service, b: Service): boolean =>
  a.profiles.length === 0 ||
  b.profiles.length === 0 ||
  a.profiles.some((profile) => b.profiles.includes(profile));

/** Whether a service runs once and ends, such as one that prepares a database: it is not restarted, or others wait for its end. */
export const isOneShot = (service: Service, services: Iterable<Service>): boolean =>
  service.field('restart')?.value === 'no' ||
  service.field('restart')?.value === false ||
  [...services].some(({ dependsOn }) =>
    dependsOn.some(
      ({ service: name, condition }) =>
        name === service.name && condition === 'service_completed_successfully',
    ),
  );
