import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { isAbsent } from '../../src/promql/domain.ts';
import { dropperOf, droppingText } from '../../src/promql/drop.ts';
import { type Infer, inference, NO_CONTEXT } from '../../src/promql/labelsets.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { type LabelUse, templateUses } from '../../src/promql/template-uses.ts';
import { within } from '../../src/repo/node.ts';
import { type TemplatedText, templatedTexts } from '../../src/stack/alert-texts.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { alertOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { counted, listed } from '../../src/words.ts';
import { alertFile } from '../shared/rule-examples.ts';

const alert = (expr: string): string =>
  alertFile(expr).replace('Something is wrong', '"{{ $labels.instance }} fails"');

export const rule = defineRule({
  id: 'alerts/template-label-dropped',
  severity: 'warning',
  peers: ['pint alerts/template'],
  summary: 'A text of an alert that prints a label which is never there.',
  why: `A template sees the labels of the expression's result. Where an aggregation has dropped one, or only the rule
adds it, its place in the notification is empty: "instance  is down", and nobody knows which.`,
  fix: `Keep the label in the aggregation, or print one that is kept. The rule's own labels, such as \`severity\`, are
not among \`$labels\`.`,
  bad: {
    files: { 'alerts.yml': alert('sum by (job) (rate(http_errors_total[5m])) > 1') },
    at: ['alerts.yml:10:31'],
  },
  good: { files: { 'alerts.yml': alert('sum by (job, instance) (rate(http_errors_total[5m])) > 1') } },
  check({ system, report }) {
    const usages = new Map<Rule, TreeUsage>();
    for (const usage of treesOf(system)) {
      const own = alertOf(usage);
      if (own !== undefined) usages.set(own, usage);
    }
    const missing = new Map<string, Missing[]>();
    for (const text of templatedTexts(system)) {
      const usage = usages.get(text.alert);
      if (usage === undefined) continue;
      for (const use of templateUses(text.text).labels) {
        const found = whyMissing(use, usage);
        if (found === undefined) continue;
        const key = [text.alert.group.file.path, use.label].join('\0');
        append(missing, key, { text, use, ...found });
      }
    }
    for (const [first, ...others] of byTexts([...missing.values()])) {
      if (first === undefined) continue;
      const { text, use, why, keep } = first;
      const labels = [...new Set([first, ...others].map((one) => one.use.label))].map(
        (label) => `"${label}"`,
      );
      const alerts = new Set(others.map((other) => other.text.alert).filter((alert) => alert !== text.alert));
      const more =
        alerts.size === 0 ? '' : ` (and so in ${counted(alerts.size, 'other alert')} of this file)`;
      const isOne = labels.length === 1;
      report({
        at: within(text.node, use.span),
        message: `the ${text.kind} "${text.name}" of the alert "${text.alert.name}" prints the ${isOne ? 'label' : 'labels'} ${listed(labels)}, which ${isOne ? 'is' : 'are'} always empty: ${why(isOne)}${more}`,
        help: keep(listed(labels), isOne),
        related: others
          .filter((other) => !isOne || other.text.name !== text.name || other.text.alert !== text.alert)
          .slice(0, 10)
          .map((other) => ({ at: within(other.text.node, other.use.span), message: 'printed here too' })),
      });
    }

    function whyMissing(use: LabelUse, usage: TreeUsage): Reason | undefined {
      const { label } = use;
      if (use.of === 'external') return undefined;
      if (use.of !== 'alert') return ofQuery(label, use.of.query);
      const { certain, likely } = inferencesOf(system, usage);
      const isDropped = isAbsent(certain(usage.tree).labels, label);
      const reason = isDropped ? ofExpression(label, usage, certain) : ofRule(label, usage);
      // An alert that never fires prints nothing: that is said by the rules on matching.
      return reason && likely(usage.tree).isEmpty ? undefined : reason;
    }
  },
});

function ofExpression(label: string, usage: TreeUsage, certain: Infer): Reason {
  const dropper = dropperOf(usage.tree, label, certain);
  const keep: Reason['keep'] = (labels, isOne) =>
    dropper
      ? `keep ${labels} there, or print ${isOne ? 'a label that is' : 'labels that are'} kept`
      : `print ${isOne ? 'a label that is' : 'labels that are'} there`;
  if (dropper?.kind === 'call' && (dropper.func === 'absent' || dropper.func === 'absent_over_time'))
    return {
      why: () => `"${dropper.func}" only returns the labels that its selector fixes with "="`,
      keep: () => 'write what is absent into the text',
    };
  return {
    why: (isOne) =>
      dropper
        ? `${droppingText(dropper)} drops ${isOne ? 'it' : 'them'}`
        : `the expression has no such ${isOne ? 'label' : 'labels'}`,
    keep,
  };
}

/** Why a label is missing, and what to do, for one label or for several. */
interface Reason {
  why(isOne: boolean): string;
  keep(labels: string, isOne: boolean): string;
}

interface Missing extends Reason {
  readonly text: TemplatedText;
  readonly use: LabelUse;
}

/**
 * Texts are written by one pattern for a whole file, and a label is mended in the pattern; labels that the
 * same texts miss for the same reason are one mistake.
 */
function byTexts(groups: readonly Missing[][]): Missing[][] {
  const merged = new Map<string, Missing[]>();
  for (const group of groups) {
    const texts = group.map(({ text, why }) => [
      text.alert.group.file.path,
      text.alert.name,
      text.name,
      why(true),
    ]);
    const key = JSON.stringify(texts);
    for (const one of group) append(merged, key, one);
  }
  return [...merged.values()];
}

/** What the rule itself adds is not among the labels that its templates see. */
function ofRule(label: string, usage: TreeUsage): Reason | undefined {
  const own = alertOf(usage)?.labels.get(label);
  const isOwn = label === 'alertname' || (label === 'severity' && own !== undefined);
  const isOfSeries = usage.query.selectors.some(
    ({ name, matchers }) =>
      name?.startsWith('ALERTS') || name === undefined || matchers.some((matcher) => matcher.label === label),
  );
  if (!isOwn || isOfSeries) return undefined;
  return {
    why: () =>
      label === 'alertname'
        ? 'a template does not see the name of its alert'
        : 'a template does not see the labels that the rule adds',
    keep: () => (own && !own.text.includes('{{') ? `write "${own.text}"` : 'write it out'),
  };
}

const inferAlone = inference(NO_CONTEXT);

function ofQuery(label: string, text: string | undefined): Reason | undefined {
  const tree = text === undefined ? undefined : parseQuery(text).tree;
  if (tree === undefined || !isAbsent(inferAlone(tree).labels, label)) return undefined;
  const dropper = dropperOf(tree, label, inferAlone);
  return {
    why: (isOne) =>
      `in its query, ${dropper ? droppingText(dropper) : 'nothing'} ${dropper ? 'drops' : 'has'} ${isOne ? 'it' : 'them'}`,
    keep: (_, isOne) => `keep the ${isOne ? 'label' : 'labels'} in the query`,
  };
}
