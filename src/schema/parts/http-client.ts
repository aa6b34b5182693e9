import * as go from '../go-yaml.ts';
import type { JsonSchema } from '../json-schema.ts';

/** How the Prometheus tools reach a server (prometheus/common, `config/http_config.go` and `headers.go`). */

const { text, texts } = go;

const tlsVersion = go.oneOf('TLS13', 'TLS12', 'TLS11', 'TLS10');

export const tlsConfig: JsonSchema = go.object(
  {
    ca: text,
    ca_file: text,
    ca_ref: text,
    cert: text,
    cert_file: text,
    cert_ref: text,
    key: text,
    key_file: text,
    key_ref: text,
    server_name: text,
    insecure_skip_verify: go.boolean,
    min_version: tlsVersion,
    max_version: tlsVersion,
  },
  {
    'x-at-most-one': [
      ['ca', 'ca_file', 'ca_ref'],
      ['cert', 'cert_file', 'cert_ref'],
      ['key', 'key_file', 'key_ref'],
    ],
  },
);

const proxyKeys: Readonly<Record<string, JsonSchema>> = {
  proxy_url: text,
  no_proxy: text,
  proxy_from_environment: go.boolean,
  proxy_connect_header: go.map(texts),
};

const basicAuth = go.object(
  {
    username: text,
    username_file: text,
    username_ref: text,
    password: text,
    password_file: text,
    password_ref: text,
  },
  {
    'x-at-most-one': [
      ['username', 'username_file', 'username_ref'],
      ['password', 'password_file', 'password_ref'],
    ],
  },
);

const authorization = go.object(
  { type: text, credentials: text, credentials_file: text, credentials_ref: text },
  { 'x-at-most-one': [['credentials', 'credentials_file', 'credentials_ref']] },
);

const oauth2 = go.object(
  {
    client_id: text,
    client_secret: text,
    client_secret_file: text,
    client_secret_ref: text,
    client_certificate_key_id: text,
    client_certificate_key: text,
    client_certificate_key_file: text,
    client_certificate_key_ref: text,
    grant_type: text,
    signature_algorithm: text,
    iss: text,
    audience: text,
    claims: go.map(go.anything),
    scopes: texts,
    token_url: text,
    endpoint_params: go.textMap,
    tls_config: tlsConfig,
    ...proxyKeys,
  },
  { required: ['client_id', 'token_url'] },
);

/** The keys of a client, which most tools put among others of theirs. */
export const httpClientKeys: Readonly<Record<string, JsonSchema>> = {
  basic_auth: basicAuth,
  authorization,
  oauth2,
  bearer_token: text,
  bearer_token_file: text,
  tls_config: tlsConfig,
  follow_redirects: go.boolean,
  enable_http2: go.boolean,
  http_headers: go.map(go.object({ values: texts, secrets: texts, files: texts })),
  ...proxyKeys,
};

/** Ways to say who asks, of which there can be one. */
export const AUTHENTICATIONS: readonly string[] = [
  'basic_auth',
  'authorization',
  'oauth2',
  'bearer_token',
  'bearer_token_file',
];

/** A client that stands by itself, as `http_config`. */
export const httpClient: JsonSchema = go.object(httpClientKeys, { 'x-at-most-one': [AUTHENTICATIONS] });

/** Signing of requests for Amazon (prometheus/sigv4, `sigv4_config.go`). */
export const sigv4: JsonSchema = go.object({
  region: text,
  access_key: text,
  secret_key: text,
  profile: text,
  role_arn: text,
  external_id: text,
  use_fips_sts_endpoint: go.boolean,
  service_name: text,
});
