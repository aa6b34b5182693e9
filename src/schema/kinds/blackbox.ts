import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema } from '../json-schema.ts';
import { AUTHENTICATIONS, httpClient, httpClientKeys, tlsConfig } from '../parts/http-client.ts';

/** The blackbox exporter's configuration (its `config/config.go`), which refuses other keys. */

const { text, texts, textMap, boolean, integer, object, list, oneOf } = go;

type Properties = Readonly<Record<string, JsonSchema>>;

const ipProtocol: Properties = {
  // Whatever is not `ip6` means `ip4`, so that only what was meant for the other is wrong.
  preferred_ip_protocol: { ...text, pattern: '^(?:ip6|[^6]*)$', 'x-expected': '"ip4" or "ip6"' },
  ip_protocol_fallback: boolean,
};

const headerMatches = list(
  object(
    { header: go.filledText, regexp: go.filledText, allow_missing: boolean },
    { required: ['header', 'regexp'] },
  ),
);

const queryResponse = list(
  object(
    {
      expect: text,
      expect_bytes: text,
      labels: list(object({ name: text, value: text })),
      send: text,
      starttls: boolean,
    },
    { 'x-at-most-one': [['expect', 'expect_bytes']] },
  ),
);

const answers = object({
  fail_if_matches_regexp: texts,
  fail_if_all_match_regexp: texts,
  fail_if_not_matches_regexp: texts,
  fail_if_none_matches_regexp: texts,
});

const GONE = 'is refused by blackbox_exporter 0.14 and later: write';

const http = object(
  {
    valid_status_codes: list(integer),
    valid_http_versions: texts,
    method: text,
    headers: textMap,
    body: text,
    body_file: text,
    body_size_limit: go.bytes,
    compression: text,
    no_follow_redirects: boolean,
    fail_if_ssl: boolean,
    fail_if_not_ssl: boolean,
    fail_if_body_matches_regexp: texts,
    fail_if_body_not_matches_regexp: texts,
    fail_if_body_json_matches_cel: text,
    fail_if_body_json_not_matches_cel: text,
    fail_if_header_matches: headerMatches,
    fail_if_header_not_matches: headerMatches,
    fail_if_matches_regexp: ignored('0.14', `${GONE} fail_if_body_matches_regexp`, texts),
    fail_if_not_matches_regexp: ignored('0.14', `${GONE} fail_if_body_not_matches_regexp`, texts),
    skip_resolve_phase_with_proxy: boolean,
    enable_http3: boolean,
    ...ipProtocol,
    ...httpClientKeys,
  },
  { 'x-at-most-one': [AUTHENTICATIONS, ['body', 'body_file']] },
);

const module = object(
  {
    prober: { enum: ['http', 'tcp', 'icmp', 'dns', 'grpc', 'unix', 'websocket'] },
    timeout: go.goDuration,
    http,
    tcp: object({
      source_ip_address: text,
      query_response: queryResponse,
      tls: boolean,
      tls_config: tlsConfig,
      ...ipProtocol,
    }),
    icmp: object({
      source_ip_address: text,
      payload_size: integer,
      dont_fragment: boolean,
      ttl: { ...integer, minimum: 0, maximum: 255, 'x-expected': 'a whole number from 0 to 255' },
      ...ipProtocol,
    }),
    dns: object(
      {
        source_ip_address: text,
        dns_over_tls: boolean,
        tls_config: tlsConfig,
        transport_protocol: oneOf('udp', 'tcp', ''),
        query_class: text,
        query_name: go.filledText,
        query_type: text,
        recursion_desired: boolean,
        valid_rcodes: texts,
        validate_answer_rrs: answers,
        validate_authority_rrs: answers,
        validate_additional_rrs: answers,
        ...ipProtocol,
      },
      { required: ['query_name'] },
    ),
    grpc: object({
      service: text,
      tls: boolean,
      tls_config: tlsConfig,
      metadata: go.map(texts),
      ...ipProtocol,
    }),
    unix: object({ query_response: queryResponse, tls: boolean, tls_config: tlsConfig }),
    websocket: object({
      http_config: httpClient,
      headers: go.map(go.anything),
      query_response: queryResponse,
      ...ipProtocol,
    }),
  },
  { required: ['prober'] },
);

export const blackboxSchema: JsonSchema = {
  title: 'blackbox exporter configuration',
  ...object({ modules: { type: ['object', 'null'], additionalProperties: { ...module, type: 'object' } } }),
};
