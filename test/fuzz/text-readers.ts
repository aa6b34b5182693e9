import { readArguments } from '../../src/arguments.ts';
import { canonical } from '../../src/promql/canonical.ts';
import { conditionality } from '../../src/promql/condition.ts';
import { durationSeconds, formatSeconds } from '../../src/promql/duration.ts';
import { parsePanelQuery, variablesIn } from '../../src/promql/grafana.ts';
import { inference, NO_CONTEXT } from '../../src/promql/labelsets.ts';
import { parseLogPanelQuery, parseLogQuery } from '../../src/promql/logql.ts';
import { parseQuery, type Query } from '../../src/promql/parse.ts';
import { compileRegex } from '../../src/promql/re2.ts';
import { regexFault } from '../../src/promql/regex.ts';
import { parseTemplate } from '../../src/promql/template.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { parseTracePanelQuery, parseTraceQuery } from '../../src/promql/traceql.ts';
import { walk } from '../../src/promql/tree.ts';
import { readVariableQuery } from '../../src/promql/variable-query.ts';
import { parseYaml } from '../../src/repo/document.ts';
import { locate, roots, within } from '../../src/repo/node.ts';
import { resolvePath } from '../../src/repo/path.ts';
import { type Span, sourceText } from '../../src/repo/text.ts';
import { interpolate, isUnknown, variablesOf } from '../../src/stack/compose/interpolate.ts';
import { globMatcher } from '../../src/stack/container.ts';
import { parseEndpoint } from '../../src/stack/endpoints.ts';
import { javaRegexFault } from '../../src/stack/java-regex.ts';
import { isSecretName, loginIn, tokenIn } from '../../src/stack/knowledge/credentials.ts';
import { imageFacts, imageName, imageTag } from '../../src/stack/knowledge/images.ts';
import { parseMatchers } from '../../src/stack/matchers.ts';
import * as mbean from '../../src/stack/mbean.ts';
import { parseAddress } from '../../src/stack/prometheus.ts';
import { seriesFault, valueFault } from '../../src/stack/tests.ts';
import { splitWords } from '../../src/stack/words.ts';
import { UsageError } from '../../src/usage.ts';
import { regexSamples } from '../../src/verify/drill/sampling.ts';

import { inside, type TextReader } from './reader.ts';

function query(parsed: Query, text: string, toWritten: (span: Span) => Span = (span) => span): void {
  const check = (span: Span, what: string): void => inside(toWritten(span), text, what);
  if (parsed.rejection) check(parsed.rejection.span, 'a rejection');
  if (parsed.newer) check(parsed.newer, 'what is newer');
  for (const { span } of parsed.flagged) check(span, 'what is flagged');
  if (parsed.tree === undefined) return;
  for (const part of walk(parsed.tree)) {
    check(part.span, part.kind);
    if (part.kind !== 'selector') continue;
    for (const { span, valueSpan } of part.matchers) {
      check(span, 'a matcher');
      check(valueSpan, "a matcher's value");
    }
  }
}

const environment = new Map([
  ['A', 'a'],
  ['EMPTY', ''],
  ['NESTED', '${A}'],
]);

const isPattern = (key: string): boolean => /regex|pattern|match|expression|^re$/i.test(key);

/** Everything that reads a text which stands in a file, or that its user gives. */
export const TEXT_READERS: readonly TextReader[] = [
  {
    name: 'PromQL',
    isText: (_text, key) => /^(?:expr|query)$/.test(key),
    text(text) {
      const parsed = parseQuery(text);
      query(parsed, text);
      if (parsed.tree === undefined) return;
      canonical(parsed.tree);
      inference(NO_CONTEXT)(parsed.tree);
      conditionality(parsed.tree, inference(NO_CONTEXT), () => []);
    },
  },
  {
    name: 'PromQL of panels',
    isText: (text, key) => key === 'expr' && /[$[]/.test(text),
    text(text) {
      const { query: parsed, toWritten } = parsePanelQuery(text);
      query(parsed, text, toWritten);
      for (const { span } of variablesIn(text)) inside(span, text, 'a variable');
    },
  },
  {
    name: 'LogQL',
    isText: (text, key) => /^(?:expr|query)$/.test(key) && /^\s*(?:\w+\s*\(.*)?\{/.test(text),
    more: [
      'sum(rate({job="a"} |= "b" | json | line_format "{{.c}}" [$__auto])) by (d)',
      '{a=~"b"} | logfmt | c > 5',
    ],
    text(text) {
      const { rejection, ranges } = parseLogQuery(text);
      if (rejection) inside(rejection.span, text, 'a rejection');
      for (const { span } of ranges) inside(span, text, 'a range');
      const panel = parseLogPanelQuery(text);
      if (panel.parsed.rejection) inside(panel.toWritten(panel.parsed.rejection.span), text, 'a rejection');
    },
  },
  {
    name: 'TraceQL',
    isText: (text, key) => key === 'query' && text.startsWith('{'),
    more: [
      '{ resource.service.name = "$a" && duration > 1s } | rate() by (span.b)',
      '{ status = error } >> { .c =~ "d" }',
    ],
    text(text) {
      const { rejection } = parseTraceQuery(text);
      if (rejection) inside(rejection.span, text, 'a rejection');
      const panel = parseTracePanelQuery(text);
      if (panel.parsed.rejection) inside(panel.toWritten(panel.parsed.rejection.span), text, 'a rejection');
    },
  },
  {
    name: 'templates of Go',
    isText: (text) => text.includes('{{'),
    text(text) {
      const { fault } = parseTemplate(text);
      if (fault) inside(fault.span, text, 'a fault');
      const uses = templateUses(text);
      for (const { span } of [...uses.labels, ...uses.faults, ...uses.queries, ...uses.values])
        inside(span, text, 'a use');
    },
  },
  {
    name: 'queries of variables',
    isText: (text, key) =>
      (key === 'query' || key === 'definition') && /label_values|query_result|metrics\(/.test(text),
    text(text) {
      const { fault, expression } = readVariableQuery(text);
      if (fault) inside(fault.span, text, 'a fault');
      if (expression)
        inside({ start: expression.start, end: expression.start + expression.text.length }, text, 'PromQL');
    },
  },
  {
    name: 'regular expressions of RE2',
    isText: (_text, key) => isPattern(key),
    text(text) {
      regexFault(text);
      const regex = compileRegex(text);
      regex?.matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');
      regex?.expand('kafka.server<type=a, name=b><>Value', '$1_${2}');
    },
  },
  {
    name: 'samples of regular expressions',
    isText: (_text, key) => isPattern(key),
    text: (text) => void regexSamples(text),
  },
  {
    name: 'regular expressions of Java',
    isText: (_text, key) => isPattern(key),
    text(text) {
      const fault = javaRegexFault(text);
      if (fault) inside({ start: fault.at, end: fault.at }, text, 'a fault');
      mbean.isCatchAll(text);
      mbean.domainOf(text);
      mbean.mismatch(text);
    },
  },
  {
    name: "Alertmanager's matchers",
    isText: (_text, key) => /matchers$|^match/.test(key),
    more: ['severity="critical"', '{a=~"b|c", d!="e\\"f"}', 'team!~"x.*"', '"a b"=\'c\''],
    text: (text) => void parseMatchers(text),
  },
  {
    name: 'variables of compose',
    isText: (text) => text.includes('$'),
    more: ['${A:-${B:?c}}/$D$$E', '${A+b}${C?}${', '$${X}'],
    text(text) {
      interpolate(text, environment);
      for (const { start, end } of variablesOf(text)) inside({ start, end }, text, 'a variable');
      isUnknown(text);
    },
  },
  {
    name: 'words of commands',
    isText: (_text, key) => /^(?:command|entrypoint|test)$/.test(key),
    more: ['sh -c "a \'b\' && c \\" d" --flag=x', "a 'b"],
    text: (text) => void splitWords(text),
  },
  {
    name: 'addresses',
    isText: (_text, key) => /url|target|endpoint|address|host/i.test(key),
    text(text) {
      parseEndpoint(text);
      parseAddress(text);
    },
  },
  {
    name: 'images',
    isText: (_text, key) => key === 'image',
    text(text) {
      imageFacts(imageName(text));
      imageTag(text);
    },
  },
  {
    name: 'secrets and logins',
    isText: (_text, key) => /password|token|secret|url|DSN|DATA_SOURCE/i.test(key),
    more: [
      'postgres://a:b@c:5432/d?e=f',
      'exporter:pass@(db:3306)/',
      'ghp_0123456789abcdefghijABCDEFGHIJ012345',
    ],
    text(text) {
      const login = loginIn(text);
      if (login) inside({ start: login.start, end: login.start + login.password.length }, text, 'a password');
      tokenIn(text);
      isSecretName(text);
    },
  },
  {
    name: 'durations',
    isText: (_text, key) => /interval|timeout|^for$|wait|period|time|age/i.test(key),
    more: ['1h30m', '5m', '1d', '0', '1y2w', '99999999999999999999s', '1.5h', '-5m'],
    text(text) {
      const seconds = durationSeconds(text);
      if (seconds !== undefined && !(seconds >= 0)) throw new Error(`${seconds} seconds`);
      if (seconds !== undefined) formatSeconds(seconds);
    },
  },
  {
    name: 'series and values of rule tests',
    isText: (_text, key) => key === 'series' || key === 'values',
    more: [
      'up{job="a", b=\'c\'}',
      '0+1x10 _x5 stale 1e3 -2-1x3',
      '{__name__="x"}',
      'a{"b"="c"}',
      '{{schema:1 sum:2}}x3',
    ],
    text(text) {
      seriesFault(text);
      const fault = valueFault(text);
      if (fault) inside({ start: fault.at, end: fault.at + fault.value.length }, text, 'a value');
    },
  },
  {
    name: 'globs and paths',
    isText: (_text, key) => /path|file|source|rule_files|volumes|include/i.test(key),
    more: ['rules/*.yml', '../**/a?[b-c].yml', './a/../../b', '[^a]*', '/etc/prometheus/*.rules'],
    text(text) {
      const matches = globMatcher(text);
      matches('rules/alerts.yml');
      matches('rules', true);
      const path = resolvePath('a/b', text);
      if (path !== undefined && /(?:^|\/)\.\.(?:\/|$)/.test(path)) throw new Error(`it leads out: ${path}`);
    },
  },
  {
    name: 'stretches of embedded texts',
    isText: (text) => text.length > 20,
    text(text) {
      const document = parseYaml(sourceText('a.yml', `data:\n  rules.yml: ${JSON.stringify(text)}\n`));
      for (const root of roots(document)) {
        const node = { ...root, path: ['data', 'rules.yml'], value: text };
        const { start, end } = locate(within(node, { start: 3, end: text.length }));
        if (start.line < 2 || end.line < start.line) throw new Error(JSON.stringify([start, end]));
      }
    },
  },
  {
    name: 'arguments of the command line',
    isText: (_text, key) => /^(?:command|entrypoint|run)$/.test(key),
    more: [
      'check . --format json --format sarif=out.sarif --preset strict --rule a/b=off --max-warnings 3 --new-since main',
      'drill . --write-tests tests --promtool off --quiet --no-color',
      'smoke . --smoke=a,b --smoke-timeout 5m --allow-host-access',
      'graph --format mermaid',
      'explain alerts/uncovered-path',
    ],
    text(text) {
      try {
        readArguments(text.split(/\s+/));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    },
  },
];
