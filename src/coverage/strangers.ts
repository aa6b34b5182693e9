import { onceOf } from '../once.ts';
import type { Place } from '../repo/node.ts';
import { isReadable } from '../repo/repository.ts';
import { isCode } from '../stack/code/read.ts';
import { promql } from '../stack/expression.ts';
import { anyExposes, type MetricSource } from '../stack/metrics.ts';
import type { Prometheus } from '../stack/prometheus.ts';
import type { Stack, System } from '../stack/system.ts';
import type { Server } from '../stack/usages.ts';
import type { CriticalPath, Member } from './paths.ts';
import { scrapingOf } from './scraping.ts';

const answers = new WeakMap<Server['prometheus'], Map<string, boolean>>();

/**
 * Whether nothing that a server scrapes exposes a metric: everything that it scrapes is known and has no such
 * name; or the name is of a family that the repository itself names, and is not among it.
 */
export function isExposedByNobody(system: System, server: Server, name: string): boolean {
  let known = answers.get(server.prometheus);
  if (known === undefined) {
    known = new Map();
    answers.set(server.prometheus, known);
  }
  let answer = known.get(name);
  if (answer === undefined) {
    answer = workOut(system, server, name);
    known.set(name, answer);
  }
  return answer;
}

function workOut(system: System, server: Server, name: string): boolean {
  const { hasAllNames, members, reach } = scrapingOf(system, server);
  if (!hasAllNames || members.length === 0) return false;
  const exposed = members.map((member) => reach.exposes(name, member));
  if (exposed.includes('yes')) return false;
  if (members.every(({ container }, at) => container?.facts !== undefined && exposed[at] === 'no'))
    return true;
  return isLostOfItsFamily(system, members, name);
}

/** Words with which the metrics of many libraries begin: a service's own may stand among theirs. */
const COMMON =
  /^(?:http|https|process|python|go|jvm|java|nodejs|dotnet|promhttp|grpc|rpc|db|sql|pg|redis|kafka|rabbitmq|celery|django|flask|fastapi|starlette|spring|hikaricp|tomcat|logback|executor|application|app|request|requests|response|server|client|api|system|cache|queue|job|jobs|task|tasks|worker|total)_/;

/**
 * Whether a name begins with two words with which services of the repository name metrics of their own,
 * while none of them, and no code at all, has the rest of it.
 */
function isLostOfItsFamily(system: System, members: readonly Member[], name: string): boolean {
  const [first = '', second = '', ...rest] = name.split('_');
  if (rest.length === 0 || COMMON.test(name)) return false;
  const family = `${first}_${second}_`;
  const own = members.flatMap(({ container }): readonly MetricSource[] =>
    container === undefined ? [] : system.sourcesOf(container),
  );
  if (!own.some(({ names, isNamedHere }) => isNamedHere && names.some((other) => other.startsWith(family))))
    return false;
  const mayPassOn = members.some(
    ({ container }) =>
      container?.facts?.watches === 'statsd' &&
      anyExposes(
        system.sourcesOf(container).filter(({ isNamedHere }) => isNamedHere),
        name,
      ) !== 'no',
  );
  const ending = rest.join('_').replace(/_(?:total|bucket|sum|count|created)$/, '');
  return !mayPassOn && !codeOf(system).some((text) => text.includes(ending));
}

/**
 * The expressions of alerts that the path's Prometheus loads and that select what nothing exposes: one of
 * these may be meant to watch the path.
 */
export const expressionsOnNothing = (system: System, { prometheus, stack }: CriticalPath): readonly Place[] =>
  onNothing(system)(prometheus)(stack).map(({ place }) => place);

/** Those of them that select one of the path's own series. */
export const expressionsOnItsNothing = (
  system: System,
  { prometheus, stack, series }: CriticalPath,
): Place[] => {
  const own = new Set(series.flatMap(({ selectors }) => selectors.map(({ name }) => name)));
  return onNothing(system)(prometheus)(stack)
    .filter(({ names }) => names.some((name) => own.has(name)))
    .map(({ place }) => place);
};

/** Where a path names its series: what nothing exposes, nothing can watch or show. */
export const seriesOf = ({ series }: CriticalPath): readonly Place[] => series.map(({ node }) => ({ node }));

interface OnNothing {
  readonly place: Place;
  /** The metrics that nothing exposes. */
  readonly names: readonly string[];
}

const onNothing = onceOf((system: System) =>
  onceOf((prometheus: Prometheus) =>
    onceOf((stack: Stack): readonly OnNothing[] =>
      prometheus.groups
        .flatMap(({ rules }) => rules)
        .flatMap(({ kind, expr }): OnNothing[] => {
          if (kind !== 'alert' || expr === undefined) return [];
          const names = promql(expr)
            .query.selectors.flatMap(({ name }) => name ?? [])
            .filter((name) => isExposedByNobody(system, { prometheus, stack }, name));
          return names.length > 0 ? [{ place: { node: expr.node }, names }] : [];
        }),
    ),
  ),
);

/** The texts of the repository's code. */
const codeOf = onceOf(({ files: { repo } }: System): readonly string[] =>
  repo.paths
    .filter(isCode)
    .map((path) => repo.text(path))
    .filter(isReadable)
    .map(({ text }) => text),
);
