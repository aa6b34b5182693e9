import { bracketed, type Definition, type MetricType, seriesOf, stringsIn } from './definition.ts';

const CONSTRUCTOR =
  /\b(Counter|Gauge|Histogram|Summary|Info|Enum|CounterMetricFamily|GaugeMetricFamily|HistogramMetricFamily|SummaryMetricFamily|InfoMetricFamily)\(/g;

/** The metrics of prometheus-fastapi-instrumentator's defaults, with their types (its README, "Features"). */
const FASTAPI: readonly (readonly [name: string, type: MetricType])[] = [
  ['http_requests_total', 'counter'],
  ['http_request_size_bytes', 'summary'],
  ['http_response_size_bytes', 'summary'],
  ['http_request_duration_seconds', 'histogram'],
  ['http_request_duration_highr_seconds', 'histogram'],
  ['http_requests_inprogress', 'gauge'],
];
const FASTAPI_LABELS = ['method', 'status', 'handler', 'le'];

/** Metrics of prometheus_client, and of the FastAPI instrumentator. */
export function pythonDefinitions(text: string): Definition[] {
  const definitions: Definition[] = [];
  if (/prometheus_client|prometheus/.test(text)) {
    for (const match of text.matchAll(CONSTRUCTOR)) {
      const definition = readConstructor(text, match.index, match[0].length, match[1] as string);
      if (definition !== undefined) definitions.push(definition);
    }
  }
  const instrumentator = /\bInstrumentator\s*\(/.exec(text);
  if (instrumentator !== null && text.includes('prometheus_fastapi_instrumentator')) {
    const span = { start: instrumentator.index, end: instrumentator.index + instrumentator[0].length };
    for (const [name, type] of FASTAPI)
      definitions.push({ names: seriesOf(name, type), labels: FASTAPI_LABELS, type, span });
  }
  return definitions;
}

function readConstructor(text: string, at: number, length: number, kind: string): Definition | undefined {
  const call = bracketed(text, at + length - 1);
  const name = /^\(\s*(?:name\s*=\s*)?["']([A-Za-z_:][\w:]*)["']/.exec(call)?.[1];
  if (name === undefined) return undefined;
  const keyword = (key: string): string | undefined =>
    new RegExp(`\\b${key}\\s*=\\s*["'](\\w*)["']`).exec(call)?.[1];
  const full = [keyword('namespace'), keyword('subsystem'), name].filter(Boolean).join('_');
  const unit = keyword('unit');
  const type = kind.replace('MetricFamily', '').toLowerCase() as MetricType;
  const withUnit = unit && !full.endsWith(`_${unit}`) ? `${full}_${unit}` : full;
  return {
    names: seriesOf(withUnit, type),
    labels: labelsOf(call, type),
    type,
    span: { start: at, end: at + length + call.length - 1 },
  };
}

/** `labelnames=[…]`, `labels=[…]`, or the third argument. */
function labelsOf(call: string, type: MetricType): string[] | undefined {
  const list =
    /\b(?:labelnames|labels)\s*=\s*([[(][^\])]*[\])])/.exec(call)?.[1] ??
    /^\([^,]*,\s*(?:[frbu]?["'][^"']*["']\s*)+,\s*([[(][^\])]*[\])])/s.exec(call)?.[1];
  if (list === undefined)
    return /\b(?:labelnames|labels)\s*=/.test(call) ? undefined : type === 'histogram' ? ['le'] : [];
  const names = stringsIn(list);
  return type === 'histogram' ? [...names, 'le'] : names;
}
