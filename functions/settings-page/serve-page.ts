import { brotliDecompressSync } from 'node:zlib';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { hasFields, isRecordOf, isText, withShape } from '#shared/guards.ts';
import { parseJson } from '#shared/http/parse-json.ts';

type File<Bytes> = { readonly contentType: string; readonly etag: string; readonly brotli: Bytes };

/** The page's files by name, compressed when they were built; every name but `page.html` carries a hash of what is in it. */
export type Page = Readonly<Record<string, File<Buffer>>>;

const isWritten = isRecordOf(hasFields<File<string>>({ contentType: isText, etag: isText, brotli: isText }));

/** The page as it was written at synthesis: one JSON document, its files in base64. */
export const readPage = (text: string): Page =>
  Object.fromEntries(
    Object.entries(withShape(isWritten, parseJson(text))).map(([name, file]) => [
      name,
      { ...file, brotli: Buffer.from(file.brotli, 'base64') },
    ]),
  );

/** What the page must know before anyone has signed in. */
export type PageConfig = { issuer: string; clientId: string; audience: string; scope: string; redirectUri: string };

/** One of the page's files, or its configuration, under a policy that lets it load nothing but itself. */
export const servePage = (
  { routeKey, path, headers }: Pick<Incoming, 'routeKey' | 'path' | 'headers'>,
  ports: { page: Page; config: PageConfig },
): Answer => {
  const { file: name = 'page.html' } = path;
  if (routeKey === 'GET /' || name === '') return { status: 303, location: '/settings' };
  const secure = { 'content-security-policy': contentSecurityPolicy(ports.config.issuer) };
  if (name === 'config.json') {
    return {
      status: 200,
      headers: { ...secure, 'content-type': 'application/json', 'cache-control': 'no-cache' },
      bytes: Buffer.from(JSON.stringify(ports.config)),
    };
  }
  const file = Object.hasOwn(ports.page, name) ? ports.page[name] : undefined;
  if (file === undefined) return { status: 404, code: 'no_such_file', message: 'The settings page has no such file.' };
  const kept = {
    ...secure,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': name === 'page.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
  };
  if (headers['if-none-match'] === file.etag) return { status: 304, headers: kept, bytes: Buffer.alloc(0) };
  const takesBrotli = /\bbr\b/u.test(headers['accept-encoding'] ?? '');
  return {
    status: 200,
    headers: { ...kept, 'content-type': file.contentType, ...(takesBrotli ? { 'content-encoding': 'br' } : {}) },
    bytes: takesBrotli ? file.brotli : brotliDecompressSync(file.brotli),
  };
};

const contentSecurityPolicy = (issuer: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(issuer).origin}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
