/**
 * What each kind of integration must be told, for Alertmanager to take it (Alertmanager documentation,
 * "Configuration", the sections of the receivers' integrations).
 */
export interface Requirement {
  /** Keys of the integration, of which one is needed. */
  readonly oneOf: readonly string[];
  /** Keys of `global` that stand in for them. */
  readonly globally?: readonly string[];
}

export const REQUIREMENTS: Readonly<Record<string, readonly Requirement[]>> = {
  discord_configs: [{ oneOf: ['webhook_url', 'webhook_url_file'] }],
  email_configs: [
    { oneOf: ['to'] },
    { oneOf: ['smarthost'], globally: ['smtp_smarthost'] },
    { oneOf: ['from'], globally: ['smtp_from'] },
  ],
  incidentio_configs: [
    { oneOf: ['url', 'url_file'] },
    { oneOf: ['alert_source_token', 'alert_source_token_file', 'http_config'] },
  ],
  jira_configs: [
    { oneOf: ['api_url'], globally: ['jira_api_url'] },
    { oneOf: ['project'] },
    { oneOf: ['issue_type'] },
  ],
  mattermost_configs: [
    {
      oneOf: ['webhook_url', 'webhook_url_file'],
      globally: ['mattermost_webhook_url', 'mattermost_webhook_url_file'],
    },
  ],
  msteams_configs: [{ oneOf: ['webhook_url', 'webhook_url_file'] }],
  msteamsv2_configs: [{ oneOf: ['webhook_url', 'webhook_url_file'] }],
  opsgenie_configs: [
    { oneOf: ['api_key', 'api_key_file'], globally: ['opsgenie_api_key', 'opsgenie_api_key_file'] },
  ],
  pagerduty_configs: [{ oneOf: ['routing_key', 'routing_key_file', 'service_key', 'service_key_file'] }],
  pushover_configs: [{ oneOf: ['user_key', 'user_key_file'] }, { oneOf: ['token', 'token_file'] }],
  rocketchat_configs: [
    { oneOf: ['token', 'token_file'], globally: ['rocketchat_token', 'rocketchat_token_file'] },
    { oneOf: ['token_id', 'token_id_file'], globally: ['rocketchat_token_id', 'rocketchat_token_id_file'] },
  ],
  slack_configs: [
    {
      oneOf: ['api_url', 'api_url_file', 'app_token', 'app_token_file'],
      globally: ['slack_api_url', 'slack_api_url_file', 'slack_app_token', 'slack_app_token_file'],
    },
  ],
  sns_configs: [{ oneOf: ['topic_arn', 'target_arn', 'phone_number'] }],
  telegram_configs: [
    { oneOf: ['bot_token', 'bot_token_file'], globally: ['telegram_bot_token', 'telegram_bot_token_file'] },
    { oneOf: ['chat_id', 'chat_id_file'] },
  ],
  victorops_configs: [
    { oneOf: ['api_key', 'api_key_file'], globally: ['victorops_api_key', 'victorops_api_key_file'] },
    { oneOf: ['routing_key'] },
  ],
  webex_configs: [{ oneOf: ['room_id'] }, { oneOf: ['http_config'] }],
  webhook_configs: [{ oneOf: ['url', 'url_file'] }],
  wechat_configs: [
    { oneOf: ['api_secret', 'api_secret_file'], globally: ['wechat_api_secret', 'wechat_api_secret_file'] },
    { oneOf: ['corp_id'], globally: ['wechat_api_corp_id'] },
  ],
};
