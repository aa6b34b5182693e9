import { defineRule } from '../../src/lint/rule.ts';
import { child, items, textOf, within } from '../../src/repo/node.ts';
import { javaRegexFault } from '../../src/stack/java-regex.ts';
import { agentsOf, jmxConfigs } from '../../src/stack/jmx.ts';

const config = (pattern: string): string => `rules:
  - pattern: '${pattern}'
    name: kafka_server_$1_total
    type: COUNTER
`;

export const rule = defineRule({
  id: 'jmx/config-regex',
  severity: 'error',
  summary: 'A pattern of a JMX exporter rule that is no Java regular expression.',
  why: `The exporter compiles every pattern when it starts. One that does not compile stops the agent, and the JVM
with it, before the program starts: "processing of -javaagent failed".`,
  fix: 'Correct the pattern. Java writes `(?<name>…)` for a named group, and `\\{` for a brace that is meant.',
  bad: {
    files: { 'jmx.yml': config('kafka.server<type=(.+>, name=(.+)><>Count') },
    at: ['jmx.yml:2:33'],
  },
  good: { files: { 'jmx.yml': config('kafka.server<type=(.+), name=(.+)><>Count') } },
  check({ system, report }) {
    for (const { node } of jmxConfigs(system.files, agentsOf(system))) {
      for (const rule of items(child(node, 'rules'))) {
        const at = child(rule, 'pattern');
        const pattern = textOf(at);
        // The exporter puts it into a group of its own, so that it matches anywhere.
        const fault = pattern === undefined ? undefined : javaRegexFault(`^.*(?:${pattern}).*$`);
        if (pattern === undefined || fault === undefined) continue;
        const start = javaRegexFault(pattern)?.at;
        report({
          at: start === undefined ? { node: at } : within(at, { start, end: start + 1 }),
          message: `the pattern "${pattern}" does not compile, ${fault.message}: the agent stops its JVM`,
          help: 'correct the pattern: it is a regular expression of Java',
        });
      }
    }
  },
});
