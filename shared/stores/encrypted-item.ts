import type { FieldCipher } from './field-cipher.ts';
import { type Item, itemOver, type Key, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

/** Does something with each secret of an account's item: `context` says whose it is, and what for. */
export type ChangeSecret = (context: string, secret: string) => Promise<string>;

/** One kind of item that holds secrets. */
export type Kind<T> = {
  readonly keyOf: (accountId: string) => Key;
  readonly parse: (content: unknown) => T;
  /** What an account has before anybody has given it anything. */
  readonly none: T;
  /** The same content with each of its secrets changed. */
  readonly each: (accountId: string, content: T, change: ChangeSecret) => Promise<T>;
};

/** An account's content in the clear and as it is stored, and the item and its text: no two have the same who hold different secrets. */
export type Found<T> = { readonly content: T; readonly stored: T; readonly item: Item; readonly text: string };

/** Finds what is stored for an account: `known` itself, if that is the same. */
export const createFinder =
  <T>(table: Pick<Table, 'get'>, { decrypt }: Pick<FieldCipher, 'decrypt'>, { keyOf, parse, each }: Kind<T>) =>
  async (accountId: string, known: Found<T> | null = null): Promise<Found<T> | null> => {
    const item = await table.get(keyOf(accountId));
    if (item === null) return null;
    const text = JSON.stringify(item.content);
    if (known !== null && known.item.version === item.version && known.text === text) return known;
    const stored = parse(item.content);
    return { content: await each(accountId, stored, decrypt), stored, item, text };
  };

/** An item for each account in the table, whose secrets are encrypted one by one for this account and this purpose; in the clear in memory only. */
export const createEncryptedItem = <T>(table: Pick<Table, 'get' | 'put'>, cipher: FieldCipher, kind: Kind<T>) => {
  const { keyOf, none, each } = kind;
  const find = createFinder(table, cipher, kind);
  const load = async (accountId: string): Promise<{ content: T; version: number | null }> => {
    const found = await find(accountId);
    return { content: found?.content ?? none, version: found?.item.version ?? null };
  };
  /** Saves over the version that was read; false where somebody was faster. */
  const save = async (accountId: string, content: T, version: number | null): Promise<boolean> => {
    const encrypted = await each(accountId, content, cipher.encrypt);
    return table.put(itemOver(version, keyOf(accountId), encrypted), version);
  };
  return {
    load,
    save,
    /** Applies a change to whatever is stored; what stays as it was is saved only where nothing is stored yet. Throws `write_conflict` after many tries. */
    update: (accountId: string, change: (content: T) => T): Promise<{ before: T; after: T }> =>
      untilSaved('Too many others changed the same secrets.', async () => {
        const { content: before, version } = await load(accountId);
        const after = change(before);
        const isSame = after === before && version !== null;
        return isSame || (await save(accountId, after, version)) ? { before, after } : undefined;
      }),
    /** Encrypts everything anew where something is encrypted with a key that is no longer current. */
    async reencrypt(accountId: string): Promise<void> {
      const found = await find(accountId);
      if (found === null) return;
      const encrypted: string[] = [];
      await each(accountId, found.stored, async (_, secret) => {
        encrypted.push(secret);
        return secret;
      });
      const isCurrent = await Promise.all(encrypted.map(cipher.isCurrent));
      // Whoever was faster has encrypted it with the current key.
      if (!isCurrent.every(Boolean)) await save(accountId, found.content, found.item.version);
    },
  };
};
