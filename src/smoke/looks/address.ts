import { type Container, flagValues } from '../../stack/container.ts';
import { addressOf } from '../containers.ts';
import { runningAs, type Scene } from './look.ts';

/** The port that a program is told to listen on by a flag such as `--web.listen-address=:9091`, else its usual one. */
export function portFrom({ args }: Pick<Container, 'args'>, flag: string, usual: number): number {
  const written = flagValues(args, flag).at(-1)?.text ?? '';
  const port = /:(\d+)$/.exec(written)?.[1];
  return port === undefined ? usual : Number(port);
}

/** Where a program of the stack is asked; undefined where its container has no such port to be reached. */
export function baseUrl(scene: Scene, container: Container, port: number, prefix = ''): string | undefined {
  const running = runningAs(scene, container);
  const address = running && addressOf(running, port);
  return address === undefined ? undefined : `http://${address}${prefix}`;
}
