import { readFileSync } from 'node:fs';

/** What the runner says of the event that started the job (GitHub documentation, "Webhook events and payloads"). */
export interface GitHubEvent {
  /** The commit that the checks are shown at. */
  readonly head: string | undefined;
  /** The commit that the change started from. */
  readonly base: string | undefined;
}

/** Reads the event from the runner's environment. What it lacks is undefined: a check needs none of it. */
export function readEvent(env: NodeJS.ProcessEnv): GitHubEvent {
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const pull = fieldOf(payload, 'pull_request');
  return {
    // The checkout of a pull request is a merge that nobody sees: checks belong to its head.
    head: textAt(pull, 'head', 'sha') ?? env.GITHUB_SHA,
    base: textAt(pull, 'base', 'sha') ?? textAt(payload, 'before'),
  };
}

function readPayload(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // A runner of another make may have no such file: then nothing is known of the event.
    return undefined;
  }
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

function textAt(value: unknown, ...keys: string[]): string | undefined {
  const found = keys.reduce(fieldOf, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
