import { bracketed, type Definition, type MetricType, seriesOf, stringsIn } from './definition.ts';

const CONSTRUCTOR = /\bnew\s+(?:\w+\.)?(Counter|Gauge|Histogram|Summary)(?:<[^>]*>)?\s*\(\s*\{/g;

/** Metrics of prom-client. */
export function javascriptDefinitions(text: string): Definition[] {
  if (!text.includes('prom-client') && !/\bnew\s+(?:\w+\.)?(?:Counter|Gauge|Histogram|Summary)\b/.test(text))
    return [];
  const definitions: Definition[] = [];
  for (const match of text.matchAll(CONSTRUCTOR)) {
    const options = bracketed(text, match.index + match[0].length - 1);
    const name = /\bname:\s*["'`]([A-Za-z_:][\w:]*)["'`]/.exec(options)?.[1];
    if (name === undefined) continue;
    const type = (match[1] as string).toLowerCase() as MetricType;
    const list = /\blabelNames:\s*(\[[^\]]*\])/.exec(options)?.[1];
    const own = type === 'histogram' ? ['le'] : [];
    const labels = list ? [...stringsIn(list), ...own] : options.includes('labelNames') ? undefined : own;
    const end = match.index + match[0].length - 1 + options.length;
    // prom-client adds no suffix to a counter's name.
    definitions.push({
      names: type === 'counter' ? [name] : seriesOf(name, type),
      labels,
      type,
      span: { start: match.index, end },
    });
  }
  const defaults = /\bcollectDefaultMetrics\s*\(/.exec(text);
  if (defaults !== null) {
    definitions.push({
      names: ['nodejs_*', 'process_*'],
      labels: undefined,
      type: undefined,
      span: { start: defaults.index, end: defaults.index + defaults[0].length },
    });
  }
  return definitions;
}
