import * as z from 'zod/mini';
import type { FieldCipher } from './field-cipher.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';

const dayMs = 86_400_000;
/** How old what we know of a person may become before it is written anew: nobody's page is a write. */
const freshMs = 30 * dayMs;
/** Longer than the activity log names anybody. */
const keptMs = 2 * 365 * dayMs;
/** More people than look after one account; of more, those go who were seen longest ago. */
const mostPeople = 500;
const mostTries = 5;
const seenMs = 60 * 60_000;
const mostSeen = 1_000;

/** By the id that the OpenID provider gives a person: their name, encrypted, and when they were last seen. */
const peopleSchema = z.record(z.string(), storedObject({ name: z.string(), seenAt: z.number() }));
type People = z.infer<typeof peopleSchema>;

/** What the people of each account are called, as their own tokens say; encrypted, and one item an account. */
export const createPeople = (
  table: Pick<Table, 'get' | 'put'>,
  cipher: FieldCipher,
  { now }: { now: () => number },
) => {
  const contextOf = (accountId: string): string => `${accountId}/person`;
  const load = async (accountId: string): Promise<{ people: People; version: number | null }> => {
    const item = await table.get(keys.people(accountId));
    return { people: z.parse(peopleSchema, item?.content ?? {}), version: item?.version ?? null };
  };
  const save = (accountId: string, people: People, version: number | null): Promise<boolean> => {
    const living = Object.entries(people).filter(([, { seenAt }]) => now() - seenAt < keptMs);
    const latest = living.toSorted(([, one], [, other]) => other.seenAt - one.seenAt).slice(0, mostPeople);
    return table.put(itemOver(version, keys.people(accountId), Object.fromEntries(latest)), version);
  };
  /** What this process has remembered already, so that it need not read it again for each request. */
  const seen = new Map<string, number>();
  return {
    /** Remembers what a person is called. A lost race is let go: they come again. */
    async remember(accountId: string, userId: string, name: string): Promise<void> {
      const who = JSON.stringify([accountId, userId, name]);
      if (now() - (seen.get(who) ?? 0) < seenMs) return;
      const { people, version } = await load(accountId);
      if (seen.size >= mostSeen) seen.clear();
      seen.set(who, now());
      const known = Object.hasOwn(people, userId) ? people[userId] : undefined;
      const isFresh = known !== undefined && now() - known.seenAt < freshMs;
      if (isFresh && (await cipher.decrypt(contextOf(accountId), known.name)) === name) return;
      const encrypted = await cipher.encrypt(contextOf(accountId), name);
      await save(accountId, { ...people, [userId]: { name: encrypted, seenAt: now() } }, version);
    },
    /** What these people are called, by their ids; those of whom nothing is known are not among them. */
    async namesOf(accountId: string, userIds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
      const wanted = new Set(userIds);
      if (wanted.size === 0) return new Map();
      const { people } = await load(accountId);
      const known = Object.entries(people).filter(([userId]) => wanted.has(userId));
      const names = known.map(
        async ([userId, { name }]) => [userId, await cipher.decrypt(contextOf(accountId), name)] as const,
      );
      return new Map(await Promise.all(names));
    },
    /** Encrypts everything anew where something is encrypted with a key that is no longer current. */
    async reencrypt(accountId: string): Promise<void> {
      for (let tries = 0; tries < mostTries; tries++) {
        const { people, version } = await load(accountId);
        const isCurrent = await Promise.all(Object.values(people).map(({ name }) => cipher.isCurrent(name)));
        if (isCurrent.every(Boolean)) return;
        const renewed = Object.entries(people).map(async ([userId, { name, seenAt }]) => {
          const plain = await cipher.decrypt(contextOf(accountId), name);
          return [userId, { name: await cipher.encrypt(contextOf(accountId), plain), seenAt }] as const;
        });
        if (await save(accountId, Object.fromEntries(await Promise.all(renewed)), version)) return;
      }
    },
  };
};
