import { replacing, withAlert } from './edits.ts';
import { inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

/** Lets the scrape keep the metrics of the JVM, which one stack drops. */
const keepingJvm = inFile(
  'prometheus',
  replacing('kafka_connect_.*|debezium_.*', 'kafka_connect_.*|debezium_.*|jvm_.*'),
);

export const jmxMutators: readonly Mutator[] = [
  mutator(
    'jmx',
    'address of a JVM',
    replacing(/^lowercaseOutputName/m, 'hostPort: localhost:9999\n$&'),
    'jmx/config-exclusive-keys',
  ),
  mutator('jmx', 'rule without a name', replacing(/ {4}name: .*\n/, ''), 'jmx/config-incomplete-rule'),
  mutator(
    'jmx',
    'rule without a pattern',
    replacing(/- pattern: .*\n {4}name/, '- name'),
    'jmx/config-incomplete-rule',
  ),
  mutator(
    'jmx',
    'label that is a number',
    replacing(/( {4}labels:\n)( +)/, '$1$2cluster: 1\n$2'),
    'jmx/config-incomplete-rule',
    'syntax/schema',
  ),
  mutator(
    'jmx',
    'names of before and after',
    replacing(/^includeObjectNames:/m, 'whitelistObjectNames:\n  - "java.lang:*"\n$&'),
    'jmx/renamed-config',
  ),
  stackMutator(
    'jmx: version of the agent before the names',
    (texts) => {
      for (const [path, text] of texts) {
        const after = text
          .replace(/^version=0\.20\.0$/m, 'version=0.18.0')
          .replaceAll(/jmx_prometheus_javaagent([/-])1\.0\.1/g, 'jmx_prometheus_javaagent$10.18.0');
        if (after !== text) return { [path]: after };
      }
      return undefined;
    },
    'jmx/renamed-config',
  ),
  stackMutator(
    'rules: name that a metric of the JVM had',
    inTurn(keepingJvm, inFile('rules', withAlert('jvm_memory_bytes_used{area="heap"} > 7e8'))),
    'jmx/renamed-metric',
  ),
  stackMutator(
    'dashboard: name that a metric of the JVM had',
    inTurn(
      keepingJvm,
      inFile(
        'dashboard',
        replacing(/max by \(connector\) \(debezium\w+\{[^}]*\}\)/, 'jvm_memory_pool_bytes_used'),
      ),
    ),
    'jmx/renamed-metric',
  ),
];
