import { createHash } from 'node:crypto';
import { type Labels, labelValue } from '../promql/labels.ts';
import { compileRegex } from '../promql/re2.ts';
import type { Tri } from '../promql/tri.ts';
import { child, items, type Node, textItems, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';

/** One step of `relabel_configs` (Prometheus documentation, "relabel_config"). */
export interface Relabel {
  readonly node: Node;
  readonly action: string;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly targetLabel: string | undefined;
  readonly replacement: string;
  readonly modulus: number;
}

/** Reads a list of relabelling steps. */
export function readRelabels(node: Node): Relabel[] {
  return items(node).map((item) => {
    const text = (key: string): string | undefined => textOf(child(item, key));
    return {
      node: item,
      action: (text('action') ?? 'replace').toLowerCase(),
      sourceLabels: textItems(child(item, 'source_labels')).map((label) => label.text),
      separator: text('separator') ?? ';',
      regex: text('regex') ?? '(.*)',
      targetLabel: text('target_label'),
      replacement: text('replacement') ?? '$1',
      modulus: Number(text('modulus') ?? 0),
    };
  });
}

/** Every list of relabelling steps of a Prometheus configuration, with the name of its key. */
export function relabelLists(config: Node): { readonly key: string; readonly steps: readonly Relabel[] }[] {
  const under = (node: Node, ...keys: string[]) =>
    keys.map((key) => ({ key, steps: readRelabels(child(node, key)) }));
  return [
    ...items(child(config, 'scrape_configs')).flatMap((job) =>
      under(job, 'relabel_configs', 'metric_relabel_configs'),
    ),
    ...under(child(config, 'alerting'), 'alert_relabel_configs'),
    ...items(child(config, 'alerting', 'alertmanagers')).flatMap((entry) =>
      under(entry, 'relabel_configs', 'alert_relabel_configs'),
    ),
    ...items(child(config, 'remote_write')).flatMap((entry) => under(entry, 'write_relabel_configs')),
  ];
}

export interface Relabelled {
  readonly labels: Labels;
  /** Whether the series or target is kept. */
  readonly kept: Tri;
  /** The step that drops it, or may. */
  readonly by: Relabel | undefined;
}

/** Sends a set of labels through relabelling steps, as Prometheus does, as far as the labels are known. */
export function relabel(labels: Labels, steps: readonly Relabel[]): Relabelled {
  let current = labels;
  let kept: Tri = 'yes';
  let by: Relabel | undefined;
  for (const step of steps) {
    const result = apply(current, step);
    if (result === 'dropped') return { labels: current, kept: 'no', by: step };
    if (result === 'maybe dropped') {
      kept = 'maybe';
      by ??= step;
    } else {
      current = result;
    }
  }
  return { labels: current, kept, by };
}

/** What a job's relabelling makes of a metric of one of its targets. */
export function relabelMetric(target: Labels, steps: readonly Relabel[], metric: string): Relabelled {
  const values = new Map(target.values);
  values.set('__name__', metric);
  return relabel({ values, isClosed: false }, steps);
}

function apply(labels: Labels, step: Relabel): Labels | 'dropped' | 'maybe dropped' {
  const parts = step.sourceLabels.map((name) => labelValue(labels, name));
  const source = parts.every((part) => part !== undefined) ? parts.join(step.separator) : undefined;
  const regex = isUnknown(step.regex.replace(/\$$/, '')) ? undefined : compileRegex(step.regex);
  const matched = source === undefined || regex === undefined ? undefined : regex.matches(source);
  const target = step.targetLabel;

  switch (step.action) {
    case 'keep':
      return matched === undefined ? 'maybe dropped' : matched ? labels : 'dropped';
    case 'drop':
      return matched === undefined ? 'maybe dropped' : matched ? 'dropped' : labels;
    case 'keepequal':
    case 'dropequal': {
      const other = target === undefined ? undefined : labelValue(labels, target);
      if (source === undefined || other === undefined) return 'maybe dropped';
      return (source === other) === (step.action === 'keepequal') ? labels : 'dropped';
    }
    case 'replace': {
      if (target === undefined) return labels;
      const name = expandConstant(target);
      if (name === undefined) return { values: labels.values, isClosed: false };
      if (matched === false) return labels;
      const value =
        matched === undefined ? constantValue(step) : regex?.expand(source as string, step.replacement);
      return withLabel(labels, name, value);
    }
    case 'lowercase':
    case 'uppercase':
      if (target === undefined) return labels;
      return withLabel(
        labels,
        target,
        step.action === 'lowercase' ? source?.toLowerCase() : source?.toUpperCase(),
      );
    case 'hashmod':
      if (target === undefined) return labels;
      return withLabel(labels, target, source === undefined ? undefined : hashModulus(source, step.modulus));
    case 'labelmap':
    case 'labeldrop':
    case 'labelkeep':
      return regex === undefined ? { values: labels.values, isClosed: false } : onNames(labels, step, regex);
    default:
      return labels;
  }
}

/** A target label may itself be a template of the regular expression's groups; then it is not known. */
const expandConstant = (target: string): string | undefined => (target.includes('$') ? undefined : target);

/** The value that a replacement gives whatever the source is: one without groups, where every source matches. */
const constantValue = (step: Relabel): string | undefined =>
  step.replacement.includes('$') || !/^\(?\.\*\)?$/.test(step.regex) ? undefined : step.replacement;

function withLabel(labels: Labels, name: string, value: string | undefined): Labels {
  const values = new Map(labels.values);
  if (value === '') values.delete(name);
  else values.set(name, value);
  // In an open set an absent label would be an unknown one.
  if (value === '' && !labels.isClosed) values.set(name, '');
  return { values, isClosed: labels.isClosed };
}

function onNames(
  labels: Labels,
  step: Relabel,
  regex: { matches(text: string): boolean; expand(text: string, template: string): string | undefined },
): Labels {
  const values = new Map(labels.values);
  for (const [name, value] of labels.values) {
    const matches = regex.matches(name);
    if (step.action === 'labelmap' && matches) {
      const renamed = regex.expand(name, step.replacement);
      if (renamed !== undefined) values.set(renamed, value);
    } else if (step.action === 'labeldrop' ? matches : step.action === 'labelkeep' && !matches) {
      values.delete(name);
      if (!labels.isClosed) values.set(name, '');
    }
  }
  return { values, isClosed: labels.isClosed };
}

/** Prometheus takes the last eight bytes of the MD5 digest as a number. */
function hashModulus(text: string, modulus: number): string | undefined {
  if (!Number.isInteger(modulus) || modulus <= 0) return undefined;
  const digest = createHash('md5').update(text).digest();
  return String(digest.readBigUInt64BE(8) % BigInt(modulus));
}
