import type { Scene, Sent } from './scene.ts';

const news = (id: string): string =>
  JSON.stringify({ worker_id: id, reference_id: id, turn_id: id, state: 'approved', criminal_record: 'of somebody' });

/** What is made of the account's own key. */
const keys: Record<string, (key: string) => string> = {
  'no key': () => '',
  'a letter': () => 'x',
  'a word': () => 'undefined',
  'the key cut': (key) => key.slice(0, -1),
  'the key cut in front': (key) => key.slice(1),
  'the key and a letter': (key) => `${key}a`,
  'the key twice': (key) => `${key}${key}`,
  'the key reversed': (key) => [...key].reverse().join(''),
  'the key in other case': (key) =>
    key
      .replaceAll(/[a-z]/gu, (letter) => letter.toUpperCase())
      .replaceAll(/^([A-Z])/gu, (letter) => letter.toLowerCase()),
  'the key with its first letter changed': (key) => `${key[0] === 'A' ? 'B' : 'A'}${key.slice(1)}`,
  'the key with its last letter changed': (key) =>
    `${key.slice(0, -2)}${key.at(-2) === 'A' ? 'B' : 'A'}${key.slice(-1)}`,
  'the key with a space': (key) => `${key}%20`,
  'the key with a null byte': (key) => `${key}%00`,
  'the key with a line break': (key) => `${key}%0a`,
  'a broken escape': () => '%zz',
  'broken UTF-8': () => '%ff%fe',
  'a way up': () => '..%2f..%2flever',
  'a very long key': () => 'a'.repeat(5_000),
  'a list': () => '[]',
  everything: () => '*',
};

/** Callbacks with a wrong key, or for another account: refused. */
export const callbackProbes: Record<string, (scene: Scene) => Sent> = Object.fromEntries(
  Object.entries(keys).flatMap(([name, keyOf]) =>
    (['sampleId', 'otherId', 'nobody'] as const).map((whose) => [
      `a callback to ${whose} with ${name}`,
      (scene: Scene): Sent => {
        const key = keyOf(scene.callbackPath.split('/').at(-1) ?? '');
        const account = whose === 'nobody' ? 'acct_nobody' : scene[whose];
        return { path: `/turn/${account}/${key}`, body: news(scene.bait) };
      },
    ]),
  ),
);
Object.assign(callbackProbes, {
  'a callback to another account with the own key': (scene: Scene): Sent => ({
    path: scene.callbackPath.replace(scene.sampleId, scene.otherId),
    body: news(scene.bait),
  }),
  'a callback by GET': (scene: Scene): Sent => ({ method: 'GET', path: scene.callbackPath }),
  'a callback by PUT': (scene: Scene): Sent => ({ method: 'PUT', path: scene.callbackPath, body: news(scene.bait) }),
  'a callback by DELETE': (scene: Scene): Sent => ({ method: 'DELETE', path: scene.callbackPath }),
});

/** Callbacks with the right key about nothing that is known: answered, and dropped. */
export const inventedNews: Record<string, string> = {
  nothing: '',
  'no JSON': 'state=approved',
  null: 'null',
  'a list': '[]',
  'cut JSON': '{"worker_id":"',
  'an invented worker': news('invented'),
  'the id of a candidate': '{"reference_id":"00000000-0000-4000-8000-000000000000-1771000000000"}',
  'ids in lists': '{"worker_id":["a","b"]}',
  'ids in objects': '{"worker_id":{"$ne":null}}',
  'an id with a wildcard': '{"worker_id":"*"}',
  'an id that would be another key': '{"worker_id":"x#OPPORTUNITY#y"}',
  'half a letter': '{"worker_id":"\\ud800"}',
  'a very long id': JSON.stringify({ worker_id: 'w'.repeat(10_000) }),
  'a thousand ids': JSON.stringify(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`a${n}`, { worker_id: `w${n}` }])),
  ),
  'deep objects': `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
  'an inherited id': '{"__proto__":{"worker_id":"x"}}',
};
