import { expect, it } from 'vitest';
import { byRoute } from '#shared/edge/by-route.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';

const incoming = (routeKey: string): Incoming => ({
  routeKey,
  path: {},
  query: {},
  headers: {},
  cookies: {},
  claims: {},
  body: '',
  bodyBytes: 0,
});

it('each route has its use case, which gets the ports, and one that nobody knows is not answered by another', async () => {
  const answer = byRoute<{ now: number }>(
    {
      'GET /a': async () => ({ status: 200, json: 'a' }),
      'PUT /a': async ({ routeKey }, { now }) => ({ status: 200, json: `${routeKey} at ${now}` }),
    },
    { now: 7 },
  );
  expect(await answer(incoming('PUT /a'))).toEqual({ status: 200, json: 'PUT /a at 7' });
  for (const routeKey of ['GET /b', '', 'constructor']) expect(() => answer(incoming(routeKey))).toThrow('route');
});
