import * as z from 'zod';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type AccessTokens, createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLever, type OpenLever } from '#shared/lever/lever-client.ts';
import { createLeverLogin, type LeverLogin } from '#shared/lever/lever-login.ts';
import { createLeverWebhooks, type LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { createTokenStore } from '#shared/stores/token-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createTurn, type Turn } from '#shared/turn/turn-client.ts';
import type { Ports } from './ports.ts';
import type { World } from './world.ts';

const leverAppSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });
/** What the template puts into the app's secret until the operator does. */
const unset = 'not-set-yet';

/** What use cases that call Lever or Turn work with. */
export type AppPorts = Ports & ReturnType<typeof connectVendors>;

/** Lever, its tokens refreshed and its request budget kept, and Turn, for any account. */
export const connectVendors = (ports: Ports, { send, sleep, secret }: World) => {
  const { now, config, credentials, limiter } = ports;

  const loginOf = (app: z.infer<typeof leverAppSchema>) =>
    createLeverLogin({
      app,
      now,
      send,
      authUrl: config.leverAuthUrl,
      apiUrl: config.leverApiUrl,
      redirectUri: `${config.publicUrl}/lever/oauth/callback`,
    });
  const leverApp = async () => leverAppSchema.parse(parseJson(await secret('leverApp')));
  /** With nothing remembered of any account. */
  const newAccessTokens = (): AccessTokens =>
    createAccessTokens({
      now,
      sleep,
      store: createTokenStore(credentials),
      refresh: async (refreshToken, deadline) => loginOf(await leverApp()).refresh(refreshToken, deadline),
    });
  const accessToken = newAccessTokens();

  const onDroppedOf = (accountId: string) => (reason: string, count: number) =>
    ports.emit('shape_dropped', { accountId, reason, count });

  const leverOf: OpenLever = (accountId, { reservationId, deadline = null, prepaid = 0 }) =>
    createLever({
      deadline,
      prepaid,
      apiUrl: config.leverApiUrl,
      send,
      accessToken: (refused) => accessToken(accountId, refused),
      acquire: () => limiter.acquire(accountId, reservationId, 1),
      onDropped: onDroppedOf(accountId),
    });
  return {
    leverOf,
    /** The account's webhooks in Lever, with this access token, or (null) with the account's own. */
    webhooksOf: (accountId: string, given: string | null): LeverWebhooks => {
      const ownToken = newAccessTokens();
      return createLeverWebhooks({
        deadline: null,
        prepaid: 0,
        apiUrl: config.leverApiUrl,
        send,
        accessToken: async (refused) => given ?? ownToken(accountId, refused),
        acquire: () => limiter.acquire(accountId, 'webhooks', 1),
        onDropped: onDroppedOf(accountId),
      });
    },
    /** Lever's login for our app; null until the operator has told us the app's id and secret. */
    login: async (): Promise<LeverLogin | null> => {
      const app = await leverApp();
      return app.clientId === unset ? null : loginOf(app);
    },
    /** Throws `turn_token_rejected` where the account has no token. */
    turnOf: async (accountId: string): Promise<Turn> => {
      const { turnToken } = (await credentials.load(accountId)).credentials;
      if (turnToken === null) throw new Failure('turn_token_rejected', 'The account has no Turn token.');
      return createTurn({ apiUrl: config.turnApiUrl, token: turnToken, send });
    },
    /** The address at which Turn tells us about the check with this reference. */
    callbackUrlOf: async (accountId: string, referenceId: string): Promise<string> =>
      `${config.publicUrl}${callbackPathOf(await ports.callbackSecret(), accountId)}?check=${referenceId}`,
  };
};
