import type { Files } from '../repo/files.ts';
import { keyOf, type Place } from '../repo/node.ts';
import { isReadable } from '../repo/repository.ts';
import { isUnknown } from './compose/interpolate.ts';
import { originOf } from './compose/origin.ts';
import type { Project } from './compose/project.ts';
import type { Container } from './container.ts';
import {
  isGuessable,
  isPasswordName,
  isPlaceholder,
  loginIn,
  SERVER_PASSWORDS,
} from './knowledge/credentials.ts';

/** A login that a container has or uses. */
export interface Login {
  readonly container: Container;
  /** The variable that holds it; undefined for one that nothing sets. */
  readonly variable: string | undefined;
  readonly user: string | undefined;
  readonly password: string;
  /** Whether the container itself lets people in with it. */
  readonly isServer: boolean;
  readonly place: Place;
}

/** The logins of a container that anybody would guess and that are written down in the repository. */
export function guessableLogins(container: Container, project: Project, files: Files): Login[] {
  const { env, service } = container;
  const found: Login[] = [];
  for (const [variable, { text, place }] of env) {
    const login = loginOf(variable, text, env);
    if (login === undefined || isUnknown(login.password) || isPlaceholderOnly(login.password)) continue;
    if (!isGuessable(login.password, login.user)) continue;
    const origin = originOf(variable, login.password, place, { service, project, files });
    if (origin !== undefined) found.push({ container, variable, place: origin, ...login });
  }
  const own = defaultOfGrafana(container, files);
  return own === undefined ? found : [...found, own];
}

/** "change_me" is what a login is as long as nobody changes it; `<password>` is none. */
const isPlaceholderOnly = (password: string): boolean =>
  isPlaceholder(password) && !/change|example|sample|dummy|true|false/i.test(password);

function loginOf(
  variable: string,
  text: string,
  env: Container['env'],
): Pick<Login, 'user' | 'password' | 'isServer'> | undefined {
  const server = SERVER_PASSWORDS.get(variable);
  const userOf = (name: string | undefined): string | undefined => {
    const user = name === undefined ? undefined : env.get(name)?.text;
    return user === undefined || isUnknown(user) ? undefined : user;
  };
  if (server !== undefined)
    return { user: userOf(server.userVariable) ?? server.user, password: text, isServer: true };
  if (isPasswordName(variable)) {
    const user = ['USER', 'USERNAME', 'NAME'].map((word) =>
      userOf(variable.replace(/(?:PASSWORD|PASSWD|PASS|PWD)$/i, word)),
    );
    return { user: user.find((name) => name !== undefined), password: text, isServer: false };
  }
  const login = loginIn(text);
  return login === undefined
    ? undefined
    : { user: login.user || undefined, password: login.password, isServer: false };
}

/** Where Grafana reads its own configuration (Grafana documentation, "Configure Grafana"). */
const GRAFANA_INI = '/etc/grafana/grafana.ini';

/** Grafana's own login, admin/admin, where nothing sets another. */
function defaultOfGrafana(container: Container, files: Files): Login | undefined {
  const { facts, env, service } = container;
  if (facts?.role !== 'grafana' || service.hasUnknownEnv) return undefined;
  const isSet = [...env.keys()].some((name) =>
    /^GF_SECURITY_(?:ADMIN_PASSWORD(?:__FILE)?|DISABLE_INITIAL_ADMIN_CREATION)$|^GF_AUTH_DISABLE_LOGIN_FORM$|^GF_AUTH_BASIC_ENABLED$/.test(
      name,
    ),
  );
  if (isSet || env.has('GF_PATHS_CONFIG') || container.args.some(({ text }) => /^--?config\b/.test(text)))
    return undefined;
  const login = { container, variable: undefined, user: 'admin', password: 'admin', isServer: true };
  const ini = container.at(GRAFANA_INI);
  if (ini.state === 'image') return { ...login, place: keyOf(service.node) };
  if (ini.state !== 'file') return undefined;
  const source = files.repo.text(ini.path);
  if (!isReadable(source)) return undefined;
  const set =
    /^[ \t]*(?:admin_password[ \t]*=[ \t]*(.*)|(?:disable_initial_admin_creation|disable_login_form)[ \t]*=[ \t]*true[ \t\r]*)$/m.exec(
      source.text,
    );
  if (set === null) return { ...login, place: keyOf(service.node) };
  const password = (set[1] ?? '').trim();
  if (password === '' || isUnknown(password) || !isGuessable(password, 'admin')) return undefined;
  const start = set.index + set[0].lastIndexOf(password);
  return { ...login, password, place: { source, span: { start, end: start + password.length } } };
}
