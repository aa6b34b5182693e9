import { secondsAt } from '../promql/duration.ts';
import type { File } from '../repo/files.ts';
import { child, isFields, items, type Node, textEntries, textOf } from '../repo/node.ts';
import type { Expression, Language } from './expression.ts';

/** An alerting or a recording rule. */
export interface Rule {
  readonly kind: 'alert' | 'record';
  readonly name: string;
  readonly node: Node;
  readonly group: RuleGroup;
  /** Undefined where the file has no expression there. */
  readonly expr: Expression | undefined;
  /** How long the condition must hold, in seconds; undefined when it cannot be read. */
  readonly forSeconds: number | undefined;
  readonly keepFiringForSeconds: number | undefined;
  readonly labels: ReadonlyMap<string, { text: string; node: Node }>;
  readonly annotations: ReadonlyMap<string, { text: string; node: Node }>;
}

export interface RuleGroup {
  readonly file: File;
  readonly node: Node;
  readonly name: string;
  /** In seconds; undefined where the group leaves it to the Prometheus. */
  readonly interval: number | undefined;
  readonly language: Language;
  readonly rules: readonly Rule[];
}

/** Fields of rule groups that only vmalert knows (VictoriaMetrics documentation, "vmalert", "Groups"). */
const VMALERT_FIELDS = [
  'type',
  'concurrency',
  'tenant',
  'params',
  'headers',
  'notifier_headers',
  'extra_filter_labels',
  'eval_offset',
  'eval_delay',
  'eval_alignment',
  'debug',
];

/** Reads the groups of a rule file. `language` is that of whoever loads it, as far as that is known. */
export function readRuleGroups(file: File, language: Language): RuleGroup[] {
  return items(child(file.node, 'groups')).map((node) => readGroup(file, node, language));
}

function readGroup(file: File, node: Node, language: Language): RuleGroup {
  const isVmalert =
    isFields(node.value) && VMALERT_FIELDS.some((field) => isFields(node.value) && field in node.value);
  const type = textOf(child(node, 'type'));
  const rules: Rule[] = [];
  const group: RuleGroup = {
    file,
    node,
    name: textOf(child(node, 'name')) ?? '',
    interval: secondsAt(child(node, 'interval')),
    language: type !== undefined && type !== 'prometheus' ? 'other' : isVmalert ? 'metricsql' : language,
    rules,
  };
  const shared = textEntries(child(node, 'labels'));
  for (const rule of items(child(node, 'rules'))) {
    const read = readRule(rule, group, shared);
    if (read !== undefined) rules.push(read);
  }
  return group;
}

/** `shared` are the labels that the group gives all of its rules; a rule's own come first. */
function readRule(node: Node, group: RuleGroup, shared: Rule['labels']): Rule | undefined {
  const alert = textOf(child(node, 'alert'));
  const name = alert ?? textOf(child(node, 'record'));
  if (name === undefined) return undefined;
  const expr = child(node, 'expr');
  const text = textOf(expr);
  return {
    kind: alert === undefined ? 'record' : 'alert',
    name,
    node,
    group,
    expr:
      text === undefined ? undefined : { node: expr, text, language: group.language, hasVariables: false },
    forSeconds: secondsAt(child(node, 'for'), 0),
    keepFiringForSeconds: secondsAt(child(node, 'keep_firing_for'), 0),
    labels: new Map([...shared, ...textEntries(child(node, 'labels'))]),
    annotations: textEntries(child(node, 'annotations')),
  };
}
