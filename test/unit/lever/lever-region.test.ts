import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLeverCall } from '#shared/lever/call-lever.ts';
import { redirectedTo, regionInMemory } from '#shared/lever/lever-region.ts';

const asked = new URL('https://api.lever.co/v1/stages?limit=1');
const redirected = (location: string) => redirectedTo({ status: 307, headers: { location }, body: '' }, asked)?.href;

describe('redirectedTo', () => {
  it("follows to Lever's hosts over https, with a whole address or a path alone", () => {
    expect(redirected('https://api.eu.lever.co/v1/stages')).toBe('https://api.eu.lever.co/v1/stages');
    expect(redirected('https://api.eu.lever.co:443/v1')).toBe('https://api.eu.lever.co/v1');
    expect(redirected('/v2/stages')).toBe('https://api.lever.co/v2/stages');
  });

  it.each([
    'http://api.eu.lever.co/v1',
    'https://api.eu.lever.co:8443/v1',
    'https://somebody@api.eu.lever.co/v1',
    'https://somebody:secret@api.eu.lever.co/v1',
    'https://:secret@api.eu.lever.co/v1',
    'https://api.lever.co@evil.example/v1',
    'https://api.lever.co.evil.example/v1',
    'https://evil-lever.co/v1',
    'https://lever.co/v1',
    'https://api.lever.co./v1',
    '//evil.example/v1',
    '\\\\evil.example\\v1',
    'ftp://api.lever.co/v1',
    'https://',
  ])('does not follow to %s', (location) => {
    expect(redirected(location)).toBeUndefined();
  });
});

describe('an access token', () => {
  it('is never sent where no host of Lever listens on the usual port of https', async () => {
    const part = fc.constantFrom('https:', 'http:', '//', '/', '\\', '@', ':', '8443', '#', '?', '.', 'user', '\t');
    const host = fc.constantFrom(
      'api.eu.lever.co',
      'API.lever.co',
      'lever.co',
      'evil.example',
      '127.0.0.1',
      'x.lever.co',
    );
    const location = fc.oneof(
      fc.array(fc.oneof(part, host), { maxLength: 8 }).map((parts) => parts.join('')),
      fc
        .tuple(
          fc.constantFrom('https://', 'https://u:p@', 'http://', '//'),
          host,
          fc.constantFrom('', ':443', ':80', ':1'),
        )
        .map((parts) => parts.join('')),
      fc.webUrl({ withFragments: true }),
    );
    const status = fc.constantFrom(301, 302, 303, 307, 308);
    await fc.assert(
      fc.asyncProperty(status, location, async (code, to) => {
        const sent: URL[] = [];
        const call = createLeverCall({
          apiUrl: 'https://api.lever.co/v1',
          send: async ({ url, headers }) => {
            if (headers['authorization'] !== undefined) sent.push(url);
            return { status: code, headers: { location: to }, body: '' };
          },
          deadline: null,
          accessToken: async () => 'access',
          prepaid: 0,
          region: regionInMemory(),
          acquire: async () => {},
          onDropped: async () => {},
        });
        await expect(call('POST', '/opportunities/1/notes', {})).rejects.toMatchObject({ name: 'Failure' });
        expect(sent.length).toBeLessThanOrEqual(2);
        for (const url of sent) {
          expect(url.href).toMatch(/^https:\/\/(?:[a-z0-9-]+\.)+lever\.co\//);
          expect([url.port, url.username, url.password]).toEqual(['', '', '']);
        }
      }),
      { numRuns: 300 },
    );
  });
});
