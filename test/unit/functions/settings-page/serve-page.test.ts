import { brotliDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Page, readPage, servePage } from '#functions/settings-page/serve-page.ts';
import { buildPage } from '#infra/build-page.ts';

const config = {
  issuer: 'https://login.turn.example/tenant/',
  clientId: 'settings-page',
  audience: 'https://lever.turn.example',
  scope: 'settings',
  redirectUri: 'https://hooks.example.com/settings',
};

let page: Page;
beforeAll(async () => {
  page = readPage(await buildPage());
});

const get = (file?: string, headers: Record<string, string> = {}) => {
  const answer = servePage({ routeKey: 'GET /settings', path: { file }, headers }, { page, config });
  if (!('bytes' in answer)) throw new Error(`There is no file ${file}.`);
  return answer;
};
const named = (ending: string): string => Object.keys(page).find((name) => name.endsWith(ending)) ?? '';

describe('the settings page', () => {
  it('is small: all that a browser loads is at most 60 KB', () => {
    // Of the notices it loads none: who wants to read them follows the link.
    const loaded = Object.entries(page).filter(([name]) => name !== named('.txt'));
    const sizes = loaded.map(([, { brotli }]) => brotli.length);
    expect(sizes.length).toBe(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * 1024);
  });

  it.each([
    ['GET /', {}],
    ['GET /settings/{file+}', { file: '' }],
  ])('is where %s leads', (routeKey, path) => {
    expect(servePage({ routeKey, path, headers: {} }, { page, config })).toEqual({
      status: 303,
      location: '/settings',
    });
  });

  it('names its files, which are there, and holds no code of its own', () => {
    const html = get().bytes.toString();
    const addresses = [...html.matchAll(/(?:src|href)="\/settings\/([^"]+)"/gu)].map(([, name]) => name);
    expect(addresses.sort()).toEqual([named('.svg'), named('.css'), named('.js'), named('.txt')].sort());
    for (const name of addresses) expect(get(name).status).toBe(200);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=|https?:/u);
  });

  it('may load nothing but itself and talk to nobody but its API and the OpenID provider', () => {
    for (const file of [undefined, named('.js'), 'config.json']) {
      const { headers } = get(file);
      expect(headers['content-security-policy']?.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' https://login.turn.example",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ]);
    }
  });

  it('comes compressed to those who take it so, and plain to others, the same content', () => {
    const compressed = get(named('.js'), { 'accept-encoding': 'gzip, deflate, br, zstd' });
    const plain = get(named('.js'), { 'accept-encoding': 'gzip' });
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(brotliDecompressSync(compressed.bytes).equals(plain.bytes)).toBe(true);
  });

  it('is kept by browsers for good where the name says what is in it, and asked for anew where not', () => {
    expect(get(named('.css')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(get().headers['cache-control']).toBe('no-cache');
    expect(get('config.json').headers['cache-control']).toBe('no-cache');
  });

  it('is not sent again to those who have it', () => {
    const { etag = '' } = get().headers;
    expect(etag).toMatch(/^"[\w-]{22}"$/u);
    const again = get(undefined, { 'if-none-match': etag });
    expect([again.status, again.bytes.length, again.headers['content-encoding']]).toEqual([304, 0, undefined]);
    expect(get(undefined, { 'if-none-match': '"other"' }).status).toBe(200);
  });

  it('tells before anybody has signed in where to sign in', () => {
    const { headers, bytes } = get('config.json');
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(bytes.toString())).toEqual(config);
  });

  it.each(['page.json', '../handler.ts', '__proto__', 'constructor'])('has no file %j', (file) => {
    expect(servePage({ routeKey: 'GET /settings/{file+}', path: { file }, headers: {} }, { page, config })).toEqual({
      status: 404,
      code: 'no_such_file',
      message: 'The settings page has no such file.',
    });
  });
});
