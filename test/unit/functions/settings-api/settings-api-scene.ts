import { settingsRoutes } from '#functions/settings-api/settings-routes.ts';
import { withStages } from '#shared/domain/trigger-stage.ts';
import { type Answer, byRoute, type Incoming } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { createWorld } from '../../../fakes/world.ts';

export const secret = 'b2'.repeat(24);
export const stageIds = {
  referenceCheck: '7d1f0c5e-0000-4000-8000-000000000002',
  offer: 'offer',
};

type World = Awaited<ReturnType<typeof createWorld>>;

export type Ask = {
  readonly claims?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly path?: Record<string, string>;
  readonly body?: unknown;
};

/** The API over the shipped stores, with Lever's sandbox behind it; whoever asks is a Super Admin unless it says otherwise. */
export const createScene = async (otherwise: (world: World) => Partial<AppPorts> = () => ({})) => {
  const world = await createWorld();
  const { accountId } = world;
  const superAdmin = { sub: 'user-1', account_id: accountId, role: 'super_admin' };
  const answerRequest = byRoute(settingsRoutes, { ...world.ports, ...otherwise(world) });
  const incomingOf = (routeKey: string, { body, ...ask }: Ask): Incoming => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    return {
      routeKey,
      path: {},
      query: {},
      headers: {},
      cookies: {},
      claims: superAdmin,
      ...ask,
      body: text,
      bodyBytes: Buffer.byteLength(text),
    };
  };
  const ask = (routeKey: string, given: Ask = {}): Promise<Answer> => answerRequest(incomingOf(routeKey, given));
  /** The document of an answer, typed by whoever reads it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect to be there
  const read = async (routeKey: string, given: Ask = {}): Promise<any> => {
    const answer = await ask(routeKey, given);
    if (!('json' in answer)) throw new Error(`refused: ${JSON.stringify(answer)}`);
    return answer.json;
  };
  const version = async (): Promise<string> => {
    const answer = await ask('GET /api/settings');
    return 'json' in answer ? (answer.etag ?? '') : '';
  };
  const settings = () => read('GET /api/settings');
  const change = async (otherwise: Record<string, unknown>, given: Ask = {}) =>
    ask('PUT /api/settings', {
      headers: { 'if-match': await version() },
      body: { ...(await settings()), ...otherwise },
      ...given,
    });
  const activities = async () =>
    (await world.activities.list(accountId, { limit: 50, after: null })).activities.map(({ kind, by, detail }) => ({
      kind,
      by,
      detail,
    }));
  const learnStages = () =>
    world.accounts.update(accountId, (account) =>
      withStages(account, {
        readAt: world.now(),
        names: { [stageIds.referenceCheck]: 'Reference check', [stageIds.offer]: 'Offer' },
      }),
    );
  /** Everything that is stored but how often the account asked, for tests that nothing of it has changed. */
  const stored = (): string =>
    JSON.stringify([...world.table.items.entries()].filter(([key]) => !key.endsWith('\nREQUESTS')));
  return { world, ask, read, version, settings, change, activities, learnStages, stored, superAdmin };
};
