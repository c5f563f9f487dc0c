import * as z from 'zod/mini';
import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { SendRequest } from '#shared/http/send-request.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createLever, type Lever, type LeverWork } from '#shared/lever/lever-client.ts';
import { appRejected, createLeverLogin, type LeverLogin, NotGranted } from '#shared/lever/lever-login.ts';
import { leverHostSchema, type Region, regionInMemory } from '#shared/lever/lever-region.ts';
import { createLeverWebhooks, type LeverWebhooks } from '#shared/lever/lever-webhooks.ts';
import { type CredentialStore, withApiHost } from '#shared/stores/credential-store.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createCheckActions } from '#shared/turn/check-actions.ts';
import { createTurn, type Turn } from '#shared/turn/turn-client.ts';
import type { Ports } from './ports.ts';
import type { World } from './world.ts';

const leverAppSchema = z.object({
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
});
/** What the template puts into the app's secret until the operator does. */
const unset = 'not-set-yet';

/** What use cases that call Lever or Turn work with. */
export type AppPorts = Ports & ReturnType<typeof connectVendors>;

/** Lever, its tokens refreshed and its request budget kept, and Turn, for any account. */
export const connectVendors = (ports: Ports, { sleep, secret, ...world }: World) => {
  const { now, config, credentials, limiter } = ports;
  const send: SendRequest = (request) =>
    world.send({ ...request, headers: { ...request.headers, 'user-agent': config.userAgent } });

  const loginOf = (app: z.infer<typeof leverAppSchema>) =>
    createLeverLogin({
      app,
      now,
      send,
      authUrl: config.leverAuthUrl,
      apiUrl: config.leverApiUrl,
      redirectUri: `${config.publicUrl}/lever/oauth/callback`,
    });
  /** Null until the operator has put an app's id and secret there. */
  const leverApp = async () => {
    const app = leverAppSchema.safeParse(parseJson(await secret('leverApp'))).data;
    return app === undefined || app.clientId === unset || app.clientSecret === unset ? null : app;
  };
  /** What Lever says to our app itself concerns all customers alike, and none of them can help. */
  const tellAppRejected = async (error: unknown): Promise<never> => {
    const isRejected =
      (error instanceof Failure && error.code === 'lever_app_rejected') ||
      (error instanceof NotGranted && error.reason === appRejected);
    if (isRejected) await ports.emit('lever_app_rejected', {});
    throw error;
  };
  const refresh: LeverLogin['refresh'] = async (...used) => {
    const app = await leverApp();
    if (app === null) return tellAppRejected(new Failure('lever_app_rejected', 'There is no Lever app yet.'));
    return loginOf(app)
      .refresh(...used)
      .catch(tellAppRejected);
  };

  const apiHosts = new Map<string, string>();
  const noteApiHost = (accountId: string, host: string | undefined): void => {
    const known = leverHostSchema.safeParse(host).data;
    if (known === undefined) apiHosts.delete(accountId);
    else apiHosts.set(accountId, known);
  };
  /** Where the account's calls go, saved with its tokens: what is read with them is as fresh as they are. */
  const regionOf = (accountId: string): Region => ({
    host: () => apiHosts.get(accountId),
    async learn(host) {
      noteApiHost(accountId, host);
      await credentials.update(accountId, (before) => withApiHost(before, host));
    },
  });
  const store: CredentialStore = {
    ...credentials,
    async load(accountId) {
      const loaded = await credentials.load(accountId);
      noteApiHost(accountId, loaded.credentials.tokens?.apiHost);
      return loaded;
    },
  };
  /** With nothing remembered of any account. */
  const newAccessTokens = () => createAccessTokens({ now, sleep, store, refresh });
  const accessToken = newAccessTokens();

  const accessToTurn = async (accountId: string) => {
    const { turnToken } = (await credentials.load(accountId)).credentials;
    if (turnToken === null) throw new Failure('turn_token_rejected', 'The account has no Turn token.');
    return { apiUrl: config.turnApiUrl, token: turnToken, send };
  };
  const accessTo = (accountId: string, { reservationId, deadline, prepaid = 0, again = 0 }: LeverWork) => ({
    deadline: deadline ?? null,
    prepaid,
    region: regionOf(accountId),
    apiUrl: config.leverApiUrl,
    send,
    accessToken: (refused: string | null) => accessToken(accountId, refused),
    acquire: () => limiter.acquire(accountId, reservationId, 1, again),
    onDropped: (reason: string, count: number) => ports.emit('shape_dropped', { accountId, reason, count }),
  });
  return {
    leverOf: (accountId: string, work: LeverWork): Lever => createLever(accessTo(accountId, work)),
    /** The account's webhooks in Lever, with this access token, or (null) with the account's own. */
    webhooksOf: (accountId: string, given: string | null): LeverWebhooks => {
      const ownToken = newAccessTokens();
      return createLeverWebhooks({
        ...accessTo(accountId, { reservationId: 'webhooks' }),
        // Another access than the account's own may be to a Lever elsewhere.
        region: given === null ? regionOf(accountId) : regionInMemory(),
        accessToken: async (refused) => given ?? ownToken(accountId, refused),
      });
    },
    /** Lever's login for our app; null until the operator has told us the app's id and secret. */
    login: async (): Promise<LeverLogin | null> => {
      const app = await leverApp();
      if (app === null) return null;
      const login = loginOf(app);
      return { ...login, exchange: (...given) => login.exchange(...given).catch(tellAppRejected) };
    },
    /** Throws `turn_token_rejected` where the account has no token. */
    turnOf: async (accountId: string): Promise<Turn> =>
      createTurn({
        ...(await accessToTurn(accountId)),
        dashboardHosts: config.turnDashboardHosts,
        onDropped: (reason) => ports.emit('shape_dropped', { accountId, reason, count: 1 }),
      }),
    /** What people may ask of Turn about a check. Throws as `turnOf`. */
    checkActionsOf: async (accountId: string) => createCheckActions(await accessToTurn(accountId)),
    /** The address at which Turn tells us about the check with this reference. */
    callbackUrlOf: async (account: Account, referenceId: string): Promise<string> =>
      `${config.publicUrl}${callbackPathOf(await ports.callbackSecret(), account)}?check=${referenceId}`,
  };
};
