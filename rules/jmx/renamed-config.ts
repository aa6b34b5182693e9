import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { agentsOf, agentVersion, isOlder, jmxConfigs } from '../../src/stack/jmx.ts';

const config = (key: string): string => `whitelistObjectNames:
  - "kafka.server:*"
${key}:
  - "kafka.network:*"
rules:
  - pattern: '.*'
`;

/** Keys that 0.20.0 renamed; the old ones are still read where the new one is not there (JMX exporter, release notes). */
const RENAMED: readonly (readonly [string, string])[] = [
  ['whitelistObjectNames', 'includeObjectNames'],
  ['blacklistObjectNames', 'excludeObjectNames'],
];

export const rule = defineRule({
  id: 'jmx/renamed-config',
  severity: 'warning',
  summary: 'A renamed key of the JMX exporter that this version of it does not read.',
  why: `Version 0.20 renamed \`whitelistObjectNames\` to \`includeObjectNames\` and \`blacklistObjectNames\` to
\`excludeObjectNames\`. An older agent does not know the new names and collects every MBean; a newer one that finds
both reads only the new one. Neither says a word.`,
  fix: 'Use the names of the version that runs, and only those; better, update the agent.',
  bad: { files: { 'jmx.yml': config('includeObjectNames') }, at: ['jmx.yml:1:1'] },
  good: { files: { 'jmx.yml': config('excludeObjectNames') } },
  check({ system, report }) {
    for (const { node, agents } of jmxConfigs(system.files, agentsOf(system))) {
      const versions = agents.map((agent) => agentVersion(agent, system.files));
      const oldest = versions.find((version) => version !== undefined && isOlder(version, '0.20.0'));
      for (const [before, after] of RENAMED) {
        const [old, current] = [child(node, before), child(node, after)];
        if (exists(old) && exists(current)) {
          report({
            at: keyOf(oldest === undefined ? old : current),
            message: `${oldest === undefined ? `${before} is not read beside ${after}` : `version ${oldest} of the agent does not read ${after}`}: what it lists has no effect`,
            help: `put all of them under ${oldest === undefined ? after : before}`,
            related: [{ at: keyOf(oldest === undefined ? current : old), message: 'this one is read' }],
          });
        } else if (exists(current) && oldest !== undefined) {
          const agent = agents[versions.indexOf(oldest)];
          report({
            at: keyOf(current),
            message: `version ${oldest} of the agent does not read ${after}, which came with 0.20: what it lists has no effect`,
            help: `write ${before}, or update the agent`,
            related: agent ? [{ at: agent.place, message: 'the agent is switched on here' }] : [],
          });
        }
      }
    }
  },
});
