import { defineRule } from '../../src/lint/rule.ts';
import { serverSetting } from '../../src/stack/grafana.ts';

const compose = (role: string): string => `services:
  grafana:
    image: grafana/grafana:12.0.2
    environment:
      GF_AUTH_ANONYMOUS_ENABLED: "true"
      GF_AUTH_ANONYMOUS_ORG_ROLE: ${role}
    ports:
      - 3000:3000
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'security/anonymous-admin',
  severity: 'warning',
  summary: 'A Grafana in which everybody is an administrator, without a login.',
  why: `Whoever reaches the page can delete dashboards, silence alerts, and read through each datasource whatever it gives
to Grafana. Most often it is left over from a demonstration.`,
  fix: `Let people who are not logged in only look, with \`GF_AUTH_ANONYMOUS_ORG_ROLE: Viewer\`, or switch the setting off.`,
  bad: { files: { 'docker-compose.yml': compose('Admin') }, at: ['docker-compose.yml:6:35'] },
  good: { files: { 'docker-compose.yml': compose('Viewer') } },
  check({ system, report }) {
    for (const { container, name } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (container === undefined) continue;
      const enabled = serverSetting(container, system.files, 'auth.anonymous', 'enabled');
      const role = serverSetting(container, system.files, 'auth.anonymous', 'org_role');
      if (role === undefined || !isTrue(enabled?.text) || role.text.trim().toLowerCase() !== 'admin')
        continue;
      report({
        at: role.place,
        message: `everybody who reaches "${name}" is its administrator, without a login`,
        help: 'write Viewer, or switch anonymous access off',
        related: enabled ? [{ at: enabled.place, message: 'anonymous access is switched on here' }] : [],
      });
    }
  },
});

/** What Go takes for true (`strconv.ParseBool`), as Grafana's settings do. */
const isTrue = (text: string | undefined): boolean => /^(?:1|t|true)$/i.test(text?.trim() ?? '');
