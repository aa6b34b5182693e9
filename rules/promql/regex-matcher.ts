import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { type Expr, type Matcher, walk } from '../../src/promql/tree.ts';
import { alertOf, isWritten, subjectOf, treesOf, type Usage } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/regex-matcher',
  severity: 'warning',
  peers: ['pint promql/regexp'],
  summary: 'A regular expression in a matcher that does not do what it seems to.',
  why: `Prometheus anchors the expression at both ends by itself. One that was written as a file pattern
(\`node*\`) or laid out with blanks (\`a | b\`) matches something else than is meant, and the alert watches less than
its author believes.`,
  fix: `Write \`.*\` for any text, and no blanks that the label does not have.`,
  bad: {
    files: { 'alerts.yml': alertFile('up{job=~"api*"} == 0') },
    at: ['alerts.yml:5:23'],
  },
  good: { files: { 'alerts.yml': alertFile('up{job=~"api.*"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      // What is written alike in one expression, such as above and below a stroke, is one mistake.
      const found = new Map<string, Matcher[]>();
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'selector') continue;
        for (const matcher of part.matchers) {
          if ((matcher.op !== '=~' && matcher.op !== '!~') || isVariable(matcher.value)) continue;
          if (isWritten(usage, matcher.valueSpan)) append(found, written(matcher), matcher);
        }
      }
      for (const [first, ...others] of found.values()) {
        const fault = first && faultOf(first, usage, usage.tree);
        if (first === undefined || fault === undefined) continue;
        report({
          at: usage.at(first.valueSpan),
          ...fault,
          related: others.map(({ valueSpan }) => ({ at: usage.at(valueSpan), message: 'and here' })),
        });
      }
    }
  },
});

const written = ({ label, op, value }: Matcher): string => `${label}${op}"${value}"`;

function faultOf(matcher: Matcher, usage: Usage, tree: Expr): { message: string; help: string } | undefined {
  const { label, op, value } = matcher;
  if (op === '!~' && (value === '.*' || value === '(.*)'))
    return {
      message: `${written(matcher)} takes nothing: every value matches, and a label that is not there too${alertOf(usage) && isNeeded(tree) ? `, so ${subjectOf(usage)} never fires` : ''}`,
      help: `write ${label}="" for series without the label`,
    };
  const [blank] = spacedOut(value);
  if (blank !== undefined)
    return {
      message: `${written(matcher)} looks for blanks too: "${blank}" matches no "${blank.trim()}"`,
      help: `write "${value.replace(/ *\| */g, '|').trim()}"`,
    };
  const glob = /(?:^|[\w-])\*(?=$|[\w-])/.exec(value);
  if (glob === null || /(?:[.\])}\\]|\\.)\*/.test(value)) return undefined;
  return {
    message: `${written(matcher)} is no file pattern: "*" repeats the character before it`,
    help: `write "${value.replace(/(^|[\w-])\*/g, '$1.*')}"`,
  };
}

/** The alternatives of a list that was laid out for the eye, `a | b`; in groups, blanks may be meant. */
const spacedOut = (value: string): string[] =>
  /[()[\]\\]/.test(value) || !value.includes('|') || /[^ ]\||\|[^ ]/.test(value)
    ? []
    : value.split('|').filter((part) => part.trim() !== '');

/** Whether an expression returns nothing when one of its selectors does. */
const isNeeded = (tree: Expr): boolean =>
  ![...walk(tree)].some(
    (part) =>
      (part.kind === 'binary' && (part.op === 'or' || part.op === 'unless')) ||
      (part.kind === 'call' && /^(?:absent|absent_over_time|scalar)$/.test(part.func)),
  );
