import * as go from '../go-yaml.ts';
import type { JsonSchema } from '../json-schema.ts';

/**
 * The OpenTelemetry collector's configuration (`service/config.go`, `service/pipelines/config.go`): the
 * `service` only, for what components read is theirs. Several files may make one configuration, so
 * nothing is missing from one of them.
 */

const { texts } = go;

const pipeline = go.object({ receivers: texts, processors: texts, exporters: texts });

export const otelSchema: JsonSchema = {
  title: 'OpenTelemetry collector configuration',
  ...go.openObject({
    receivers: go.map({}),
    processors: go.map({}),
    exporters: go.map({}),
    connectors: go.map({}),
    extensions: go.map({}),
    service: go.object({
      telemetry: go.map({}),
      extensions: texts,
      pipelines: {
        type: ['object', 'null'],
        patternProperties: { '^(?:traces|metrics|logs|profiles)(?:/.+)?$': pipeline },
        additionalProperties: false,
        'x-names': ['traces', 'metrics', 'logs', 'profiles'],
      },
    }),
  }),
};
