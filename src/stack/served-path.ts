import { isUnknown } from './compose/interpolate.ts';
import { type Container, flagValues } from './container.ts';

/** The path below which a Prometheus or Alertmanager serves, without a slash at its end. */
export function prefixOf({ args }: Pick<Container, 'args'>): string {
  const prefix = flagValues(args, 'web.route-prefix').at(-1)?.text;
  const external = flagValues(args, 'web.external-url').at(-1)?.text ?? '';
  const path =
    prefix ?? /^[a-z]+:\/\/[^/]+(\/.*)?$/.exec(external)?.[1] ?? (external.startsWith('/') ? external : '');
  return isUnknown(path) ? '' : `/${path.replace(/^\/+|\/+$/g, '')}`.replace(/^\/$/, '');
}
