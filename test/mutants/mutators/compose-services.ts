import { inService, replacing, withField } from './edits.ts';
import { fileOf, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

/** The services that others wait for: a broker, a database. */
const WAITED_FOR = ['kafka', 'redpanda', 'postgres', 'db'];

/** Lets others wait only for the start of a service, which has no health check any more. */
function withoutHealth(text: string): string {
  const name = WAITED_FOR.find((service) => new RegExp(`^  ${service}:\n`, 'm').test(text));
  if (name === undefined) return text;
  const waiting = new RegExp(`^( +${name}:\n +condition: )service_healthy`, 'gm');
  return inService(name, (block) => block.replace(/ {4}healthcheck:\n(?: {6}.*\n)+/, ''))(
    text.replace(waiting, '$1service_started'),
  );
}

export const composeServiceMutators: readonly Mutator[] = [
  mutator(
    'compose',
    'no health check of a broker',
    withoutHealth,
    'compose/no-healthcheck',
    'compose/depends-on-unhealthy',
  ),
  mutator(
    'compose',
    'no limit of memory',
    inService('grafana', (block) =>
      block.replace(/ {4}(?:mem_limit: .*\n|deploy:\n {6}resources:\n {8}limits:\n {10}memory: .*\n)/, ''),
    ),
    'compose/no-memory-limit',
  ),
  mutator(
    'compose',
    'version of the format',
    replacing(/^name: /m, 'version: "3.8"\n$&'),
    'compose/obsolete-version',
  ),
  mutator(
    'compose',
    'profile of a target',
    (text) =>
      inService('grafana', (block) => block.replace('profiles: [monitoring]', 'profiles: [dashboards]'))(
        withField('grafana', 'profiles: [dashboards]')(text),
      ),
    'compose/profile-leaves-out-target',
  ),
  mutator(
    'compose',
    'one name for two containers',
    (text) =>
      text.includes('container_name:')
        ? text.replace(/(container_name: \S+)-kafka-exporter\n/, '$1-redis-exporter\n')
        : ['prometheus', 'grafana'].reduce(
            (now, service) => withField(service, 'container_name: monitoring')(now),
            text,
          ),
    'compose/container-name-clash',
  ),
  mutator(
    'compose',
    'variable of another name',
    replacing(/\$\{GRAFANA_ADMIN_USER[^}]*\}/, '${GRAFANA_USER}'),
    'compose/undefined-variable',
  ),
  mutator(
    'compose',
    'file of Prometheus as its folder',
    replacing(/(prometheus\.yml:\/etc\/prometheus)\/prometheus\.yml/, '$1'),
    'compose/bind-type-mismatch',
  ),
  mutator(
    'compose',
    'file of Alertmanager as its folder',
    replacing(/(alertmanager\.yml:\/etc\/alertmanager)\/alertmanager\.yml/, '$1'),
    'compose/bind-type-mismatch',
  ),
  stackMutator(
    "compose: Alertmanager's file kept out of git",
    (texts) => {
      const path = fileOf(texts, 'alertmanager')?.path;
      const ignored = texts.get('.gitignore');
      return path === undefined || ignored === undefined
        ? undefined
        : { '.gitignore': `${ignored}\n# It has our keys.\n/${path}\n` };
    },
    'compose/bind-source-ignored',
  ),
  stackMutator(
    'compose: certificate that a script fetches',
    (texts) =>
      // One stack has its reasons not to be told of such files.
      texts.get('monitoring-check.yml')?.includes('compose/bind-source-downloaded')
        ? undefined
        : inTurn(
            inFile('compose', (text) =>
              text.replace(
                /^( +)- (\S+:\/etc\/prometheus\/prometheus\.yml\S*)\n/m,
                '$&$1- ./certs/ca.pem:/etc/ssl/company-ca.pem:ro\n',
              ),
            ),
            () => ({
              'scripts/fetch-ca.sh':
                '#!/bin/sh\nset -eu\nmkdir -p certs\ncurl -fsSL -o certs/ca.pem https://pki.example.com/ca.pem\n',
            }),
          )(texts),
    'compose/bind-source-downloaded',
  ),
  mutator(
    'compose',
    'no mount of the mapping',
    replacing(/ {4}volumes:\n +- \.\/statsd\/mapping\.yml:\S+\n/, ''),
    'compose/config-not-mounted',
  ),
  mutator(
    'compose',
    "no mount of Loki's configuration",
    replacing(/^ +- \S+loki-config\.yml:\S+\n/m, ''),
    'compose/config-not-mounted',
  ),
  mutator(
    'compose',
    "name of Tempo's configuration",
    replacing(/-config\.file=\/etc\/tempo\/tempo-config\.yml/, '-config.file=/etc/tempo/tempo.yml'),
    'compose/config-not-mounted',
  ),
];
