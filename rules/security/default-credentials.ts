import { defineRule } from '../../src/lint/rule.ts';
import type { Project } from '../../src/stack/compose/project.ts';
import { guessableLogins, type Login } from '../../src/stack/logins.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (password: string): string => `services:
  grafana:
    image: grafana/grafana:12.0.2
    environment:
      GF_SECURITY_ADMIN_USER: admin
      GF_SECURITY_ADMIN_PASSWORD: ${password}
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'security/default-credentials',
  severity: 'warning',
  summary: 'A login that anybody would guess.',
  why: `admin/admin, postgres/postgres and the like are what everybody tries first, people and worms alike. In Grafana an
administrator reads every datasource, with its password, and silences every alert. A default that is meant for a laptop
goes to production with the file that it stands in.`,
  fix: `Take the password from a variable without a default, \`\${GRAFANA_PASSWORD:?set it in .env}\`, and keep \`.env\` out
of git; or from a secret, by the \`__FILE\` and \`_FILE\` variables that most images know.`,
  bad: { files: { 'docker-compose.yml': compose('admin') }, at: ['docker-compose.yml:6:35'] },
  good: { files: { 'docker-compose.yml': compose('${GRAFANA_PASSWORD:?set it in .env}') } },
  check({ system, report }) {
    const byProject = new Map<Project, Login[]>();
    for (const { project, container } of composed(system)) {
      const logins = guessableLogins(container, project, system.files);
      byProject.set(project, [...(byProject.get(project) ?? []), ...logins]);
    }
    for (const logins of byProject.values()) {
      for (const group of byCause(logins)) {
        const [first, ...others] = group;
        report({
          at: first.place,
          message: messageFor(first),
          help: `take it from a variable without a default: \${${first.variable ?? 'GF_SECURITY_ADMIN_PASSWORD'}:?set it in .env}`,
          related: others.slice(0, 6).map(({ place, container, variable }) => ({
            at: place,
            message: `"${container.service.name}" ${variable === undefined ? 'has it too' : `has it in ${variable}`}`,
          })),
        });
      }
    }
  },
});

function messageFor({ container, user, password, variable, isServer }: Login): string {
  const { name } = container.service;
  const login = user === undefined ? `the password "${password}"` : `the login ${user}/${password}`;
  if (variable === undefined)
    return `"${name}" has ${login}, Grafana's default, since nothing sets another: anybody would guess it`;
  return isServer
    ? `"${name}" lets people in with ${login}, which anybody would guess`
    : `"${name}" uses ${login}, which anybody would guess`;
}

/**
 * The logins with those that come from the same cause: what a server sets, with everything that uses the
 * same password; and what is left, by password.
 */
function byCause(logins: readonly Login[]): [Login, ...Login[]][] {
  const groups = new Map<string, [Login, ...Login[]]>();
  const add = (key: string, login: Login): void => {
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [login]);
    else known.push(login);
  };
  for (const login of logins.filter(({ isServer }) => isServer))
    add(`server ${login.container.service.name}`, login);
  for (const login of logins.filter(({ isServer }) => !isServer)) {
    const server = [...groups.values()].find(
      ([first]) => first.isServer && first.variable !== undefined && first.password === login.password,
    );
    add(
      server === undefined ? `password ${login.password}` : `server ${server[0].container.service.name}`,
      login,
    );
  }
  return [...groups.values()];
}
