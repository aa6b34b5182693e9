import { inService, replacing } from './edits.ts';
import { inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

export const securityMutators: readonly Mutator[] = [
  mutator(
    'compose',
    'Prometheus for the whole network',
    inService('prometheus', (block) => block.replace('127.0.0.1:9090:9090', '9090:9090')),
    'security/ui-without-auth',
  ),
  mutator(
    'compose',
    'Alertmanager for the whole network',
    inService('alertmanager', (block) => block.replace('127.0.0.1:9093:9093', '9093:9093')),
    'security/ui-without-auth',
  ),
  stackMutator(
    'compose: passwords in git',
    (texts) => {
      const example = texts.get('.env.example');
      const ignored = texts.get('.gitignore');
      return example === undefined || ignored === undefined
        ? undefined
        : {
            '.env': example.replace(/^(\w+PASSWORD)=$/gm, '$1=vT7-pQz2mRk9wLc4'),
            '.gitignore': ignored.replace(/^\.env\n/m, ''),
          };
    },
    'security/secret-in-env-file',
  ),
  stackMutator(
    "compose: password of Grafana in a service's own file",
    inTurn(
      inFile('compose', (text) =>
        inService('grafana', (block) =>
          block
            .replace(/ +GF_SECURITY_ADMIN_PASSWORD: .*\n/, '')
            .replace(/ {4}environment:\n/, '    env_file: grafana.env\n$&'),
        )(text),
      ),
      () => ({ 'grafana.env': 'GF_SECURITY_ADMIN_PASSWORD=vT7-pQz2mRk9wLc4\n' }),
    ),
    'security/secret-in-env-file',
  ),
  mutator(
    'alertmanager',
    'address with its key',
    replacing(
      /api_url_file: .*/,
      'api_url: https://hooks.slack.com/services/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',
    ),
    'security/secret-in-file',
  ),
];
