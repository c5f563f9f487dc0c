import { expect, it } from 'vitest';
import { candidatesUrl } from '#shared/lever/candidates-url.ts';

it.each([
  ['https://api.lever.co/v1', 'https://hire.lever.co/candidates/'],
  ['https://api.sandbox.lever.co/v1', 'https://hire.sandbox.lever.co/candidates/'],
  ['http://127.0.0.1:4000/v1', 'http://127.0.0.1:4000/candidates/'],
])('people see what %s tells of at %s', (apiUrl, url) => {
  expect(candidatesUrl(apiUrl)).toBe(url);
});
