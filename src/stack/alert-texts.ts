import type { Node } from '../repo/node.ts';
import { alertsIn } from './alert-conventions.ts';
import type { Rule } from './rules.ts';
import type { System } from './system.ts';
import { promqlGroups } from './usages.ts';

/** A label or an annotation of an alert, which Prometheus expands as a template. */
export interface TemplatedText {
  readonly alert: Rule;
  readonly kind: 'label' | 'annotation';
  readonly name: string;
  readonly text: string;
  readonly node: Node;
}

const known = new WeakMap<System, readonly TemplatedText[]>();

/** The labels and annotations of alerts that hold a template, of all rule files that are Prometheus's. */
export function templatedTexts(system: System): readonly TemplatedText[] {
  let texts = known.get(system);
  if (texts === undefined) {
    texts = alertsIn(promqlGroups(system)).flatMap((alert) =>
      (['label', 'annotation'] as const).flatMap((kind) =>
        [...(kind === 'label' ? alert.labels : alert.annotations)].flatMap(([name, { text, node }]) =>
          text.includes('{{') ? [{ alert, kind, name, text, node }] : [],
        ),
      ),
    );
    known.set(system, texts);
  }
  return texts;
}
