import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema, leftOut, when } from '../json-schema.ts';
import { httpClient, sigv4, tlsConfig } from '../parts/http-client.ts';

/**
 * Alertmanager's configuration (Alertmanager, `config/config.go`, `config/notifiers.go` and
 * `notify/*\/config.go` at 0.34, and what each release since 0.15 read). Alertmanager refuses a key that
 * it does not know.
 */

const { text, texts, textMap, boolean, duration, integer, unsigned, goDurationOrNumber } = go;
const { object, list, listOfObjects, oneOf } = go;

type Properties = Readonly<Record<string, JsonSchema>>;

const HIPCHAT = 'is refused by Alertmanager 0.21 and later, for HipChat is no more: leave it out';

const globalConfig = object(
  {
    resolve_timeout: duration,
    http_config: httpClient,
    jira_api_url: text,
    smtp_from: text,
    smtp_hello: text,
    smtp_smarthost: text,
    smtp_auth_username: text,
    smtp_auth_password: text,
    smtp_auth_password_file: text,
    smtp_auth_secret: text,
    smtp_auth_secret_file: text,
    smtp_auth_identity: text,
    smtp_require_tls: boolean,
    smtp_tls_config: tlsConfig,
    smtp_force_implicit_tls: boolean,
    slack_api_url: text,
    slack_api_url_file: text,
    slack_app_token: text,
    slack_app_token_file: text,
    slack_app_url: text,
    pagerduty_url: text,
    opsgenie_api_url: text,
    opsgenie_api_key: text,
    opsgenie_api_key_file: text,
    wechat_api_url: text,
    wechat_api_secret: text,
    wechat_api_secret_file: text,
    wechat_api_corp_id: text,
    victorops_api_url: text,
    victorops_api_key: text,
    victorops_api_key_file: text,
    telegram_api_url: text,
    telegram_bot_token: text,
    telegram_bot_token_file: text,
    webex_api_url: text,
    rocketchat_api_url: text,
    rocketchat_token: text,
    rocketchat_token_file: text,
    rocketchat_token_id: text,
    rocketchat_token_id_file: text,
    mattermost_webhook_url: text,
    mattermost_webhook_url_file: text,
    hipchat_api_url: ignored('0.21', HIPCHAT),
    hipchat_auth_token: ignored('0.21', HIPCHAT),
    hipchat_url: ignored('0.11', HIPCHAT),
    opsgenie_api_host: ignored('0.11', 'is refused by Alertmanager 0.11 and later: write opsgenie_api_url'),
  },
  {
    'x-at-most-one': [
      ['smtp_auth_password', 'smtp_auth_password_file'],
      ['smtp_auth_secret', 'smtp_auth_secret_file'],
      ['slack_api_url', 'slack_api_url_file'],
      ['slack_app_token', 'slack_app_token_file'],
      ['opsgenie_api_key', 'opsgenie_api_key_file'],
      ['wechat_api_secret', 'wechat_api_secret_file'],
      ['victorops_api_key', 'victorops_api_key_file'],
      ['telegram_bot_token', 'telegram_bot_token_file'],
      ['rocketchat_token', 'rocketchat_token_file'],
      ['rocketchat_token_id', 'rocketchat_token_id_file'],
      ['mattermost_webhook_url', 'mattermost_webhook_url_file'],
    ],
  },
);

const route: JsonSchema = object({
  receiver: text,
  group_by: texts,
  match: textMap,
  match_re: textMap,
  matchers: texts,
  mute_time_intervals: texts,
  active_time_intervals: texts,
  continue: boolean,
  routes: list({ $ref: '#/$defs/route' }),
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
  labels: textMap,
});

const EVERY_ALERT = 'the first route takes every alert';

const rootRoute: JsonSchema = {
  allOf: [
    { $ref: '#/$defs/route' },
    {
      type: 'object',
      required: ['receiver'],
      properties: {
        receiver: go.filledText,
        match: leftOut(EVERY_ALERT),
        match_re: leftOut(EVERY_ALERT),
        matchers: leftOut(EVERY_ALERT),
        mute_time_intervals: leftOut(EVERY_ALERT),
        active_time_intervals: leftOut(EVERY_ALERT),
      },
      'x-expected': 'a map',
    },
  ],
};

const inhibitRule = object({
  name: text,
  source_match: textMap,
  source_match_re: textMap,
  source_matchers: texts,
  target_match: textMap,
  target_match_re: textMap,
  target_matchers: texts,
  equal: texts,
});

const time: JsonSchema = {
  ...text,
  pattern: '^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  'x-expected': 'a time of day such as 09:30',
};
const DAY = '(?:[sS]un|[mM]on|[tT]ues|[wW]ednes|[tT]hurs|[fF]ri|[sS]atur)day';

const timeInterval = object({
  times: list(object({ start_time: time, end_time: time }, { required: ['start_time', 'end_time'] })),
  weekdays: list({
    ...text,
    pattern: `^${DAY}(?::${DAY})?$`,
    'x-expected': 'a day such as monday, or a range such as monday:friday',
  }),
  days_of_month: list({
    ...text,
    pattern: '^-?[0-9]+(?::-?[0-9]+)?$',
    'x-expected': 'a day such as 1 or -1, or a range such as 1:15',
  }),
  months: list({
    ...text,
    pattern: '^(?:[a-zA-Z]+|[0-9]+)(?::(?:[a-zA-Z]+|[0-9]+))?$',
    'x-expected': 'a month such as january or 1, or a range such as june:august',
  }),
  years: list({
    ...text,
    pattern: '^[0-9]+(?::[0-9]+)?$',
    'x-expected': 'a year, or a range such as 2026:2028',
  }),
  location: text,
});

const timeIntervals = listOfObjects(
  object({ name: go.filledText, time_intervals: listOfObjects(timeInterval) }, { required: ['name'] }),
);

/** A list of integrations of one kind. */
const integrations = (properties: Properties, more: JsonSchema = {}): JsonSchema =>
  listOfObjects(object({ send_resolved: boolean, http_config: httpClient, ...properties }, more));

/** A value given here or in a file. */
const exactlyOne = (...keys: string[]): JsonSchema => ({ 'x-at-least-one': [keys], 'x-at-most-one': [keys] });

const emails = integrations(
  {
    to: go.filledText,
    from: text,
    hello: text,
    smarthost: text,
    auth_username: text,
    auth_password: text,
    auth_password_file: text,
    auth_secret: text,
    auth_secret_file: text,
    auth_identity: text,
    headers: textMap,
    html: text,
    text,
    require_tls: boolean,
    tls_config: tlsConfig,
    force_implicit_tls: boolean,
    threading: object({ enabled: boolean, thread_by_date: oneOf('none', 'daily', '') }),
  },
  {
    required: ['to'],
    'x-at-most-one': [
      ['auth_password', 'auth_password_file'],
      ['auth_secret', 'auth_secret_file'],
    ],
  },
);

const slackFields = list(
  object({ title: go.filledText, value: go.filledText, short: boolean }, { required: ['title', 'value'] }),
);

const slack = integrations(
  {
    api_url: text,
    api_url_file: text,
    app_token: text,
    app_token_file: text,
    app_url: text,
    channel: text,
    username: text,
    color: text,
    title: text,
    title_link: text,
    pretext: text,
    text,
    message_text: text,
    fields: slackFields,
    short_fields: boolean,
    footer: text,
    fallback: text,
    callback_id: text,
    icon_emoji: text,
    icon_url: text,
    image_url: text,
    thumb_url: text,
    link_names: boolean,
    mrkdwn_in: texts,
    actions: list(
      object(
        {
          type: go.filledText,
          text: go.filledText,
          url: text,
          style: text,
          name: text,
          value: text,
          confirm: object(
            { text: go.filledText, title: text, ok_text: text, dismiss_text: text },
            { required: ['text'] },
          ),
        },
        { required: ['type', 'text'], 'x-at-least-one': [['url', 'name']] },
      ),
    ),
    update_message: boolean,
    timeout: goDurationOrNumber,
  },
  {
    'x-at-most-one': [
      ['api_url', 'api_url_file'],
      ['app_token', 'app_token_file'],
    ],
  },
);

const pagerduty = integrations(
  {
    service_key: text,
    service_key_file: text,
    routing_key: text,
    routing_key_file: text,
    url: text,
    client: text,
    client_url: text,
    description: text,
    details: go.map(go.anything),
    images: list(
      object({
        src: text,
        alt: text,
        href: text,
        text: ignored('0.18', 'is refused by Alertmanager 0.18 and later: leave it out'),
      }),
    ),
    links: list(object({ href: text, text })),
    source: text,
    severity: text,
    class: text,
    component: text,
    group: text,
    timeout: goDurationOrNumber,
  },
  {
    'x-at-least-one': [['routing_key', 'service_key', 'routing_key_file', 'service_key_file']],
    'x-at-most-one': [
      ['routing_key', 'routing_key_file'],
      ['service_key', 'service_key_file'],
    ],
  },
);

const opsgenie = integrations(
  {
    api_key: text,
    api_key_file: text,
    api_url: text,
    message: text,
    description: text,
    source: text,
    details: textMap,
    entity: text,
    responders: list(
      object(
        { id: text, name: text, username: text, type: text },
        { 'x-at-least-one': [['id', 'username', 'name']] },
      ),
    ),
    actions: text,
    tags: text,
    note: text,
    priority: text,
    update_alerts: boolean,
    teams: ignored('0.18', 'is refused by Alertmanager 0.18 and later: write responders'),
    api_host: ignored('0.11', 'is refused by Alertmanager 0.11 and later: write api_url'),
  },
  { 'x-at-most-one': [['api_key', 'api_key_file']] },
);

/** Text, colours and pictures of a message, as chats show it. */
const attachmentKeys: Properties = {
  fallback: text,
  color: text,
  pretext: text,
  text,
  author_name: text,
  author_link: text,
  author_icon: text,
  title: text,
  title_link: text,
  fields: slackFields,
  thumb_url: text,
  footer: text,
  footer_icon: text,
  image_url: text,
};

const mattermost = integrations(
  {
    webhook_url: text,
    webhook_url_file: text,
    channel: text,
    username: text,
    icon_emoji: text,
    icon_url: text,
    attachments: list(object(attachmentKeys)),
    type: text,
    props: object({ card: text }),
    priority: object({ priority: text, requested_ack: boolean, persistent_notifications: boolean }),
    ...attachmentKeys,
  },
  { 'x-at-most-one': [['webhook_url', 'webhook_url_file']] },
);

const rocketchat = integrations(
  {
    api_url: text,
    token_id: text,
    token_id_file: text,
    token: text,
    token_file: text,
    channel: text,
    color: text,
    title: text,
    title_link: text,
    text,
    fields: list(object({ short: boolean, title: text, value: text })),
    short_fields: boolean,
    emoji: text,
    icon_url: text,
    image_url: text,
    thumb_url: text,
    link_names: boolean,
    actions: list(go.anything),
  },
  {
    'x-at-most-one': [
      ['token', 'token_file'],
      ['token_id', 'token_id_file'],
    ],
  },
);

const jiraField: JsonSchema = {
  type: ['string', 'number', 'boolean', 'object', 'null'],
  properties: { template: text, enable_update: boolean },
  additionalProperties: false,
  'x-expected': 'a text, or a map with template and enable_update',
};

const jira = integrations(
  {
    api_url: text,
    api_type: oneOf('auto', 'cloud', 'datacenter'),
    project: go.filledText,
    summary: jiraField,
    description: jiraField,
    labels: texts,
    priority: text,
    issue_type: go.filledText,
    reopen_transition: text,
    resolve_transition: text,
    wont_fix_resolution: text,
    reopen_duration: duration,
    fields: go.map(go.anything),
  },
  { required: ['project', 'issue_type'] },
);

const hipchat = integrations({
  api_url: text,
  auth_token: text,
  room_id: text,
  from: text,
  notify: boolean,
  message: text,
  message_format: text,
  color: text,
});

const receiver = object(
  {
    name: go.filledText,
    labels: textMap,
    email_configs: emails,
    slack_configs: slack,
    pagerduty_configs: pagerduty,
    opsgenie_configs: opsgenie,
    mattermost_configs: mattermost,
    rocketchat_configs: rocketchat,
    jira_configs: jira,
    webhook_configs: integrations(
      { url: text, url_file: text, max_alerts: unsigned, timeout: goDurationOrNumber, payload: {} },
      exactlyOne('url', 'url_file'),
    ),
    discord_configs: integrations(
      {
        webhook_url: text,
        webhook_url_file: text,
        content: text,
        title: text,
        message: text,
        username: text,
        avatar_url: text,
      },
      exactlyOne('webhook_url', 'webhook_url_file'),
    ),
    msteams_configs: integrations(
      { webhook_url: text, webhook_url_file: text, title: text, summary: text, text },
      exactlyOne('webhook_url', 'webhook_url_file'),
    ),
    msteamsv2_configs: integrations(
      { webhook_url: text, webhook_url_file: text, title: text, text },
      exactlyOne('webhook_url', 'webhook_url_file'),
    ),
    incidentio_configs: integrations(
      {
        url: text,
        url_file: text,
        alert_source_token: text,
        alert_source_token_file: text,
        max_alerts: unsigned,
        timeout: goDurationOrNumber,
      },
      {
        'x-at-least-one': [['url', 'url_file']],
        'x-at-most-one': [
          ['url', 'url_file'],
          ['alert_source_token', 'alert_source_token_file'],
        ],
      },
    ),
    pushover_configs: integrations(
      {
        user_key: text,
        user_key_file: text,
        token: text,
        token_file: text,
        title: text,
        message: text,
        url: text,
        url_title: text,
        device: text,
        sound: text,
        priority: text,
        retry: text,
        expire: text,
        ttl: text,
        html: boolean,
        monospace: boolean,
      },
      {
        'x-at-least-one': [
          ['user_key', 'user_key_file'],
          ['token', 'token_file'],
        ],
        'x-at-most-one': [
          ['user_key', 'user_key_file'],
          ['token', 'token_file'],
        ],
      },
    ),
    sns_configs: integrations(
      {
        api_url: text,
        sigv4,
        topic_arn: text,
        phone_number: text,
        target_arn: text,
        subject: text,
        message: text,
        attributes: textMap,
        use_aws_http_client: boolean,
      },
      { 'x-at-least-one': [['topic_arn', 'target_arn', 'phone_number']] },
    ),
    telegram_configs: integrations(
      {
        api_url: text,
        bot_token: text,
        bot_token_file: text,
        chat_id: integer,
        chat_id_file: text,
        message_thread_id: integer,
        message: text,
        disable_notifications: boolean,
        parse_mode: oneOf('Markdown', 'MarkdownV2', 'HTML', ''),
      },
      {
        'x-at-least-one': [['chat_id', 'chat_id_file']],
        'x-at-most-one': [
          ['bot_token', 'bot_token_file'],
          ['chat_id', 'chat_id_file'],
        ],
      },
    ),
    victorops_configs: integrations(
      {
        api_key: text,
        api_key_file: text,
        api_url: text,
        routing_key: go.filledText,
        message_type: text,
        state_message: text,
        entity_display_name: text,
        monitoring_tool: text,
        custom_fields: textMap,
      },
      { required: ['routing_key'], 'x-at-most-one': [['api_key', 'api_key_file']] },
    ),
    webex_configs: integrations({ api_url: text, room_id: text, message: text }),
    wechat_configs: integrations(
      {
        api_secret: text,
        api_secret_file: text,
        corp_id: text,
        message: text,
        api_url: text,
        to_user: text,
        to_party: text,
        to_tag: text,
        agent_id: text,
        message_type: oneOf('text', 'markdown', ''),
      },
      { 'x-at-most-one': [['api_secret', 'api_secret_file']] },
    ),
    hipchat_configs: ignored('0.21', HIPCHAT, hipchat),
  },
  { required: ['name'] },
);

const each = (items: JsonSchema): JsonSchema => ({ items });
const at = (key: string, value: JsonSchema): JsonSchema => ({ properties: { [key]: value } });

/** What each integration of a kind needs where `global` has none of these keys. */
const needs = (kind: string, own: readonly string[], global: readonly string[]): JsonSchema => {
  const isGlobal = { anyOf: global.map((key) => ({ required: [key] })) };
  const integration = { 'x-at-least-one': [own], 'x-expected': `"global" has no "${global[0]}"` };
  return when(
    { not: { ...at('global', isGlobal), required: ['global'] } },
    at('receivers', each(at(kind, each(integration)))),
  );
};

const kafka = object({
  brokers: texts,
  topic: text,
  format: text,
  acks: text,
  compression: text,
  buffer_size: integer,
  client_id: text,
  tls_config: tlsConfig,
});

export const alertmanagerSchema: JsonSchema = {
  title: 'Alertmanager configuration',
  $defs: { route },
  ...object(
    {
      global: globalConfig,
      route: rootRoute,
      inhibit_rules: list(inhibitRule),
      receivers: listOfObjects(receiver),
      templates: texts,
      mute_time_intervals: timeIntervals,
      time_intervals: timeIntervals,
      tracing: object({
        client_type: oneOf('http', 'grpc'),
        endpoint: text,
        sampling_fraction: go.number,
        insecure: boolean,
        tls_config: tlsConfig,
        headers: go.map(go.anything),
        compression: oneOf('gzip', ''),
        timeout: duration,
      }),
      event_recorder: object({
        file_outputs: list(object({ path: text })),
        stdout_outputs: list(go.anything),
        kafka_outputs: list(kafka),
        webhook_outputs: list(
          object({
            url: text,
            http_config: httpClient,
            timeout: duration,
            workers: integer,
            max_retries: integer,
            retry_backoff: duration,
            batch: boolean,
            batch_flush_interval: duration,
            batch_max_bytes: integer,
            batch_max_events: integer,
          }),
        ),
      }),
    },
    {
      required: ['route'],
      allOf: [
        needs(
          'slack_configs',
          ['api_url', 'api_url_file', 'app_token', 'app_token_file'],
          ['slack_api_url', 'slack_api_url_file', 'slack_app_token', 'slack_app_token_file'],
        ),
        needs('email_configs', ['smarthost'], ['smtp_smarthost']),
        needs('email_configs', ['from'], ['smtp_from']),
        needs('opsgenie_configs', ['api_key', 'api_key_file'], ['opsgenie_api_key', 'opsgenie_api_key_file']),
        needs(
          'victorops_configs',
          ['api_key', 'api_key_file'],
          ['victorops_api_key', 'victorops_api_key_file'],
        ),
        needs(
          'telegram_configs',
          ['bot_token', 'bot_token_file'],
          ['telegram_bot_token', 'telegram_bot_token_file'],
        ),
        needs(
          'wechat_configs',
          ['api_secret', 'api_secret_file'],
          ['wechat_api_secret', 'wechat_api_secret_file'],
        ),
        needs('wechat_configs', ['corp_id'], ['wechat_api_corp_id']),
        needs('jira_configs', ['api_url'], ['jira_api_url']),
        needs('rocketchat_configs', ['token', 'token_file'], ['rocketchat_token', 'rocketchat_token_file']),
        needs(
          'rocketchat_configs',
          ['token_id', 'token_id_file'],
          ['rocketchat_token_id', 'rocketchat_token_id_file'],
        ),
        needs(
          'mattermost_configs',
          ['webhook_url', 'webhook_url_file'],
          ['mattermost_webhook_url', 'mattermost_webhook_url_file'],
        ),
      ],
    },
  ),
};
