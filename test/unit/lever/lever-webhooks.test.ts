import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '#shared/http/send-request.ts';
import { regionInMemory } from '#shared/lever/lever-region.ts';
import { createLeverWebhooks } from '#shared/lever/lever-webhooks.ts';

const webhook = {
  id: 'w-1',
  event: 'candidateDeleted',
  url: 'https://turn.example/hook',
  configuration: { signatureToken: '81'.repeat(24) },
  createdAt: 1,
  updatedAt: 1,
};

const webhooksWith = (status: number, body: unknown, listed: unknown[] = []) => {
  const requests: HttpRequest[] = [];
  const dropped: [place: string, count: number][] = [];
  const webhooks = createLeverWebhooks({
    apiUrl: 'https://api.lever.example/v1',
    deadline: null,
    prepaid: 0,
    region: regionInMemory(),
    accessToken: async () => 'access-1',
    acquire: async () => {},
    onDropped: async (place, count) => void dropped.push([place, count]),
    send: async (request) => {
      requests.push(request);
      if (request.method === 'GET' && listed.length > 0)
        return { status: 200, headers: {}, body: JSON.stringify({ data: listed }) };
      return { status, headers: {}, body: body === undefined ? '' : JSON.stringify(body) };
    },
  });
  return { webhooks, requests, dropped };
};

describe('the webhooks of an account', () => {
  it.each([
    ['one layer', { data: webhook }],
    ['two layers', { data: { data: webhook } }],
  ])('are registered by url and event alone, and their token is read from %s of data', async (_, answer) => {
    const { webhooks, requests } = webhooksWith(201, answer);
    expect(await webhooks.register('candidateDeleted', webhook.url, [])).toEqual({
      webhookId: 'w-1',
      secret: '81'.repeat(24),
    });
    expect(requests[0]).toMatchObject({ method: 'POST', url: new URL('https://api.lever.example/v1/webhooks') });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ event: 'candidateDeleted', url: webhook.url });
  });

  it.each([{}, { data: {} }, { data: { ...webhook, configuration: {} } }, { data: [webhook] }])(
    'count as not registered, and are taken out again, where the answer holds no token: %j',
    async (answer) => {
      const { webhooks, requests } = webhooksWith(201, answer, [
        { id: 'old', url: webhook.url },
        { id: 'w-1', url: webhook.url },
      ]);
      await expect(webhooks.register('candidateDeleted', webhook.url, ['old'])).rejects.toMatchObject({
        code: 'lever_unexpected_answer',
      });
      const removed = requests.filter(({ method }) => method === 'DELETE').map(({ url }) => url.pathname);
      expect(removed).toEqual(['/v1/webhooks/w-1']);
    },
  );

  it('are listed without pages and without tokens', async () => {
    const { configuration, ...listed } = webhook;
    const { webhooks } = webhooksWith(200, { data: [listed] });
    expect(await webhooks.list()).toEqual([{ webhookId: 'w-1', url: webhook.url }]);
    expect(configuration).toBeDefined();
  });

  it('are removed, though they be gone already', async () => {
    for (const [status, body] of [[204, undefined] as const, [404, { code: 'ResourceNotFound' }] as const]) {
      const { webhooks, requests } = webhooksWith(status, body);
      await webhooks.remove('w/1');
      expect(requests[0]).toMatchObject({ method: 'DELETE', url: { pathname: '/v1/webhooks/w%2F1' } });
    }
    await expect(webhooksWith(503, {}).webhooks.remove('w-1')).rejects.toMatchObject({ code: 'lever_unavailable' });
  });

  it('are listed without the odd rows', async () => {
    const { webhooks, dropped } = webhooksWith(200, { data: [null, { id: 'w-0', url: null }, webhook] });
    expect(await webhooks.list()).toEqual([{ webhookId: 'w-1', url: webhook.url }]);
    expect(dropped).toEqual([['webhooks.list.item', 2]]);
  });
});
