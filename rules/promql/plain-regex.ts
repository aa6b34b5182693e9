import type { Edit } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { type Matcher, walk } from '../../src/promql/tree.ts';
import { isWritten, treesOf, type Usage } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/plain-regex',
  severity: 'notice',
  preset: 'strict',
  peers: ['pint promql/regexp'],
  summary: 'A regular expression that could be written more plainly.',
  why: `\`=~\` with nothing of a regular expression in it selects what \`=\` selects, takes longer, and makes the reader
look for what it might match. \`.*\` takes even series without the label. Anchors say what holds anyhow, and make
a reader believe that without them it would not.`,
  fix: `Write \`=\` for \`=~\`, leave out a matcher that takes everything, and the anchors.`,
  bad: { files: { 'alerts.yml': alertFile('up{job=~"api"} == 0') }, at: ['alerts.yml:5:18'] },
  good: { files: { 'alerts.yml': alertFile('up{job="api"} == 0') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'selector') continue;
        for (const matcher of part.matchers) {
          const { label, op, value, span } = matcher;
          if ((op !== '=~' && op !== '!~') || isVariable(value)) continue;
          // An anchor at the end looks like the start of a variable.
          if (!isWritten(usage, span) && !/[$]["'`]?$/.test(usage.written(span))) continue;
          const plain = plainer(matcher);
          if (plain === undefined) continue;
          report({
            at: usage.at(span),
            message: `${label}${op}"${value}" ${plain.why}`,
            help: plain.help,
            fix: plain.edits(matcher, usage),
          });
        }
      }
    }
  },
});

interface Plainer {
  readonly why: string;
  readonly help: string;
  edits(matcher: Matcher, usage: Usage): Edit[] | undefined;
}

function plainer({ label, op, value }: Matcher): Plainer | undefined {
  if (op === '=~' && (value === '.*' || value === '(.*)'))
    return {
      why: 'takes everything, even series without the label',
      help: `leave it out, or write ${label}!="" for those that have it`,
      edits: () => undefined,
    };
  if (!/[.*+?()[\]{}|^$\\]/.test(value))
    return {
      why: 'has nothing of a regular expression in it',
      help: `write ${label}${op === '=~' ? '=' : '!='}"${value}"`,
      edits({ span, valueSpan }, usage) {
        const start = span.start + usage.written({ start: span.start, end: valueSpan.start }).lastIndexOf(op);
        return [{ at: usage.at({ start, end: start + op.length }), text: op === '=~' ? '=' : '!=' }];
      },
    };
  const hasStart = /^\^(?![*+?{])/.test(value);
  const rest = hasStart ? value.slice(1) : value;
  const hasEnd = /(?:^|[^\\])\$$/.test(rest);
  const bare = hasEnd ? rest.slice(0, -1) : rest;
  return bare === value || value.includes('\\Q')
    ? undefined
    : {
        why: 'needs no "^" and "$": matchers always stand for the whole value',
        help: `write "${bare}"`,
        edits({ valueSpan }, usage) {
          const first = { start: valueSpan.start + 1, end: valueSpan.start + 2 };
          const last = { start: valueSpan.end - 2, end: valueSpan.end - 1 };
          const taken = [
            ...(hasStart ? [{ span: first, sign: '^' }] : []),
            ...(hasEnd ? [{ span: last, sign: '$' }] : []),
          ];
          // An anchor that is written by an escape is no single character.
          if (!taken.every(({ span, sign }) => usage.written(span) === sign)) return undefined;
          return taken.map(({ span }) => ({ at: usage.at(span), text: '' }));
        },
      };
}
