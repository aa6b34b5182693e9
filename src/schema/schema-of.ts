import type { Content } from '../repo/classify.ts';
import { child, isFields, type Node } from '../repo/node.ts';
import type { SchemaName } from './faults.lazy.ts';

/** Which schema a part of a file must fit, and which value in it; undefined for a kind without one. */
export function schemaOf({ kind, node }: Content): { name: SchemaName; node: Node } | undefined {
  if (kind === 'alloy') return undefined;
  if (kind !== 'dashboard') return { name: kind.replace('-', '_') as SchemaName, node };
  const { value } = node;
  const spec =
    isFields(value) && value.kind !== undefined && isFields(value.spec) ? child(node, 'spec') : node;
  const isSecond = isFields(spec.value) && isFields(spec.value.elements);
  return { name: isSecond ? 'dashboard_v2' : 'dashboard', node: spec };
}
