import type * as z from 'zod/mini';
import { readEmails } from '#shared/domain/candidate.ts';
import { folded } from '#shared/domain/folded.ts';
import { addressState, type MailAddress, type MailList, withAddresses } from '#shared/domain/mail-list.ts';
import { maskedAddress } from '#shared/domain/mail-texts.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { type mailAddressesSchema, newMailAddressesSchema } from './mail-schemas.ts';
import { invalid, readBody } from './read-body.ts';
import { etagOfText, expectedVersion, staleRefusal } from './versions.ts';

/** Who is told by mail, each address masked. */
export const showMailAddresses = async ({ account: { accountId } }: Request, ports: AppPorts): Promise<Answer> =>
  shown(accountId, await ports.mailLists.load(accountId), ports);

/** Replaces who is told by mail, if nobody else has changed it since the caller read it; who is new is asked by mail first. */
export const changeMailAddresses = async (request: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = request.account;
  const named = expectedVersion(request.incoming, 'list', 'it');
  if ('refusal' in named) return named.refusal;
  const expected = named.version;
  const read = readBody(request.incoming, newMailAddressesSchema);
  if ('refusal' in read) return read.refusal;
  const wanted = read.value.addresses;
  const list = await ports.mailLists.load(accountId);
  if (expected !== etagOf(list)) return stale;
  const keep = new Set(wanted.flatMap((each) => ('id' in each ? each.id : [])));
  const again = new Set(wanted.flatMap((each) => ('id' in each && each.sendAgain === true ? each.id : [])));
  const known = await openAll(accountId, list, ports);
  const added = readAdded(
    wanted,
    known.filter(({ id }) => keep.has(id)),
    list,
  );
  if ('faults' in added) return invalid(added.faults);
  if (added.emails.length + again.size > 0 && ports.config.mailSender === null) return notSetUp;
  const add = await Promise.all(added.emails.map((email) => newAddress(accountId, email, ports)));
  let hasTooMany = false;
  const { before, after } = await ports.mailLists.update(accountId, (present) => {
    if (expected !== etagOf(present)) return present;
    const changed = withAddresses(present, { keep, add, again }, { now: ports.now(), newId: ports.newId });
    hasTooMany = changed === null;
    return changed ?? present;
  });
  if (hasTooMany) return tooMany;
  if (expected !== etagOf(before)) return stale;
  const removed = before.addresses.filter(({ id }) => !keep.has(id)).length;
  const detail = [`${add.length} added`, `${removed} removed`, `${again.size} asked again`]
    .filter((each) => !each.startsWith('0 '))
    .join(', ');
  if (detail !== '') await ports.emit('mail_addresses_changed', { accountId, by: request.caller.userId, detail });
  return shown(accountId, after, ports);
};

const newAddress = async (accountId: string, address: string, ports: AppPorts): Promise<MailAddress> => {
  const unsubscribe = ports.newSecret();
  const sealed = await ports.mailLists.seal(accountId, { address, unsubscribe });
  const id = ports.newId();
  return { id, sealed, unsubscribeHash: hashOf(unsubscribe), addedAt: ports.now(), confirmedAt: null, links: [] };
};

type Wanted = z.infer<typeof newMailAddressesSchema>['addresses'];
type Known = { readonly id: string; readonly address: string };

/** The new addresses, or what is wrong with them, by where they stand. */
const readAdded = (
  wanted: Wanted,
  kept: readonly Known[],
  list: MailList,
): { readonly emails: string[] } | { readonly faults: Record<string, string> } => {
  const taken = new Set(kept.map(({ address }) => folded(address)));
  const faults: Record<string, string> = {};
  const emails: string[] = [];
  for (const [index, each] of wanted.entries()) {
    if ('id' in each) {
      if (list.addresses.every(({ id }) => id !== each.id))
        faults[`addresses.${index}.id`] = 'There is no such address.';
      continue;
    }
    const [email] = readEmails([each.address]);
    if (email === undefined) faults[`addresses.${index}.address`] = 'This is not an e-mail address.';
    else if (taken.has(folded(email))) faults[`addresses.${index}.address`] = 'This address is already in the list.';
    else emails.push(email);
    taken.add(folded(email ?? ''));
  }
  return Object.keys(faults).length > 0 ? { faults } : { emails };
};

const openAll = (accountId: string, { addresses }: MailList, { mailLists }: AppPorts): Promise<Known[]> =>
  Promise.all(
    addresses.map(async (each) => ({ id: each.id, address: (await mailLists.open(accountId, each)).address })),
  );

const shown = async (accountId: string, list: MailList, ports: AppPorts): Promise<Answer> => {
  const opened = await openAll(accountId, list, ports);
  const json: z.infer<typeof mailAddressesSchema> = {
    isSetUp: ports.config.mailSender !== null,
    addresses: list.addresses.map((each, index) => ({
      id: each.id,
      masked: maskedAddress(opened[index]?.address ?? ''),
      state: addressState(list, each, ports.now()),
    })),
  };
  return { status: 200, json, etag: etagOf(list) };
};

/** The same for the same addresses: that one is confirmed meanwhile is nobody's change of the list. */
const etagOf = ({ addresses }: MailList): string => etagOfText(addresses.map(({ id }) => id).join());

const stale = staleRefusal('The list was changed in another tab or by somebody else. Read it again, then change it.');
const notSetUp: Refusal = {
  status: 409,
  code: 'mail_not_set_up',
  message: 'Turn has not set up e-mail for this service yet.',
};
const tooMany: Refusal = {
  status: 409,
  code: 'too_many_confirmations',
  message: 'Too many confirmation e-mails were requested today. Try again tomorrow.',
};
