import { distance } from 'fastest-levenshtein';
import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import type { Place } from '../../src/repo/node.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { exposedNames } from '../../src/stack/metric-names.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

const CODE = `from prometheus_client import Counter, start_http_server

orders = Counter("orders_processed_total", "Orders", ["status"])
start_http_server(8000)
`;
const BUILT = (STACK['docker-compose.yml'] ?? '').replace('image: example/api:1.0', 'build: ./api');

export const rule = defineRule({
  id: 'promql/metric-typo',
  severity: 'warning',
  peers: ['pint promql/series'],
  summary: 'A metric whose name is almost that of one that exists.',
  why: `Nothing exposes a metric of this name, and something exposes one that differs by a letter or two. The
expression is valid and returns nothing: the alert never fires, the panel stays empty.`,
  fix: `Write the name as it is exposed.`,
  bad: {
    files: {
      ...STACK,
      'docker-compose.yml': BUILT,
      'api/Dockerfile': 'FROM python:3.12\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
      'api/main.py': CODE,
      'alerts.yml': alertFile('rate(order_processed_total[5m]) == 0'),
    },
    at: ['alerts.yml:5:20'],
  },
  good: {
    files: {
      ...STACK,
      'docker-compose.yml': BUILT,
      'api/Dockerfile': 'FROM python:3.12\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
      'api/main.py': CODE,
      'alerts.yml': alertFile('rate(orders_processed_total[5m]) == 0'),
    },
  },
  check({ system, report }) {
    const { exact, isExposed, places } = exposedNames(system);
    const candidates = exact.map((name) => ({ name, plain: withoutNumbers(name), letters: lettersOf(name) }));
    const answers = new Map<string, string | undefined>();
    const seen = new Set<string>();
    for (const usage of treesOf(system)) {
      const { recordings } = inferencesOf(system, usage);
      for (const { name, matchers, span } of usage.query.selectors) {
        if (name === undefined || isVariable(name)) continue;
        if (recordings(name).length > 0 || isExposed(name)) continue;
        if (!answers.has(name)) answers.set(name, almost(name, candidates));
        const meant = answers.get(name);
        if (meant === undefined) continue;
        const place = matchers.find(({ label }) => label === '__name__')?.valueSpan ?? span;
        const key = `${usage.expression.node.doc.source.path}\0${name}`;
        // One finding in a file: the others are mended with it.
        if (seen.has(key)) continue;
        seen.add(key);
        const definedAt: Place | undefined = places.get(meant);
        report({
          at: usage.at(place),
          message: `nothing that the repository knows exposes "${name}", and something exposes "${meant}"`,
          help: `write "${meant}"`,
          related: definedAt ? [{ at: definedAt, message: `"${meant}" comes from here` }] : [],
        });
      }
    }
  },
});

/** Shorter names are alike by chance. */
const SHORTEST = 8;

interface Candidate {
  readonly name: string;
  readonly plain: string;
  readonly letters: number;
}

const withoutNumbers = (name: string): string => name.replace(/\d+/g, '#');

/** A bit for each letter that a name has: a slip changes at most two of them. */
function lettersOf(name: string): number {
  let letters = 0;
  for (let at = 0; at < name.length; at++) letters |= 1 << (name.charCodeAt(at) & 31);
  return letters;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The name of which another is a slip: one letter in a short one, two in a long one, and never only a number. */
function almost(name: string, candidates: readonly Candidate[]): string | undefined {
  if (name.length < SHORTEST) return undefined;
  const most = name.length < 16 ? 1 : 2;
  const plain = withoutNumbers(name);
  const letters = lettersOf(name);
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.name.length - name.length) > most || candidate.plain === plain) continue;
    if (countBits(candidate.letters ^ letters) > 2 * most) continue;
    const steps = distance(name, candidate.name);
    if (steps < least) {
      least = steps;
      best = candidate.name;
    }
  }
  return best;
}
