import { inService, replacing, withField } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

export const composeMutators: readonly Mutator[] = [
  mutator(
    'compose',
    'no mount of the rules',
    replacing(/^ +- \S*:\/etc\/prometheus\/(?!prometheus\.yml)\S+\n/m, ''),
    'prometheus/rule-files-match-nothing',
    'prometheus/rule-file-not-loaded',
  ),
  mutator(
    'compose',
    'source of the configuration',
    replacing(/(\S+)prometheus\.yml:\/etc\/prometheus/, '$1prometheus.yaml:/etc/prometheus'),
    'compose/bind-source-missing',
  ),
  mutator(
    'compose',
    'source of the dashboards',
    replacing(/^( +- )(\S+):\/var\/lib\/grafana\/dashboards/m, '$1$2-old:/var/lib/grafana/dashboards'),
    'compose/bind-source-missing',
    'grafana/provider-path',
  ),
  mutator(
    'compose',
    'place of the dashboards',
    replacing(':/var/lib/grafana/dashboards', ':/etc/grafana/dashboards'),
    'grafana/provider-path',
  ),
  mutator(
    'compose',
    'no mount of the provisioning',
    replacing(/^ +- \S+:\/etc\/grafana\/provisioning\S*\n/m, ''),
    'grafana/provisioning-not-loaded',
  ),
  mutator(
    'compose',
    'no mount for Alertmanager',
    replacing(/^ +- \S+alertmanager\.yml:\S+\n/m, ''),
    'alertmanager/config-not-loaded',
  ),
  mutator(
    'compose',
    'path of the configuration',
    replacing('--config.file=/etc/prometheus/prometheus.yml', '--config.file=/etc/prometheus/prom.yml'),
    'prometheus/config-not-loaded',
  ),
  mutator(
    'compose',
    'dependency',
    replacing(/(depends_on:\n +)([\w-]+):/, '$1$2x:'),
    'compose/depends-on-unknown',
  ),
  mutator(
    'compose',
    'no health check of what others wait for',
    inService('prometheus', (block) => block.replace(/ {4}healthcheck:\n(?: {6}.*\n)+/, '')),
    'compose/depends-on-unhealthy',
  ),
  mutator(
    'compose',
    'port of the host twice',
    replacing(
      'services:\n',
      'services:\n  extra-a:\n    image: example/a:1.0\n    mem_limit: 64m\n    ports: ["127.0.0.1:7777:80"]\n  extra-b:\n    image: example/b:1.0\n    mem_limit: 64m\n    ports: ["127.0.0.1:7777:80"]\n',
    ),
    'compose/host-port-clash',
  ),
  mutator(
    'compose',
    'volume that is not declared',
    replacing(/- prometheus[-_]data:\/prometheus/, '- prometheus-store:/prometheus'),
    'compose/undefined-resource',
  ),
  mutator(
    'compose',
    'no volume for the data',
    replacing(/^ +- prometheus[-_]data:\/prometheus\n/m, ''),
    'compose/no-data-volume',
  ),
  mutator(
    'compose',
    'newest image',
    replacing(/prom\/prometheus:\S+/, 'prom/prometheus:latest'),
    'compose/image-not-pinned',
  ),
  mutator(
    'compose',
    'retention that is none',
    replacing(/retention\.time=\w+/, 'retention.time=15days'),
    'prometheus/retention',
  ),
  mutator(
    'compose',
    'no retention',
    replacing(/^ +- --storage\.tsdb\.retention\.time=\w+\n/m, ''),
    'prometheus/retention',
  ),
  mutator(
    'compose',
    'password that anybody guesses',
    replacing(/GF_SECURITY_ADMIN_PASSWORD: .*/, 'GF_SECURITY_ADMIN_PASSWORD: admin'),
    'security/default-credentials',
  ),
  mutator(
    'compose',
    'password in the file',
    replacing(/GF_SECURITY_ADMIN_PASSWORD: .*/, 'GF_SECURITY_ADMIN_PASSWORD: k3Jd82mQzPw7vT'),
    'security/secret-in-file',
  ),
  mutator(
    'compose',
    'anonymous administrators',
    replacing(
      /( +)GF_USERS_ALLOW_SIGN_UP: .*/,
      '$1GF_AUTH_ANONYMOUS_ENABLED: "true"\n$1GF_AUTH_ANONYMOUS_ORG_ROLE: Admin',
    ),
    'security/anonymous-admin',
  ),
  mutator('compose', 'all rights', withField('grafana', 'privileged: true'), 'security/privileged'),
  mutator(
    'compose',
    "Docker's socket",
    replacing(
      /^( +)- (prometheus[-_]data:\/prometheus)/m,
      '$1- /var/run/docker.sock:/var/run/docker.sock\n$1- $2',
    ),
    'security/docker-socket-writable',
  ),
  mutator(
    'compose',
    'file of variables',
    withField('prometheus', 'env_file: missing.env'),
    'compose/env-file-missing',
  ),
  mutator(
    'compose',
    'admin API',
    (text) =>
      inService('prometheus', (block) =>
        block
          .replace(/ {4}(?:ports|expose):\n(?: {6}.*\n)+/, '')
          .replace(/(\n {6}- --config)/, '\n      - --web.enable-admin-api$1')
          .replace(/(\n {4}image: .*\n)/, '$1    ports: ["9090:9090"]\n'),
      )(text),
    'security/admin-api-exposed',
  ),
  mutator(
    'compose',
    'key that is misspelled',
    inService('grafana', (block) => block.replace('    environment:', '    enviroment:')),
    'syntax/schema',
  ),
  mutator('compose', 'indentation', replacing(/^ {2}grafana:/m, '   grafana:'), 'syntax/invalid'),
  mutator(
    'compose',
    'service twice',
    (text) => text.replace(/^ {2}(alertmanager):\n/m, '  grafana:\n'),
    'syntax/duplicate-key',
  ),
  mutator(
    'compose',
    'interpolation',
    replacing(/\$\{GRAFANA_ADMIN_USER[^}]*\}/, '${GRAFANA_ADMIN_USER'),
    'compose/invalid-interpolation',
  ),
  mutator(
    'compose',
    'dependency on itself',
    (text) =>
      inService('prometheus', (block) =>
        block.includes('depends_on')
          ? block
          : block.replace(/(\n {4}image: .*\n)/, '$1    depends_on: [grafana]\n'),
      )(text),
    'compose/depends-on-cycle',
  ),
];
