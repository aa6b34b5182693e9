import { type Alertmanager, type RouteMatcher, routesOf } from '../../src/stack/alertmanager.ts';

/** The matchers of an Alertmanager's routes and inhibitions, each with what it belongs to, as a message says it. */
export const matchersOf = ({
  route,
  inhibitRules,
}: Alertmanager): { readonly matcher: RouteMatcher; readonly what: string }[] => [
  ...routesOf(route).flatMap(({ matchers }) => matchers.map((matcher) => ({ matcher, what: 'this route' }))),
  ...inhibitRules.flatMap(({ source, target }) =>
    [source, target].flatMap(({ matchers }) =>
      matchers.map((matcher) => ({ matcher, what: 'this inhibition' })),
    ),
  ),
];
