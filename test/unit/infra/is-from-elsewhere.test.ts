import { describe, expect, it } from 'vitest';
import { jsonAnswer } from '#infra/local/http/http-answer.ts';
import { startHttpFront } from '#infra/local/http/http-front.ts';
import { isFromElsewhere } from '#infra/local/http/is-from-elsewhere.ts';

describe('a request to the runner itself', () => {
  it.each([
    [{ host: '127.0.0.1:3000' }],
    [{ host: 'localhost' }],
    [{ host: '[::1]:3000' }],
    [{ host: 'localhost:3000', origin: 'http://localhost:3000' }],
  ])('is answered with %j', (headers) => {
    expect(isFromElsewhere(headers)).toBe(false);
  });

  it.each([
    [{}],
    [{ host: 'evil.example:3000' }],
    [{ host: 'localhost.evil.example' }],
    [{ host: '127.0.0.1.evil.example:3000' }],
    [{ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3001' }],
    [{ host: '127.0.0.1:3000', origin: 'https://evil.example' }],
    [{ host: '127.0.0.1:3000', origin: 'null' }],
    [{ host: 'evil.example', origin: 'http://evil.example' }],
  ])('is refused with %j', (headers) => {
    expect(isFromElsewhere(headers)).toBe(true);
  });

  it('does nothing for another page, though it needs no answer', async () => {
    const front = await startHttpFront(0, () => {});
    const done: string[] = [];
    front.open({
      routes: [],
      poolOf: () => {
        throw new Error('No function is meant.');
      },
      now: () => 0,
      local: async (_, path) => {
        done.push(path);
        return jsonAnswer(200, {});
      },
    });
    const post = async (headers: Record<string, string>) =>
      (await fetch(`${front.url}/local/clock`, { method: 'POST', headers, body: '{"advanceSeconds":1}' })).status;
    expect(await post({ origin: 'https://evil.example', 'content-type': 'text/plain' })).toBe(403);
    expect(done).toEqual([]);
    expect(await post({})).toBe(200);
    expect(done).toEqual(['/local/clock']);
    await front.stop();
  });
});
