import { createHmac, randomBytes } from 'node:crypto';
import type { Scene, Sent } from './scene.ts';

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

/** A delivery as Lever would send it of the candidate whom nobody told of, and signs it with this secret. */
const delivery = ({ bait }: Scene, secret: string, token = '5f'.repeat(24), triggeredAt = 1_771_000_000_000) => ({
  triggeredAt,
  event: 'candidateStageChange',
  token,
  signature: hmac(secret, `${token}${triggeredAt}`),
  data: { opportunityId: bait, toStageId: 'unknown-stage', contactId: bait },
});
type Delivery = ReturnType<typeof delivery>;

/** What is changed in a delivery that was signed with a wrong secret, or in a good one. Answers the body. */
const spoilings: Record<string, (forged: Delivery, good: Delivery) => unknown> = {
  'signed with a guessed secret': (forged) => forged,
  'without a signature': ({ signature: _, ...rest }) => rest,
  ...Object.fromEntries(
    [0, 1, 7, 15, 16, 31, 32, 47, 48, 62, 63].map((at) => [
      `whose signature differs at letter ${at}`,
      (_: Delivery, good: Delivery) => ({
        ...good,
        signature: `${good.signature.slice(0, at)}${good.signature[at] === '0' ? '1' : '0'}${good.signature.slice(at + 1)}`,
      }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      null: null,
      empty: '',
      'a number': 1,
      true: true,
      'a list': [],
      'an object': {},
      'too short': 'a'.repeat(63),
      'too long': 'a'.repeat(65),
      zeros: '0'.repeat(64),
      'wide digits': '１'.repeat(64),
      'no hex': 'g'.repeat(64),
      'very long': 'a'.repeat(60_000),
    }).map(([name, signature]) => [`whose signature is ${name}`, (forged: Delivery) => ({ ...forged, signature })]),
  ),
  'whose signature is in a list': (_, good) => ({ ...good, signature: [good.signature] }),
  'whose signature has a letter more': (_, good) => ({ ...good, signature: `${good.signature}0` }),
  'whose signature has a letter less': (_, good) => ({ ...good, signature: good.signature.slice(1) }),
  'whose signature is reversed': (_, good) => ({ ...good, signature: [...good.signature].reverse().join('') }),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((digits) => [
      `whose time lost ${digits} digits to the token`,
      (_: Delivery, good: Delivery) => ({
        ...good,
        token: `${good.token}${String(good.triggeredAt).slice(0, digits)}`,
        triggeredAt: Number(String(good.triggeredAt).slice(digits)),
      }),
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3].map((digits) => [
      `whose token lost ${digits} letters to the time`,
      (_: Delivery, good: Delivery) => ({
        ...good,
        token: good.token.slice(0, -digits),
        triggeredAt: `${good.token.slice(-digits)}${good.triggeredAt}`,
      }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      'another number': 1_771_000_000_001,
      text: '1771000000000',
      'a fraction': 1_771_000_000_000.5,
      negative: -1_771_000_000_000,
      null: null,
      true: true,
      'a list': [1_771_000_000_000],
      zero: 0,
      'twelve digits': 177_100_000_000,
      'fourteen digits': 17_710_000_000_000,
    }).map(([name, triggeredAt]) => [
      `whose time is ${name}`,
      (_: Delivery, good: Delivery) => ({ ...good, triggeredAt }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      'another one': '6e'.repeat(24),
      null: null,
      empty: '',
      'a number': 5,
      'a list': ['5f'.repeat(24)],
      'too short': '5f',
      'too long': '5f'.repeat(200),
      'with a null byte': `${'5f'.repeat(24)}\0`,
      'with a line break': `${'5f'.repeat(24)}\n`,
      'half a letter': '\ud800'.repeat(20),
    }).map(([name, token]) => [`whose token is ${name}`, (_: Delivery, good: Delivery) => ({ ...good, token })]),
  ),
  'with an inherited signature': (forged) => JSON.parse(`{"__proto__":${JSON.stringify(forged)}}`),
  'that would change every object': (forged) => ({ ...forged, constructor: { prototype: { signature: 'x' } } }),
  'in a list': (forged) => [forged],
  'in text': (forged) => JSON.stringify(forged),
  'that says it is a test, with data': (forged) => ({ ...forged, test: true }),
  'of which nothing is left but the data': ({ data }) => ({ data }),
};

/** Bodies that are no delivery at all. */
const bodies: Record<string, string | Buffer> = {
  nothing: '',
  null: 'null',
  'an empty list': '[]',
  'an empty object': '{}',
  text: '"candidateStageChange"',
  'a number': '1',
  'cut JSON': '{"triggeredAt":1771000000000,"event":"candidate',
  'no JSON': 'token=5f&signature=0',
  'XML with an entity': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  'broken UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  'deep lists': '['.repeat(5_000),
  'deep objects': `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  'more than the limit': `{"data":"${'x'.repeat(70_000)}"}`,
  'a megabyte': `{"data":"${'x'.repeat(1_000_000)}"}`,
  'twice the same key': '{"signature":"a","signature":"b","token":"c","triggeredAt":1771000000000}',
  'an unsigned test': '{"data":{}}',
  'an unsigned test of everything': '{"event":"candidateStageChange","data":{},"token":null,"signature":null}',
};

/** What the signed-in secret of one account is worth elsewhere, and other doors. By name: what is sent. */
export const webhookProbes: Record<string, (scene: Scene) => Sent> = {
  ...Object.fromEntries(
    Object.entries(spoilings).map(([name, spoil]) => [
      `a delivery ${name}`,
      (scene: Scene): Sent => ({
        path: scene.webhookPath,
        body: JSON.stringify(
          spoil(delivery(scene, 'guessed-secret-of-an-attacker'), delivery(scene, scene.signatureToken)),
        ),
      }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(bodies).map(([name, body]) => [
      `a body that is ${name}`,
      (scene: Scene): Sent => ({ path: scene.webhookPath, body }),
    ]),
  ),
  ...Object.fromEntries(
    ['', 'x', 'secret', 'undefined', 'null', 'a'.repeat(48), 'token', '\0'.repeat(32)].map((secret) => [
      `a delivery signed with ${JSON.stringify(secret.slice(0, 12))}`,
      (scene: Scene): Sent => ({ path: scene.webhookPath, body: JSON.stringify(delivery(scene, secret)) }),
    ]),
  ),
  ...Object.fromEntries(
    [
      'acct_other',
      'acct_nobody',
      'ACCT_SAMPLE',
      'acct_sample%20',
      'acct_sample%00',
      'acct_sample%2f..',
      '..%2facct_sample',
      'acct_sample%23',
      'acct_%F0%9F%98%80',
      '%ff',
      '%',
      'a'.repeat(2_000),
      'WEBHOOK%23acct_sample',
      '__proto__',
      'constructor',
    ].map((account) => [
      `a good delivery sent to ${account.slice(0, 24)}`,
      (scene: Scene): Sent => ({
        path: `/lever/${account}/webhook`,
        body: JSON.stringify(delivery(scene, scene.signatureToken)),
      }),
    ]),
  ),
  ...Object.fromEntries(
    ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((method) => [
      `a good delivery by ${method}`,
      (scene: Scene): Sent => ({
        method,
        path: scene.webhookPath,
        body: method === 'GET' || method === 'HEAD' ? undefined : JSON.stringify(delivery(scene, scene.signatureToken)),
      }),
    ]),
  ),
  ...Object.fromEntries(
    [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'text/html',
    ].map((contentType) => [
      `a forged delivery as ${contentType}`,
      (scene: Scene): Sent => ({
        path: scene.webhookPath,
        headers: { 'content-type': contentType },
        body: JSON.stringify(delivery(scene, 'guessed-secret-of-an-attacker')),
      }),
    ]),
  ),
};

/** A delivery that is believed: so the ones above are refused for what is wrong with them. */
export const goodDelivery = (scene: Scene): Sent => ({
  path: scene.webhookPath,
  body: JSON.stringify({ ...delivery(scene, scene.signatureToken), event: 'candidateHired' }),
});

/** A move of this opportunity that is believed: whoever holds the secret may say so of anybody. */
export const goodMove = (scene: Scene, opportunityId: string): Sent => ({
  path: scene.webhookPath,
  body: JSON.stringify(
    delivery({ ...scene, bait: opportunityId }, scene.signatureToken, randomBytes(24).toString('hex'), Date.now()),
  ),
});
