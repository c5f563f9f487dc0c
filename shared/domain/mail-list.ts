import { confirmationDays } from './mail-texts.ts';
import { type MailNews, type MailsTold, nothingTold } from './mails-due.ts';

/** One who is told. `sealed`: the address and the secret of its unsubscribe link, encrypted. `links`: those of its confirmation mails, the newest first, by their secrets' hashes. */
export type MailAddress = {
  readonly id: string;
  readonly sealed: string;
  readonly unsubscribeHash: string;
  readonly addedAt: number;
  readonly confirmedAt: number | null;
  readonly links: readonly { readonly hash: string; readonly expiresAt: number }[];
};

/** A mail to one address that is to be sent, and sent again until the mail service has taken it, a few times at most. */
export type OutgoingMail = {
  readonly id: string;
  readonly addressId: string;
  readonly news: MailNews | { readonly kind: 'confirmation' };
  readonly tries: number;
  readonly nextAt: number;
};

/** Who of an account is told by mail, what was told, and what is on its way. `nextLookAt`: when its health is looked at next. Times in epoch milliseconds. */
export type MailList = {
  readonly addresses: readonly MailAddress[];
  readonly outbox: readonly OutgoingMail[];
  readonly told: MailsTold;
  readonly nextLookAt: number;
  /** How many confirmation mails were asked for on that day (since 1970, UTC). */
  readonly asked: { readonly day: number; readonly count: number };
};

export const mostAddresses = 10;
/** Nobody can have us mail strangers at will. */
const mostAskedADay = 20;
/** After a crash it is not known whether a mail went out: it goes out again, but not for ever. */
export const mostTries = 4;
/** A mail that was sent again must not spoil the link of the one before. */
const mostLinks = 3;
const dayMs = 86_400_000;
/** An address that never agreed is forgotten. */
const unconfirmedForMs = 30 * dayMs;

export const newMailList: MailList = {
  addresses: [],
  outbox: [],
  told: nothingTold,
  nextLookAt: 0,
  asked: { day: 0, count: 0 },
};

export type AddressState = 'sending' | 'waiting' | 'expired' | 'not_sent' | 'confirmed';

/** How far an address is. `sending`: its confirmation mail is about to go out; `not_sent`: it could not be sent. */
export const addressState = ({ outbox }: MailList, address: MailAddress, now: number): AddressState => {
  if (address.confirmedAt !== null) return 'confirmed';
  if (outbox.some(({ addressId, news }) => addressId === address.id && news.kind === 'confirmation')) return 'sending';
  if (address.links.some(({ expiresAt }) => expiresAt > now)) return 'waiting';
  return address.links.length === 0 ? 'not_sent' : 'expired';
};

/** When something is to be done about the list; null: never, nobody is on it. */
export const nextMailAt = ({ addresses, outbox, nextLookAt }: MailList): number | null =>
  addresses.length === 0 ? null : Math.min(nextLookAt, ...outbox.map(({ nextAt }) => nextAt));

/** The list with these addresses kept and those added; each that is new, or asks for it again, is sent a confirmation mail. Null: too many of them in one day. */
export const withAddresses = (
  list: MailList,
  change: { keep: ReadonlySet<string>; add: readonly MailAddress[]; again: ReadonlySet<string> },
  { now, newId }: { now: number; newId: () => string },
): MailList | null => {
  const kept = list.addresses.filter(({ id }) => change.keep.has(id));
  const isAsked = ({ id, confirmedAt }: MailAddress): boolean => change.again.has(id) && confirmedAt === null;
  const asking = [...kept.filter(isAsked), ...change.add];
  const day = Math.floor(now / dayMs);
  const count = (list.asked.day === day ? list.asked.count : 0) + asking.length;
  if (asking.length > 0 && count > mostAskedADay) return null;
  const isAgain = ({ addressId, news }: OutgoingMail): boolean =>
    news.kind === 'confirmation' && asking.some(({ id }) => id === addressId);
  return {
    ...list,
    ...ofAddresses(list, [...kept, ...change.add]),
    outbox: [
      ...list.outbox.filter((mail) => change.keep.has(mail.addressId) && !isAgain(mail)),
      ...asking.map(({ id }) => outgoing(newId(), id, { kind: 'confirmation' }, now)),
    ],
    asked: asking.length > 0 ? { day, count } : list.asked,
  };
};

/** Whoever comes to a list on which nobody was left is told of everything anew. */
const ofAddresses = ({ told }: MailList, addresses: readonly MailAddress[]): Pick<MailList, 'addresses' | 'told'> => ({
  addresses,
  told: addresses.some(({ confirmedAt }) => confirmedAt !== null) ? told : nothingTold,
});

const outgoing = (id: string, addressId: string, news: OutgoingMail['news'], now: number): OutgoingMail => ({
  id,
  addressId,
  news,
  tries: 0,
  nextAt: now,
});

/** The list after its account's health was looked at: the news are on their way to everybody who confirmed. */
export const withNews = (
  list: MailList,
  { news, told }: { news: readonly MailNews[]; told: MailsTold },
  nextLookAt: number,
  { now, newId }: { now: number; newId: () => string },
): MailList => {
  const addresses = list.addresses.filter(
    ({ confirmedAt, addedAt }) => confirmedAt !== null || now - addedAt < unconfirmedForMs,
  );
  const confirmed = addresses.filter(({ confirmedAt }) => confirmedAt !== null);
  const mails = news.flatMap((each) => confirmed.map(({ id }) => outgoing(newId(), id, each, now)));
  return { ...list, ...ofAddresses({ ...list, told }, addresses), outbox: [...list.outbox, ...mails], nextLookAt };
};

/** The list whose account's health is to be looked at soon, because something happened; itself where nobody would be told. */
export const withLookSoon = (list: MailList, now: number): MailList =>
  list.nextLookAt > now && list.addresses.some(({ confirmedAt }) => confirmedAt !== null)
    ? { ...list, nextLookAt: now }
    : list;

/** The list with a try of these mails counted, before they are sent, and the links (by address) that their confirmation mails will carry. */
export const withTries = (
  list: MailList,
  mailIds: ReadonlySet<string>,
  links: ReadonlyMap<string, string>,
  { now, waitMs }: { now: number; waitMs: number },
): MailList => ({
  ...list,
  outbox: list.outbox.map((mail) =>
    mailIds.has(mail.id) ? { ...mail, tries: mail.tries + 1, nextAt: now + waitMs * 4 ** mail.tries } : mail,
  ),
  addresses: list.addresses.map((address) => {
    const hash = links.get(address.id);
    if (hash === undefined) return address;
    const link = { hash, expiresAt: now + confirmationDays * dayMs };
    return { ...address, links: [link, ...address.links].slice(0, mostLinks) };
  }),
});

/** The list without mails that were sent, or are given up. */
export const withoutMails = (list: MailList, mailIds: ReadonlySet<string>): MailList =>
  mailIds.size === 0 ? list : { ...list, outbox: list.outbox.filter(({ id }) => !mailIds.has(id)) };

/** The address that this link confirms, if it still works. */
export const addressToConfirm = ({ addresses }: MailList, hash: string, now: number): MailAddress | null =>
  addresses.find(({ links }) => links.some((link) => link.hash === hash && link.expiresAt > now)) ?? null;

/** The address that this link takes off the list. */
export const addressToRemove = ({ addresses }: MailList, hash: string): MailAddress | null =>
  addresses.find(({ unsubscribeHash }) => unsubscribeHash === hash) ?? null;

/** The list with the link used up and its address confirmed; what is wrong now is told soon. */
export const withConfirmed = (list: MailList, hash: string, now: number): MailList => {
  const found = addressToConfirm(list, hash, now);
  if (found === null) return list;
  const addresses = list.addresses.map((each) => (each === found ? { ...each, confirmedAt: now, links: [] } : each));
  const outbox = list.outbox.filter(({ addressId, news }) => addressId !== found.id || news.kind !== 'confirmation');
  return { ...list, addresses, outbox, nextLookAt: now };
};

/** The list without the address that this link unsubscribes, and without its mails. */
export const withoutAddress = (list: MailList, hash: string): MailList => {
  const found = addressToRemove(list, hash);
  if (found === null) return list;
  const addresses = list.addresses.filter((each) => each !== found);
  return {
    ...list,
    ...ofAddresses(list, addresses),
    outbox: list.outbox.filter((mail) => mail.addressId !== found.id),
  };
};
