import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { signedBody } from '#infra/local/sandbox/lever-webhooks.ts';
import { RECORDS, recordsPresent } from './records.ts';

type Vector = {
  name: string;
  signatureToken: string;
  body: { event: string; data: object; triggeredAt: number; token: string; signature: string };
  valid: boolean;
};

const signatureOf = ({ body, signatureToken }: Pick<Vector, 'body' | 'signatureToken'>): string =>
  JSON.parse(signedBody({ ...body, signatureToken })).signature;

it('the sandbox signs token and time with the secret as text, not as hex', () => {
  const token = '0123456789abcdef0123456789abcdef0123456789abcdef';
  const body = { event: 'candidateStageChange', data: {}, triggeredAt: 1700000000000, token, signature: '' };
  expect(signatureOf({ body, signatureToken: 'ag'.repeat(24) })).toBe(
    '4614e9adfb78b625ebdd509fec7202f073d700a7c582b08220d57e129a1de42a',
  );
});

it('the signature covers neither the event nor the data', () => {
  const token = 'f'.repeat(48);
  const one = { event: 'candidateStageChange', data: { a: 1 }, triggeredAt: 1700000000000, token, signature: '' };
  const other = { ...one, event: 'candidateHired', data: {} };
  const signatureToken = 'e'.repeat(48);
  expect(signatureOf({ body: one, signatureToken })).toBe(signatureOf({ body: other, signatureToken }));
});

it.skipIf(!recordsPresent)(`the sandbox signs as in the vectors (skipped where ../shared/fixtures is absent)`, () => {
  const vectors: Vector[] = JSON.parse(readFileSync(`${RECORDS}lever/signatures.json`, 'utf8'));
  for (const vector of vectors) expect(signatureOf(vector) === vector.body.signature, vector.name).toBe(vector.valid);
});
