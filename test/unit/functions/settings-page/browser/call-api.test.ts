import { afterEach, describe, expect, it } from 'vitest';
import { createCall } from '#functions/settings-page/browser/call-api.ts';

const words = { offline: 'Offline.', signedOut: 'Signed out.', broken: 'Broken.' };
const tooMany = (headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ error: { code: 'too_many_requests', message: 'Too much within a minute.' } }), {
    status: 429,
    headers,
  });
const done = () => new Response('{"name":"Acme"}', { headers: { etag: '"1"' } });

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** A page whose API gives these answers one after the other, and how long it waited before each call. */
const page = (...answers: Response[]) => {
  const waits: number[] = [];
  let calls = 0;
  globalThis.fetch = async () => {
    calls += 1;
    return answers.shift() ?? done();
  };
  const call = createCall(
    async () => 'token',
    words,
    async (ms) => void waits.push(ms),
  );
  return { ask: () => call('POST', '/api/backfill', { body: {} }), waits, calls: () => calls };
};

describe('a call that is refused for being one too many', () => {
  it('is made again after as long as the API says and a little more, and shows no error', async () => {
    const { ask, waits } = page(tooMany({ 'retry-after': '20' }));
    expect(await ask()).toEqual({ json: { name: 'Acme' }, etag: '"1"' });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(20_000);
    expect(waits[0]).toBeLessThan(25_000);
  });

  it.each([{}, { 'retry-after': 'soon' }, { 'retry-after': '86400' }])(
    'waits a minute at most, whatever it is told: %j',
    async (headers) => {
      const { ask, waits } = page(tooMany(headers));
      await ask();
      expect(waits[0]).toBeGreaterThanOrEqual(1_000);
      expect(waits[0]).toBeLessThan(65_000);
    },
  );

  it('says so to the person, in the API’s own sentence, if it is refused once more', async () => {
    const { ask, waits, calls } = page(tooMany(), tooMany());
    await expect(ask()).rejects.toMatchObject({ kind: 'refused', message: 'Too much within a minute.' });
    expect([waits.length, calls()]).toEqual([1, 2]);
  });

  it('is the only one made again: another refusal is shown at once', async () => {
    const { ask, waits, calls } = page(new Response('{}', { status: 503 }));
    await expect(ask()).rejects.toMatchObject({ kind: 'broken' });
    expect([waits.length, calls()]).toEqual([0, 1]);
  });
});
