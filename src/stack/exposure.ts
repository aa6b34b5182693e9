import { isUnknown } from './compose/interpolate.ts';
import type { PublishedPort } from './compose/service.ts';
import type { Container } from './container.ts';

/** The ports of a container that the host publishes on more than its loopback interface, as far as is known. */
export const openPorts = ({ service }: Container): readonly PublishedPort[] =>
  service.ports.filter(
    ({ text, hostIp }) =>
      !isUnknown(text) && !/^(?:127\.|\[?::1\]?$|localhost$)/.test(hostIp ?? '') && !isUnknown(hostIp ?? ''),
  );
