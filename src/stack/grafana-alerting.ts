import { secondsAt } from '../promql/duration.ts';
import type { File } from '../repo/files.ts';
import { child, items, type Node, textEntries, textItems, textOf } from '../repo/node.ts';
import { languageOf, refOf } from './dashboard.ts';
import type { Expression } from './expression.ts';
import type { DatasourceRef } from './grafana.ts';

/** An alert rule that Grafana evaluates itself. */
export interface ManagedAlert {
  readonly node: Node;
  readonly title: string;
  readonly expressions: readonly Expression[];
  /** The same, with the datasources that are asked. */
  readonly queries: readonly {
    readonly expression: Expression;
    readonly datasource: DatasourceRef | undefined;
  }[];
  /** In seconds. */
  readonly forSeconds: number;
  /** In seconds. */
  readonly interval: number;
  readonly labels: ReadonlyMap<string, { text: string; node: Node }>;
  /** Whether its own settings name a contact point. */
  readonly receiver: string | undefined;
}

/** What Grafana's alerting provisioning says (Grafana documentation, "Use configuration files to provision alerting resources"). */
export interface GrafanaAlerting {
  readonly alerts: readonly ManagedAlert[];
  readonly contactPoints: readonly {
    readonly node: Node;
    readonly name: string;
    readonly types: readonly string[];
  }[];
  /** Contact points that the notification policies name. */
  readonly policyReceivers: readonly string[];
}

/** Grafana's default interval of a rule group, in seconds. */
const DEFAULT_INTERVAL = 60;

export function readGrafanaAlerting(files: readonly File[]): GrafanaAlerting {
  const roots = files.map(({ node }) => node);
  return {
    alerts: roots.flatMap((root) =>
      items(child(root, 'groups')).flatMap((group) => {
        const interval = secondsAt(child(group, 'interval')) ?? DEFAULT_INTERVAL;
        return items(child(group, 'rules')).map((node) => readAlert(node, interval));
      }),
    ),
    contactPoints: roots.flatMap((root) =>
      items(child(root, 'contactPoints')).map((node) => ({
        node,
        name: textOf(child(node, 'name')) ?? '',
        types: items(child(node, 'receivers')).flatMap((receiver) => textOf(child(receiver, 'type')) ?? []),
      })),
    ),
    policyReceivers: roots.flatMap((root) => items(child(root, 'policies')).flatMap(receiversOf)),
  };
}

function receiversOf(policy: Node): string[] {
  return [
    ...textItems(child(policy, 'receiver')).map(({ text }) => text),
    ...items(child(policy, 'routes')).flatMap(receiversOf),
  ];
}

function readAlert(node: Node, interval: number): ManagedAlert {
  const queries = items(child(node, 'data')).flatMap(readQuery);
  return {
    node,
    title: textOf(child(node, 'title')) ?? '',
    expressions: queries.map(({ expression }) => expression),
    queries,
    forSeconds: secondsAt(child(node, 'for'), 0) ?? 0,
    interval,
    labels: textEntries(child(node, 'labels')),
    receiver: textOf(child(node, 'notification_settings', 'receiver')),
  };
}

function readQuery(query: Node): ManagedAlert['queries'][number][] {
  const model = child(query, 'model');
  const expr = child(model, 'expr');
  const text = textOf(expr);
  if (text === undefined) return [];
  const uid = child(query, 'datasourceUid');
  const uidText = textOf(uid);
  const type = textOf(child(model, 'datasource', 'type'));
  const expression: Expression = { node: expr, text, language: languageOf(type), hasVariables: true };
  const datasource: DatasourceRef | undefined =
    uidText === undefined ? refOf(child(model, 'datasource')) : { by: 'uid', uid: uidText, type, node: uid };
  return [{ expression, datasource }];
}
