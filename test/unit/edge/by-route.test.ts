import { expect, it } from 'vitest';
import { byRoute } from '#shared/edge/by-route.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';

const incoming = (routeKey: string): Incoming => ({
  ...{ routeKey, path: {}, query: {}, headers: {}, cookies: {}, claims: {}, body: '', bodyBytes: 0 },
});

it('each route has its use case, and one that nobody knows is not answered by another', async () => {
  const answer = byRoute({
    'GET /a': async () => ({ status: 200, json: 'a' }),
    'PUT /a': async () => ({ status: 200, json: 'changed' }),
  });
  expect(await answer(incoming('PUT /a'))).toEqual({ status: 200, json: 'changed' });
  for (const routeKey of ['GET /b', '', 'constructor']) expect(() => answer(incoming(routeKey))).toThrow('route');
});
