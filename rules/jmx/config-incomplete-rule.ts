import { editsOf, quoted } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, entries, exists, items, keyOf } from '../../src/repo/node.ts';
import { agentsOf, jmxConfigs } from '../../src/stack/jmx.ts';

const config = (first: string): string => `rules:
  - ${first}
    labels:
      topic: $1
`;

export const rule = defineRule({
  id: 'jmx/config-incomplete-rule',
  severity: 'error',
  summary: 'A JMX exporter rule without the name or the pattern that its other keys need.',
  why: `A rule with \`labels\` or \`help\` needs a \`name\`, a rule with a \`name\` needs a \`pattern\`, and the values of labels
must be texts. Otherwise the exporter refuses its configuration, and an agent stops its JVM with it.`,
  fix: 'Add the missing key, and quote label values that YAML would read as numbers or truth values.',
  bad: {
    files: { 'jmx.yml': config("pattern: 'kafka.log<type=Log, topic=(.+)><>Size'") },
    at: ['jmx.yml:3:5'],
  },
  good: {
    files: {
      'jmx.yml': config("pattern: 'kafka.log<type=Log, topic=(.+)><>Size'\n    name: kafka_log_size"),
    },
  },
  check({ system, report }) {
    for (const { node } of jmxConfigs(system.files, agentsOf(system))) {
      for (const rule of items(child(node, 'rules'))) {
        const [pattern, name, help, labels] = ['pattern', 'name', 'help', 'labels'].map((key) =>
          child(rule, key),
        ) as [typeof rule, typeof rule, typeof rule, typeof rule];
        const needing = [labels, help].find(exists);
        if (needing !== undefined && !exists(name)) {
          report({
            at: keyOf(needing),
            message: `this rule has ${needing.path.at(-1)} and no name: the exporter refuses its configuration`,
            help: 'add name: with the name of the metric',
          });
        }
        if (exists(name) && !exists(pattern)) {
          report({
            at: keyOf(name),
            message: 'this rule has a name and no pattern: the exporter refuses its configuration',
            help: "add pattern: with what it is for, such as '.*'",
          });
        }
        for (const [label, value] of entries(labels)) {
          if (typeof value.value !== 'number' && typeof value.value !== 'boolean') continue;
          report({
            at: { node: value },
            message: `the label "${label}" is a ${typeof value.value === 'number' ? 'number' : 'truth value'} and must be a text: the exporter refuses its configuration`,
            help: `write "${String(value.value)}" in quotes`,
            fix: editsOf(quoted(value, 'missing')),
          });
        }
      }
    }
  },
});
