import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { type Matcher, walk } from '../../src/promql/tree.ts';
import { isWritten, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/regex-matcher',
  severity: 'warning',
  peers: ['pint promql/regexp'],
  summary: 'A regular expression in a matcher that does not do what it seems to.',
  why: `Prometheus anchors the expression at both ends by itself. One that was written as a file pattern
(\`node*\`) matches something else than is meant, and the alert watches less than its author believes.`,
  fix: `Write \`.*\` for any text.`,
  bad: {
    files: { 'alerts.yml': alertFile('up{job=~"api*"} == 0') },
    at: ['alerts.yml:5:23'],
  },
  good: { files: { 'alerts.yml': alertFile('up{job=~"api.*"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'selector') continue;
        for (const matcher of part.matchers) {
          if ((matcher.op !== '=~' && matcher.op !== '!~') || isVariable(matcher.value)) continue;
          if (!isWritten(usage, matcher.valueSpan)) continue;
          const fault = faultOf(matcher);
          if (fault !== undefined) report({ at: usage.at(matcher.valueSpan), ...fault });
        }
      }
    }
  },
});

function faultOf({ label, op, value }: Matcher): { message: string; help: string } | undefined {
  if (op === '!~' && (value === '.*' || value === '(.*)'))
    return {
      message: `${label}!~"${value}" takes nothing: every value matches, and a label that is not there too`,
      help: `write ${label}="" for series without the label`,
    };
  const glob = /(?:^|[\w-])\*(?=$|[\w-])/.exec(value);
  if (glob === null || /(?:[.\])}\\]|\\.)\*/.test(value)) return undefined;
  return {
    message: `${label}${op}"${value}" is no file pattern: "*" repeats the character before it`,
    help: `write "${value.replace(/(^|[\w-])\*/g, '$1.*')}"`,
  };
}
