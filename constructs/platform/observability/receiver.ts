import { byKey, describeValue, object, text, wholeNumber, type Shape } from '../../../lib/rules/shape';
import { isSecretSource, type SecretSource } from '../../../lib/secret';

/** Who gets alerts. Addresses that hold a key are secrets. */
export type AlertReceiver =
  /** An address that gets them as JSON by POST. */
  | { readonly webhook: { readonly url: SecretSource } }
  | { readonly slack: { readonly url: SecretSource; readonly channel: string } }
  | { readonly telegram: { readonly botToken: SecretSource; readonly chatId: number } }
  | { readonly email: EmailReceiver };

export interface EmailReceiver {
  readonly to: string;
  readonly from: string;

  /** Host and port, such as `smtp.example.org:587`. */
  readonly smarthost: string;

  /** @default - no login */
  readonly username?: string;

  /** @default - no login */
  readonly password?: SecretSource;
}

/** The secret of a receiver; `undefined` for mail without a login. */
export function receiverSecret(receiver: AlertReceiver): SecretSource | undefined {
  if ('webhook' in receiver) return receiver.webhook.url;
  if ('slack' in receiver) return receiver.slack.url;
  if ('telegram' in receiver) return receiver.telegram.botToken;
  return receiver.email.password;
}

/**
 * A receiver as Alertmanager reads it (prometheus/alertmanager@v0.34.0:config/notifiers.go).
 *
 * @param file Where its secret is.
 */
export function receiverConfig(
  receiver: AlertReceiver,
  file: string,
): Readonly<Record<string, readonly object[]>> {
  if ('webhook' in receiver) return { webhook_configs: [{ url_file: file }] };
  if ('slack' in receiver)
    return {
      slack_configs: [{ api_url_file: file, channel: receiver.slack.channel, send_resolved: true }],
    };
  if ('telegram' in receiver)
    return { telegram_configs: [{ bot_token_file: file, chat_id: receiver.telegram.chatId }] };
  const { to, from, smarthost, username, password } = receiver.email;
  const login = {
    ...(username !== undefined && { auth_username: username }),
    ...(password !== undefined && { auth_password_file: file }),
  };
  return { email_configs: [{ to, from, smarthost, ...login, send_resolved: true }] };
}

/** A secret from any source. */
export const anySecret: Shape = (value, at) =>
  isSecretSource(value)
    ? []
    : [
        {
          at,
          problem:
            typeof value === 'string' ? 'must be a secret' : `must be a secret, got ${describeValue(value)}`,
          fix: "write secret('alert-receiver'): whoever has it can send in your name",
        },
      ];

/** Form of {@link AlertReceiver}. */
export const receiverShape: Shape = byKey({
  webhook: object({ webhook: object({ url: anySecret }, 'url') }),
  slack: object({ slack: object({ url: anySecret, channel: text }, 'url', 'channel') }),
  telegram: object({
    telegram: object({ botToken: anySecret, chatId: wholeNumber(-(2 ** 53), 2 ** 53) }, 'botToken', 'chatId'),
  }),
  email: object({
    email: object(
      { to: text, from: text, smarthost: text, username: text, password: anySecret },
      'to',
      'from',
      'smarthost',
    ),
  }),
});
