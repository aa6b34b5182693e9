import { defineRule } from '../../src/lint/rule.ts';
import { patternFrom } from '../../src/pattern.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { PREDEFINED, parseTemplate } from '../../src/promql/template.ts';
import { TEMPLATE_FUNCTIONS } from '../../src/promql/template-functions.ts';
import type { TemplateFault } from '../../src/promql/template-tokens.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { within } from '../../src/repo/node.ts';
import { type TemplatedText, templatedTexts } from '../../src/stack/alert-texts.ts';
import { prometheusVersion, versionText } from '../../src/stack/prometheus-version.ts';
import { serversOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { nearest } from '../../src/words.ts';
import { alertFile } from '../shared/rule-examples.ts';

/** The versions in which functions came that are not older than most servers (Prometheus changelog). */
const SINCE: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  now: [3, 6],
  toDuration: [3, 6],
  urlQueryEscape: [3, 8],
};

const alert = (summary: string): string =>
  alertFile('up == 0').replace('summary: Something is wrong', `summary: '${summary}'`);

export const rule = defineRule({
  id: 'alerts/template',
  severity: 'error',
  peers: ['pint alerts/template'],
  summary: 'A text of an alert whose template is broken.',
  why: `Prometheus refuses a rule file with a template that does not parse, and none of its alerts fires. One that
parses and fails when it is filled in is worse: the alert fires, and the notification says "error expanding
template" in place of what is wrong.`,
  fix: `Mend the template. \`$labels.x\` is a label of the expression's result, \`$value\` its value; functions are called
as in \`{{ $value | humanize }}\`; a label with other characters is \`{{ index $labels "my-label" }}\`.`,
  bad: { files: { 'alerts.yml': alert('{{ $label.instance }} is down') }, at: ['alerts.yml:10:24'] },
  good: { files: { 'alerts.yml': alert('{{ $labels.instance }} is down') } },
  check({ system, report }) {
    for (const text of templatedTexts(system)) {
      const { fault } = parseTemplate(text.text);
      const subject = `${text.kind} "${text.name}" of the alert "${text.alert.name}"`;
      if (fault !== undefined) {
        report({
          at: within(text.node, fault.span),
          message: `the ${subject} is a broken template, so Prometheus refuses the whole rule file: ${fault.message}`,
          help: helpFor(fault, text.text),
        });
        continue;
      }
      const { faults, queries } = templateUses(text.text);
      // Expanding stops at the first failure.
      const failure = faults.find(({ kind }) => kind === 'error');
      if (failure !== undefined) {
        report({
          at: within(text.node, failure.span),
          message: `the ${subject} will say "error expanding template": ${failure.message}`,
        });
      }
      for (const query of queries) {
        const { rejection } = parseQuery(query.text);
        if (rejection === undefined) continue;
        report({
          at: within(text.node, query.span),
          message: `the ${subject} will say "error expanding template": its query is refused: ${rejection.message}`,
        });
      }
      reportNewer(text, subject);
    }

    function reportNewer({ text, node, alert: { group } }: TemplatedText, subject: string): void {
      for (const [name, since] of Object.entries(SINCE)) {
        const match = text.includes(name)
          ? patternFrom(`\\{\\{[^}]*?(?<![.$\\w"'])${name}\\b`).exec(text)
          : null;
        if (match === null) continue;
        const server = serversOf(system, group).find(({ prometheus }) =>
          isBelow(prometheusVersion(prometheus), ...since),
        );
        if (server === undefined) continue;
        const end = match.index + match[0].length;
        report({
          at: within(node, { start: end - name.length, end }),
          message: `the ${subject} uses "${name}", which is there since Prometheus ${since.join('.')}, but "${server.prometheus.name}" is ${versionText(prometheusVersion(server.prometheus))} and refuses the whole rule file`,
        });
      }
    }
  },
});

function helpFor({ kind, name, message }: TemplateFault, text: string): string | undefined {
  if (kind === 'function' && name !== undefined) {
    if (['Labels', 'labels', 'value', 'Value'].includes(name))
      return `write "$${name.toLowerCase()}", with a dollar sign`;
    const close = nearest(name, TEMPLATE_FUNCTIONS.keys());
    return close ? `did you mean "${close}"?` : undefined;
  }
  if (kind === 'variable' && name !== undefined) {
    const close = nearest(name, PREDEFINED);
    return close ? `did you mean "${close}"?` : undefined;
  }
  const field = /^unexpected "(.)" in "\$labels\.([^"]*)"$/.exec(message);
  if (field !== null) {
    const whole = /\$labels\.([\w-]+)/.exec(text)?.[1];
    return whole ? `write {{ index $labels "${whole}" }}` : undefined;
  }
  return undefined;
}
