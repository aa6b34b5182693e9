/**
 * What passwords and tokens look like: which ones anybody would guess, which only stand in for one, and
 * which are real. Nothing of a real one may ever be shown.
 */

/** Words of which the passwords of examples and of images' defaults are made. */
const WORDS = [
  'my|our|the|super|very|some|a|default|test|testing|demo|example|sample|local|dev|prod|temp|new|simple|strong|secure',
  'passwords?|passwd|passw[o0]rd|p[a@]ssw[o0]rd|p[a@]ss|pw|pwd|secret|s3cr3t|secr3t|key|token|credentials',
  'admins?|administrator|root|users?|guest|owner|master|sa|operator|service|system|super',
  'access|change|changeme|changeit|me|it|this|please|now|letmein|qwerty|welcome|hello|foo|bar|baz|abc|xyz',
  'postgres|postgresql|pg|mysql|mariadb|mongo|mongodb|redis|rabbit|rabbitmq|mq|kafka|connect|broker|debezium|dbz|db|database',
  'grafana|prometheus|prom|loki|tempo|alertmanager|exporter|metrics|monitor|monitoring|airflow|superset|prefect|spark|hive',
  'minio|s3|clickhouse|click|house|elastic|elasticsearch|kibana|influx|influxdb|telegraf|timescale|cassandra|couchdb|neo4j',
  'keycloak|vault|consul|temporal|confluent|redpanda|docker|app|application|api|web|backend|server|otel|jaeger|zipkin',
].join('|');
/** Longer ones are not made of words; some words are made of others, and the ways to part a long text are without end. */
const LONGEST_OF_WORDS = 64;
const MADE_OF_WORDS = new RegExp(`^(?:(?:${WORDS})[-_.@ ]?)+\\d{0,4}[!?@#.]?$`, 'i');

/** Whether anybody would guess a password: an image's default, a word of examples, or the user's own name. */
export const isGuessable = (password: string, user?: string): boolean =>
  (user !== undefined && password.toLowerCase() === user.toLowerCase()) ||
  (password.length <= LONGEST_OF_WORDS && MADE_OF_WORDS.test(password)) ||
  /^=*[a-z0-9]+[-_.](?:pass(?:word|wd)?|pw|pwd|secret)\d{0,4}!?$/i.test(password) ||
  /^(?:\d{1,8}|(.)\1*|1q2w3e4r\w*|asdf\w*)$/.test(password);

/** Whether a value only says that one belongs there. */
export const isPlaceholder = (value: string): boolean =>
  value.trim() === '' ||
  /^<.*>$|^\[.*\]$|^\{.*\}$|^%.*%$|^__.*__$|^[*.x_-]+$/i.test(value) ||
  /x{4,}|\*{3,}|\.{3}|…|0{8,}|1234567890|abcdef0123/i.test(value) ||
  /EXAMPLE/.test(value) ||
  /(?:^|[^a-z])(?:your|replace|insert|todo|fixme|placeholder|redacted|dummy|fake|example|sample|changeme|change[-_ ]me|not[-_ ]?set|unset|none|null|undefined|true|false|enabled|disabled)(?:[^a-z]|$)/i.test(
    value,
  );

/** Names of variables and fields whose value is a secret, and not the place of one. */
export const isSecretName = (name: string): boolean =>
  /(?:^|[_.-])(?:password|passwd|passphrase|pass|pwd|secret|token|api_?key|apikey|secret_?(?:access_?)?key|private_?key|fernet_?key|encryption_?key|signing_?key|webhook|webhook_url|credentials|auth_?key|license_?key)$/i.test(
    name,
  ) &&
  !/(?:^|[_.-])(?:truststore|keystore|ssl_key|min|max|length|policy|ttl|expir\w*)(?:[_.-]|$)/i.test(name);

/** Names of variables whose value is a password for somebody to log in with. */
export const isPasswordName = (name: string): boolean =>
  /(?:^|[_.-]|ADMIN|USER|ROOT)(?:password|passwd|pass|pwd)$/i.test(name) &&
  !/(?:truststore|keystore|ssl_key)/i.test(name);

/** Tokens that are known by their form, with what each is called. */
const TOKENS: readonly (readonly [RegExp, string])[] = [
  [/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/]{20,}/, 'the address of a Slack webhook'],
  [/discord(?:app)?\.com\/api\/webhooks\/\d{10,}\/[\w-]{30,}/, 'the address of a Discord webhook'],
  [/\.webhook\.office\.com\/webhookb2\/[\w@/-]{30,}/, 'the address of a Teams webhook'],
  [/chat\.googleapis\.com\/v1\/spaces\/\S+key=\S{20,}/, 'the address of a Google Chat webhook'],
  [/\bxox[abprs]-[\w-]{20,}/, 'a Slack token'],
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{50,}/, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/, 'a GitLab token'],
  [/\bgl(?:sa|c)_[\w+/=]{30,}/, 'a Grafana token'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, 'an AWS access key'],
  [/\bAIza[\w-]{35}\b/, 'a Google API key'],
  [/\bsk-(?:proj-|ant-)?[\w-]{30,}/, 'an API key'],
  [/\bsk_live_\w{20,}/, 'a Stripe key'],
  [/\bSG\.[\w-]{20,}\.[\w-]{40,}/, 'a SendGrid key'],
  [/\b\d{8,10}:[\w-]{35}\b/, 'the token of a Telegram bot'],
  [/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, 'a private key'],
];

/** What a text holds that is a token by its form; undefined when nothing in it is. */
export function tokenIn(text: string): string | undefined {
  for (const [pattern, name] of TOKENS) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && !isPlaceholder(found) && !isRepeated(found)) return name;
  }
  return undefined;
}

/** Samples in documents have letters that hardly change: `T00000000/B00000000/XXXX`. */
const isRepeated = (text: string): boolean => new Set(text.slice(-20)).size < 6;

/** Whether a value looks like one that a generator or a careful person made, and not like a word. */
export const isStrong = (value: string): boolean =>
  value.length >= 10 &&
  !/\s/.test(value) &&
  /[a-z]/i.test(value) &&
  /\d/.test(value) &&
  new Set(value).size > 6;

export interface Login {
  readonly user: string;
  readonly password: string;
  /** Where the password stands in the text. */
  readonly start: number;
}

/** The login in an address or in MySQL's data source name: `postgres://user:password@host`, `user:password@(host:3306)/`. */
export function loginIn(text: string): Login | undefined {
  const match =
    /^[a-z][\w+.-]*:\/\/([^:@/\s]*):([^@/\s]+)@(?=[\w[$-])/i.exec(text) ??
    /^([^:@/\s]+):([^@/\s]+)@(?=(?:tcp|unix)?\()/.exec(text);
  if (match === null) return undefined;
  const [whole, user = '', password = ''] = match;
  return { user, password, start: whole.length - password.length - 1 };
}

/** Variables with which images set the password of their own server, with the variable or the name of the user. */
export const SERVER_PASSWORDS: ReadonlyMap<
  string,
  { readonly userVariable?: string; readonly user?: string }
> = new Map(
  Object.entries({
    GF_SECURITY_ADMIN_PASSWORD: { userVariable: 'GF_SECURITY_ADMIN_USER', user: 'admin' },
    POSTGRES_PASSWORD: { userVariable: 'POSTGRES_USER', user: 'postgres' },
    POSTGRESQL_PASSWORD: { userVariable: 'POSTGRESQL_USERNAME', user: 'postgres' },
    MYSQL_ROOT_PASSWORD: { user: 'root' },
    MYSQL_PASSWORD: { userVariable: 'MYSQL_USER' },
    MARIADB_ROOT_PASSWORD: { user: 'root' },
    MARIADB_PASSWORD: { userVariable: 'MARIADB_USER' },
    MONGO_INITDB_ROOT_PASSWORD: { userVariable: 'MONGO_INITDB_ROOT_USERNAME' },
    RABBITMQ_DEFAULT_PASS: { userVariable: 'RABBITMQ_DEFAULT_USER', user: 'guest' },
    MINIO_ROOT_PASSWORD: { userVariable: 'MINIO_ROOT_USER', user: 'minioadmin' },
    MINIO_SECRET_KEY: { userVariable: 'MINIO_ACCESS_KEY' },
    CLICKHOUSE_PASSWORD: { userVariable: 'CLICKHOUSE_USER', user: 'default' },
    COUCHDB_PASSWORD: { userVariable: 'COUCHDB_USER' },
    ELASTIC_PASSWORD: { user: 'elastic' },
    OPENSEARCH_INITIAL_ADMIN_PASSWORD: { user: 'admin' },
    PGADMIN_DEFAULT_PASSWORD: { userVariable: 'PGADMIN_DEFAULT_EMAIL' },
    KEYCLOAK_ADMIN_PASSWORD: { userVariable: 'KEYCLOAK_ADMIN' },
    KC_BOOTSTRAP_ADMIN_PASSWORD: { userVariable: 'KC_BOOTSTRAP_ADMIN_USERNAME' },
    DOCKER_INFLUXDB_INIT_PASSWORD: { userVariable: 'DOCKER_INFLUXDB_INIT_USERNAME' },
    INFLUXDB_USER_PASSWORD: { userVariable: 'INFLUXDB_USER' },
    ORACLE_PASSWORD: { user: 'system' },
    ORACLE_PWD: { user: 'system' },
    MQ_ADMIN_PASSWORD: { user: 'admin' },
    MQ_APP_PASSWORD: { user: 'app' },
    DB2INST1_PASSWORD: { user: 'db2inst1' },
    INFLUXDB_ADMIN_PASSWORD: { userVariable: 'INFLUXDB_ADMIN_USER' },
    _AIRFLOW_WWW_USER_PASSWORD: { userVariable: '_AIRFLOW_WWW_USER_USERNAME' },
    SA_PASSWORD: { user: 'sa' },
    MSSQL_SA_PASSWORD: { user: 'sa' },
    REDIS_PASSWORD: {},
    KAFKA_MANAGER_PASSWORD: { userVariable: 'KAFKA_MANAGER_USERNAME' },
  }),
);
