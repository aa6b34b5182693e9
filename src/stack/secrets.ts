import { onceOf } from '../once.ts';
import { type EnvVariable, readEnv } from '../repo/env.ts';
import type { File } from '../repo/files.ts';
import {
  child,
  entries,
  isFields,
  items,
  type Node,
  type Place,
  roots,
  textOf,
  within,
} from '../repo/node.ts';
import type { SourceText } from '../repo/text.ts';
import { isUnknown } from './compose/interpolate.ts';
import {
  isGuessable,
  isPlaceholder,
  isSecretName,
  isStrong,
  loginIn,
  tokenIn,
} from './knowledge/credentials.ts';

/** A secret that a configuration holds in plain text. Its value is never kept. */
export interface Secret {
  readonly place: Place;
  /** The field or variable that holds it. */
  readonly field: string;
  /** What it is, where its form tells. */
  readonly token: string | undefined;
  /** Whether it looks like one that is in use, and not like a word that somebody put there for a try. */
  readonly isStrong: boolean;
}

/** Fields of configurations whose value is a secret, besides those that a name tells. */
const FIELDS = new Set([
  'routing_key',
  'service_key',
  'user_key',
  'bot_token',
  'bearer_token',
  'smtp_auth_secret',
  'access_key_secret',
  'secret_access_key',
  'account_key',
  'basicAuthPassword',
  'integrationKey',
  'apiToken',
  'basic_auth_password',
]);

/** The secrets that are written in a file's texts. */
export const secretsIn = onceOf(({ node, kind }: File): readonly Secret[] =>
  texts(node).flatMap((text) => (kind === 'compose' ? ofCompose(text) : ofConfiguration(text))),
);

/** The variables of an environment file whose values are secrets. */
export const secretVariables = (source: SourceText): EnvVariable[] =>
  readEnv(source).filter(({ name, value }) => isSecretVariable(name, value));

function isSecretVariable(name: string, value: string): boolean {
  if (value.length < 6 || isUnknown(value)) return false;
  if (tokenIn(value) !== undefined) return true;
  const login = loginIn(value);
  if (login !== undefined && login.password.length >= 6 && !isUnknown(login.password))
    return !isPlaceholder(login.password) && !isGuessable(login.password, login.user);
  return (
    isSecretName(name) &&
    !isPlaceholder(value) &&
    !isGuessable(value) &&
    !/^(?:https?:\/\/|\/|\.\/)/.test(value)
  );
}

function texts(node: Node): Node[] {
  if (typeof node.value === 'string') return node.value.length >= 6 ? [node] : [];
  if (Array.isArray(node.value)) return items(node).flatMap(texts);
  return isFields(node.value) ? entries(node).flatMap(([, value]) => texts(value)) : [];
}

function ofConfiguration(node: Node): Secret[] {
  const text = node.value as string;
  const field = String(node.path.findLast((key) => typeof key === 'string') ?? '');
  const isSecureData = node.path.includes('secureJsonData') || node.path.includes('secure_settings');
  // The value of a header is one only where it lets somebody in.
  const isHeader = /^httpHeaderValue\d+$/.test(field) && !/^(?:Basic|Bearer|Token) /i.test(text);
  const isNamed = FIELDS.has(field) || isSecretName(field) || (isSecureData && !isHeader);
  return judged(node, field, text, 0, isNamed);
}

/** In compose files, environment variables and build arguments hold secrets, as `NAME: value` or `NAME=value`. */
function ofCompose(node: Node): Secret[] {
  const text = node.value as string;
  const { path } = node;
  const inEnvironment = path.includes('environment') || path.includes('args');
  const last = path.at(-1);
  const pair = typeof last === 'number' ? /^([A-Za-z_]\w*)=/.exec(text) : null;
  const field = pair?.[1] ?? (typeof last === 'string' ? last : String(path.at(-2) ?? ''));
  const start = pair?.[0].length ?? 0;
  const value = text.slice(start);
  const isNamed = inEnvironment && isSecretName(field);
  // The name of its user anybody would guess: it is no secret.
  if (isNamed && userBeside(node, field) === value) return [];
  return judged(node, field, value, start, isNamed);
}

/** The user that is written beside a password, as `NAME_USER` or `NAME_USERNAME`. */
function userBeside({ doc, index, path }: Node, field: string): string | undefined {
  const root = roots(doc)[index];
  const prefix = field.replace(/(?:PASSWORD|PASSWD|PASS|PWD)$/i, '');
  if (root === undefined || prefix === field) return undefined;
  const around = child(root, ...path.slice(0, -1));
  for (const name of [`${prefix}USER`, `${prefix}USERNAME`]) {
    const own = textOf(child(around, name));
    if (own !== undefined) return own;
    const pair = items(around).find((item) => textOf(item)?.startsWith(`${name}=`));
    if (pair !== undefined) return textOf(pair)?.slice(name.length + 1);
  }
  return undefined;
}

function judged(node: Node, field: string, value: string, start: number, isNamed: boolean): Secret[] {
  const secret = (from: number, to: number, rest: Pick<Secret, 'token' | 'isStrong'>): Secret[] => [
    { field, place: within(node, { start: start + from, end: start + to }), ...rest },
  ];
  const token = tokenIn(value);
  if (token !== undefined) return secret(0, value.length, { token, isStrong: true });
  const login = loginIn(value);
  if (login !== undefined) {
    const { password, user } = login;
    if (isUnknown(password) || isPlaceholder(password) || isGuessable(password, user) || password.length < 6)
      return [];
    return secret(login.start, login.start + password.length, {
      token: undefined,
      isStrong: isStrong(password),
    });
  }
  if (!isNamed || value.length < 6 || isUnknown(value) || isPlaceholder(value)) return [];
  // A list such as `realm,user,password`; and a value that only says its own name.
  if (isGuessable(value.split(/[,;:|]/).at(-1) ?? '') || spelled(value).includes(spelled(field))) return [];
  if (
    /^(?:https?:\/\/|\.{0,2}\/|\d{1,6}$)/.test(value) ||
    /\s/.test(value.trim().replace(/^(?:Basic|Bearer|Token) /i, ''))
  )
    return [];
  return secret(0, value.length, { token: undefined, isStrong: isStrong(value) });
}

const spelled = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
