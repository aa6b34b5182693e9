import { type JsonSchema, mapOf, object, openObject } from '../json-schema.ts';

/**
 * The JMX exporter's configuration (JMX exporter, `JmxCollector.java`, `ObjectNameAttributeFilter.java`,
 * `HTTPServerFactory.java` and `OpenTelemetryExporterFactory.java`, at 1.6 and before). It does not read a
 * key that it does not know, and says nothing of it. Types are those of Java: a text that is a number in
 * YAML must be quoted, and makes the whole configuration fail if it is not.
 */

const text: JsonSchema = { type: ['string', 'null'] };
const anyText: JsonSchema = { type: ['string', 'number', 'boolean', 'null'], 'x-expected': 'a text' };
const integer: JsonSchema = {
  type: ['integer', 'string'],
  pattern: '^[0-9]+$',
  'x-expected': 'a whole number',
};
const boolean: JsonSchema = {
  type: ['boolean', 'string', 'null'],
  pattern: '^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$',
  'x-expected': 'true or false',
};
const objectNames: JsonSchema = { type: 'array', items: { type: 'string' } };
const attributesByName: JsonSchema = mapOf({ type: ['array', 'null'], items: anyText });

const keyStore = object({ filename: text, type: text, password: anyText });

const httpServer = object({
  metrics: object({ path: text }),
  threads: object({ minimum: integer, maximum: integer, keepAliveTime: integer, keepAlive: integer }),
  maximumRequestSeconds: integer,
  authentication: object({
    plugin: openObject({ class: text, subjectAttributeName: text }, { required: ['class'] }),
    basic: object(
      {
        username: anyText,
        password: anyText,
        passwordHash: anyText,
        algorithm: text,
        salt: anyText,
        iterations: integer,
        keyLength: integer,
      },
      { required: ['username'] },
    ),
  }),
  ssl: object({
    keyStore,
    trustStore: keyStore,
    certificate: object({ alias: anyText }),
    mutualTLS: boolean,
    protocols: { type: ['string', 'array'], 'x-expected': 'a text or a list' },
    ciphers: { type: ['string', 'array'], 'x-expected': 'a text or a list' },
  }),
});

/** Which keys a rule needs beside which, and that labels are texts, is told by rules of their own (`jmx/config-…`). */
const rule: JsonSchema = object({
  pattern: anyText,
  name: text,
  value: anyText,
  valueFactor: { type: ['number', 'string'], 'x-expected': 'a number' },
  help: text,
  type: {
    enum: ['COUNTER', 'GAUGE', 'UNTYPED', 'UNKNOWN', 'SUMMARY', 'HISTOGRAM', 'INFO', 'STATE_SET', null],
    'x-expected': '"GAUGE", "COUNTER" or "UNTYPED"',
  },
  labels: mapOf(anyText),
  attrNameSnakeCase: boolean,
  cache: boolean,
});

const metricCustomizer = object(
  {
    mbeanFilter: object({ domain: { type: 'string' }, properties: mapOf(anyText) }, { required: ['domain'] }),
    attributesAsLabels: { type: ['array', 'null'], items: text },
    extraMetrics: {
      type: ['array', 'null'],
      items: object(
        { name: { type: 'string' }, value: {}, description: text },
        { required: ['name', 'value'] },
      ),
    },
  },
  { required: ['mbeanFilter'], 'x-at-least-one': [['attributesAsLabels', 'extraMetrics']] },
);

export const jmxSchema: JsonSchema = {
  title: 'JMX exporter configuration',
  ...object({
    startDelaySeconds: { type: 'integer', minimum: 0, 'x-expected': 'a whole number from 0 on' },
    scrapeTimeoutSeconds: { type: 'integer', minimum: 1, 'x-expected': 'a whole number from 1 on' },
    hostPort: anyText,
    jmxUrl: text,
    username: text,
    password: text,
    ssl: {
      type: ['boolean', 'object', 'string', 'null'],
      properties: {
        enabled: boolean,
        keyStore,
        trustStore: keyStore,
        protocols: { type: ['string', 'array'], 'x-expected': 'a text or a list' },
        ciphers: { type: ['string', 'array'], 'x-expected': 'a text or a list' },
      },
      'x-expected': 'true or false, or a map',
    },
    lowercaseOutputName: boolean,
    lowercaseOutputLabelNames: boolean,
    inferCounterTypeFromName: boolean,
    includeObjectNames: objectNames,
    excludeObjectNames: objectNames,
    whitelistObjectNames: objectNames,
    blacklistObjectNames: objectNames,
    includeObjectNameAttributes: attributesByName,
    excludeObjectNameAttributes: attributesByName,
    autoExcludeObjectNameAttributes: boolean,
    excludeJvmMetrics: boolean,
    metricCustomizers: { type: 'array', items: metricCustomizer },
    rules: { type: 'array', items: rule },
    httpServer,
    openTelemetry: object({
      endpoint: text,
      protocol: text,
      interval: anyText,
      timeoutSeconds: anyText,
      preserveNames: boolean,
      headers: mapOf(anyText),
      resourceAttributes: mapOf(anyText),
      serviceInstanceId: anyText,
      serviceNamespace: anyText,
      serviceName: anyText,
      serviceVersion: anyText,
    }),
  }),
};
