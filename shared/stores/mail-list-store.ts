import * as z from 'zod/mini';
import { type MailAddress, type MailList, newMailList, nextMailAt, withLookSoon } from '#shared/domain/mail-list.ts';
import { nothingTold } from '#shared/domain/mails-due.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { FieldCipher } from './field-cipher.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

const newsSchema = z.discriminatedUnion('kind', [
  storedObject({ kind: z.literal('problem'), cause: z.string(), message: z.string(), todo: z.string() }),
  storedObject({ kind: z.literal('mended'), cause: z.string() }),
  storedObject({ kind: z.literal('reauthorization'), daysLeft: z.number() }),
  storedObject({ kind: z.literal('confirmation') }),
]);
const mailSchema = storedObject({
  id: z.string(),
  addressId: z.string(),
  news: newsSchema,
  tries: z.number(),
  nextAt: z.number(),
});
const foundSchema = storedObject({
  seenAt: z.number(),
  toldAt: z.nullable(z.number()),
  goneAt: z.nullable(z.number()),
});
const mailListSchema: z.ZodMiniType<MailList> = storedObject({
  addresses: z.array(
    storedObject({
      id: z.string(),
      sealed: z.string(),
      unsubscribeHash: z.string(),
      addedAt: z.number(),
      confirmedAt: z.nullable(z.number()),
      links: z.array(storedObject({ hash: z.string(), expiresAt: z.number() })),
    }),
  ),
  // A mail that only another version can word is left out.
  outbox: z.pipe(
    z.array(z.catch(z.nullable(mailSchema), null)),
    z.transform((all) => all.filter((one) => one !== null)),
  ),
  told: z._default(
    storedObject({
      causes: z.record(z.string(), foundSchema),
      reauthorization: z.nullable(storedObject({ by: z.number(), daysLeft: z.number() })),
    }),
    { ...nothingTold, causes: {} },
  ),
  nextLookAt: z.number(),
  asked: storedObject({ day: z.number(), count: z.number() }),
});

const openedSchema = storedObject({ address: z.string(), unsubscribe: z.string() });
/** An address in the clear, in memory only, with the secret of its unsubscribe link. */
export type OpenedAddress = Readonly<z.infer<typeof openedSchema>>;

/** The word that marks a list of addresses in the index of due work. */
const mailWork = 'mail';

/** Who of each account is told by mail, in the table; due where something is to be sent or looked at. */
export const createMailLists = (table: Pick<Table, 'get' | 'put'>, cipher: FieldCipher) => {
  const contextOf = (accountId: string): string => `${accountId}/mail-address`;
  const read = async (accountId: string): Promise<{ list: MailList; version: number | null }> => {
    const item = await table.get(keys.mailList(accountId));
    return {
      list: item === null ? newMailList : z.parse(mailListSchema, item.content),
      version: item?.version ?? null,
    };
  };
  const seal = (accountId: string, opened: OpenedAddress): Promise<string> =>
    cipher.encrypt(contextOf(accountId), JSON.stringify(opened));
  const open = async (accountId: string, { sealed }: Pick<MailAddress, 'sealed'>): Promise<OpenedAddress> =>
    z.parse(openedSchema, parseJson(await cipher.decrypt(contextOf(accountId), sealed)));
  /** Applies a change to whatever is stored; nothing is written where it answers what it was given. */
  const update = (
    accountId: string,
    change: (list: MailList) => MailList,
  ): Promise<{ before: MailList; after: MailList }> =>
    untilSaved('Too many others changed the same list of addresses.', async () => {
      const { list: before, version } = await read(accountId);
      const after = change(before);
      const dueAt = nextMailAt(after);
      const due = dueAt === null ? null : { dueAt, partition: keys.mailsDuePartition, workType: mailWork };
      const item = itemOver(version, keys.mailList(accountId), after, { due });
      return after === before || (await table.put(item, version)) ? { before, after } : undefined;
    });
  return {
    load: async (accountId: string): Promise<MailList> => (await read(accountId)).list,
    update,
    seal,
    open,
    /** Has the account's health looked at soon, because something happened that may have to be told. */
    lookSoon: (accountId: string, now: number) => update(accountId, (list) => withLookSoon(list, now)),
    /** Encrypts anew what is encrypted with a key that is no longer current. */
    async reencrypt(accountId: string, { addresses }: MailList): Promise<void> {
      const anew = new Map<string, string>();
      for (const address of addresses) {
        if (await cipher.isCurrent(address.sealed)) continue;
        anew.set(address.sealed, await seal(accountId, await open(accountId, address)));
      }
      if (anew.size === 0) return;
      await update(accountId, (list) => ({
        ...list,
        addresses: list.addresses.map((each) => ({ ...each, sealed: anew.get(each.sealed) ?? each.sealed })),
      }));
    },
  };
};
