import type { Files } from '../repo/files.ts';
import { child, keyOf, type Place, textOf } from '../repo/node.ts';
import { alloyFiles, blocksNamed } from './alloy.ts';
import { interpolate } from './compose/interpolate.ts';
import { programs } from './configured.ts';
import type { Container } from './container.ts';
import { collectorIn, exporters } from './otel.ts';
import { readPromtail } from './promtail.ts';
import type { Stack, System } from './system.ts';

/** What a program sends logs with: the paths that Loki takes differ. */
export type LogProtocol = 'loki' | 'otlp';

/** An address to which a program of the system sends logs. */
export interface LogClient {
  /** In words: "Promtail", "the exporter "loki" of the collector". */
  readonly by: string;
  readonly stack: Stack | undefined;
  readonly container: Container | undefined;
  readonly url: string;
  readonly place: Place;
  readonly protocol: LogProtocol;
  /** Whether a tenant is named. */
  readonly hasTenant: boolean;
}

/** Every address to which Promtail, Alloy and collectors send logs as Loki takes them. */
export function logClients(system: System): LogClient[] {
  const fromPromtail = programs(system, 'promtail', 'promtail')
    .map(readPromtail)
    .flatMap(({ clients, container, stack }): LogClient[] =>
      clients.map(({ url, urlNode, tenant, node }) => ({
        by: 'Promtail',
        stack,
        container,
        url,
        place: { node: urlNode },
        protocol: 'loki',
        // A stage, a relabelled label or a header may name it as well.
        hasTenant: tenant !== undefined || /tenant|OrgID/i.test(node.doc.source.text),
      })),
    );
  const seen = new Set<Container>();
  const fromOthers = system.stacks.flatMap((stack) =>
    stack.containers.flatMap((container): LogClient[] => {
      if (seen.has(container)) return [];
      seen.add(container);
      if (container.facts?.role === 'alloy') return alloyClients(stack, container, system.files);
      return container.facts?.role === 'otel-collector'
        ? collectorClients(stack, container, system.files)
        : [];
    }),
  );
  return [...fromPromtail, ...fromOthers];
}

function alloyClients(stack: Stack, container: Container, files: Files): LogClient[] {
  return alloyFiles(container, files).files.flatMap((file) =>
    blocksNamed(file, 'loki.write').flatMap(({ label, blocks }) =>
      blocks
        .filter(({ name }) => name === 'endpoint')
        .flatMap(({ attributes }): LogClient[] => {
          const url = attributes.get('url');
          if (url?.text === undefined) return [];
          return [
            {
              by: `the block loki.write "${label ?? ''}" of Alloy`,
              stack,
              container,
              url: url.text,
              place: { source: file.source, span: url.span },
              protocol: 'loki',
              hasTenant: attributes.has('tenant_id') || attributes.has('headers'),
            },
          ];
        }),
    ),
  );
}

function collectorClients(stack: Stack, container: Container, files: Files): LogClient[] {
  const collector = collectorIn(stack, container, files);
  const inLogs = new Set(
    collector.pipelines
      .filter(({ name }) => name.split('/')[0] === 'logs')
      .flatMap(({ steps }) =>
        steps.flatMap(({ kind, components }) => (kind === 'exporters' ? components : [])),
      )
      .map(({ id }) => id),
  );
  return exporters(collector).flatMap(({ id, type, endpoint, node }): LogClient[] => {
    const logs = child(node, 'logs_endpoint');
    const own = textOf(logs);
    const found = own === undefined ? endpoint : { text: own, node: logs };
    if (found === undefined || !inLogs.has(id) || (type !== 'loki' && type !== 'otlphttp')) return [];
    return [
      {
        by: `the exporter "${id}" of the collector`,
        stack,
        container,
        // What the container's environment holds may be known.
        url: interpolate(found.text.replace(/\$\{env:/g, '${'), {
          get: (name) => container.env.get(name)?.text,
        }),
        place: { node: found.node },
        protocol: type === 'loki' ? 'loki' : 'otlp',
        hasTenant: child(node, 'headers').value !== undefined,
      },
    ];
  });
}

/** The service that a client runs in, as a related place. */
export const serviceOf = ({ container }: LogClient): Place | undefined =>
  container && keyOf(container.service.node);
