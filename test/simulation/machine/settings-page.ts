import type { Customer } from './customers.ts';
import type { Outcome, Platform } from './platform.ts';

/** What a person asks of the settings API. */
export type Wish = {
  readonly route: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};
/** What the person is answered; null: nothing. */
export type Reply = { readonly status: number; readonly json: unknown; readonly etag: string | undefined } | null;

type HttpAnswer = { statusCode: number; headers?: Record<string, string>; body: string };

/** A Super Admin at the settings page, signed in: each call goes to the settings API, which runs in environments as everything does. */
export const createSettingsPage = (options: {
  platform: Platform;
  say: (what: () => string) => void;
  onReply: (customer: Customer, body: string) => void;
}) => ({
  ask: (
    customer: Customer,
    { route, path, headers = {}, body }: Wish,
    onReply: (reply: Reply) => void = () => {},
  ): void => {
    const claims = { sub: 'admin', account_id: customer.accountId, role: 'super_admin' };
    const event = {
      routeKey: route,
      pathParameters: path,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      requestContext: { authorizer: { jwt: { claims } } },
    };
    const onEnd = (outcome: Outcome): void => {
      const answer = outcome.ok ? (outcome.answer as HttpAnswer) : null;
      options.say(() => `${route} is answered ${answer === null ? 'nothing' : `${answer.statusCode} ${answer.body}`}`);
      if (answer !== null) options.onReply(customer, answer.body);
      if (answer === null) onReply(null);
      else onReply({ status: answer.statusCode, json: JSON.parse(answer.body), etag: answer.headers?.['etag'] });
    };
    options.platform.invoke('settings-api', event, onEnd);
  },
});
