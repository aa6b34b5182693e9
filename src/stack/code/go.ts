import { bracketed, type Definition, type MetricType, seriesOf } from './definition.ts';

const OPTIONS = /\b(?:prometheus\.)?(Counter|Gauge|Histogram|Summary)Opts\s*\{/g;
const DESCRIPTION = /\b(?:prometheus\.)?NewDesc\s*\(/g;

/** Metrics of client_golang: option structs and descriptions. */
export function goDefinitions(text: string): Definition[] {
  if (!text.includes('prometheus')) return [];
  const definitions: Definition[] = [];
  for (const match of text.matchAll(OPTIONS)) {
    const options = bracketed(text, match.index + match[0].length - 1);
    const field = (name: string): string | undefined =>
      new RegExp(`\\b${name}:\\s*"([^"]*)"`).exec(options)?.[1];
    const name = field('Name');
    if (name === undefined) continue;
    const part = (key: string): string | undefined =>
      new RegExp(`\\b${key}:`).test(options) ? (field(key) ?? '*') : undefined;
    const full = [part('Namespace'), part('Subsystem'), name].filter(Boolean).join('_');
    const type = (match[1] as string).toLowerCase() as MetricType;
    const end = match.index + match[0].length - 1 + options.length;
    // Unlike other clients, Go's adds no suffix to a counter's name.
    const names = type === 'counter' ? [full] : seriesOf(full, type);
    definitions.push({
      names,
      labels: labelsAfter(text, end, type),
      type,
      span: { start: match.index, end },
    });
  }
  for (const match of text.matchAll(DESCRIPTION)) {
    const call = bracketed(text, match.index + match[0].length - 1);
    const built = /BuildFQName\s*\(\s*([^)]*)\)/
      .exec(call)?.[1]
      ?.split(',')
      .map((part) => /^\s*"([^"]*)"\s*$/.exec(part)?.[1] ?? '*');
    const name = built ? built.filter((part) => part !== '').join('_') : /^\(\s*"([^"]+)"/.exec(call)?.[1];
    if (name === undefined) continue;
    definitions.push({
      names: [name],
      labels: undefined,
      type: undefined,
      span: { start: match.index, end: match.index + match[0].length - 1 + call.length },
    });
  }
  return definitions;
}

/** The labels of a `…Vec`, which follow its options. */
function labelsAfter(text: string, end: number, type: MetricType): string[] | undefined {
  const list = /^\s*,\s*\[\]string\s*\{([^}]*)\}/.exec(text.slice(end, end + 400))?.[1];
  const own = type === 'histogram' ? ['le'] : [];
  if (list === undefined) return /^\s*,?\s*\)/.test(text.slice(end, end + 20)) ? own : undefined;
  const names = list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  return names.every((name) => /^"[^"]*"$/.test(name))
    ? [...names.map((name) => name.slice(1, -1)), ...own]
    : undefined;
}
