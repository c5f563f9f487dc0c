import { type MailAddress, mostTries, type OutgoingMail, withoutMails, withTries } from '#shared/domain/mail-list.ts';
import { confirmationText, newsText } from '#shared/domain/mail-texts.ts';
import type { Ports } from '#shared/ports.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import type { Mail, SendMail } from '#shared/world.ts';

export type NoticePorts = Ports & { readonly sendMail: SendMail };

type Due = { readonly mail: OutgoingMail; readonly address: MailAddress; readonly confirmSecret: string };

/**
 * Sends what is due. Each try is counted in the table before the mail goes out: whoever dies in between leaves a mail that is
 * sent again minutes later, a few times at most, and may so come twice; none is sent in a loop.
 */
export const sendOutbox = async (accountId: string, ports: NoticePorts): Promise<void> => {
  const taken = await takeDue(accountId, ports);
  if (taken.length === 0) return;
  const accountName = (await ports.accounts.find(accountId))?.name ?? accountId;
  const done = new Set<string>();
  for (const due of taken) {
    const reason = due.mail.news.kind === 'problem' ? due.mail.news.cause : due.mail.news.kind;
    if (due.mail.tries >= mostTries) {
      await ports.emit('mail_given_up', { accountId, reason });
      done.add(due.mail.id);
      continue;
    }
    const fault = await ports.sendMail(await mailOf(due, { accountId, accountName }, ports));
    if (fault === null) done.add(due.mail.id);
    await (fault === null
      ? ports.emit('mail_sent', { accountId, reason })
      : ports.emit('mail_failed', { accountId, reason: fault }));
  }
  await ports.mailLists.update(accountId, (list) => withoutMails(list, done));
};

/** Counts a try of each mail that is due, and gives the confirmation mails their links, of which only hashes are kept. */
const takeDue = async (accountId: string, ports: NoticePorts): Promise<Due[]> => {
  const now = ports.now();
  const isDue = ({ nextAt }: OutgoingMail): boolean => nextAt <= now;
  const seen = (await ports.mailLists.load(accountId)).outbox.filter(isDue);
  const secrets = new Map(seen.map(({ id }) => [id, ports.newSecret()]));
  const stillDue = (outbox: readonly OutgoingMail[]): OutgoingMail[] =>
    outbox.filter((mail) => secrets.has(mail.id) && isDue(mail));
  const { before, after } = await ports.mailLists.update(accountId, (list) => {
    const due = stillDue(list.outbox);
    const confirming = due.filter(({ news }) => news.kind === 'confirmation');
    const links = new Map(confirming.map(({ id, addressId }) => [addressId, hashOf(secrets.get(id) ?? '')]));
    const ids = new Set(due.map(({ id }) => id));
    return due.length === 0 ? list : withTries(list, ids, links, { now, waitMs: ports.config.redeliveryMs });
  });
  return stillDue(before.outbox).flatMap((mail) => {
    const address = after.addresses.find(({ id }) => id === mail.addressId);
    return address === undefined ? [] : [{ mail, address, confirmSecret: secrets.get(mail.id) ?? '' }];
  });
};

const mailOf = async (
  { mail: { news }, address: sealed, confirmSecret }: Due,
  { accountId, accountName }: { accountId: string; accountName: string },
  { mailLists, config }: NoticePorts,
): Promise<Mail> => {
  const { address: to, unsubscribe } = await mailLists.open(accountId, sealed);
  const linkTo = (action: string, secret: string): string =>
    `${config.publicUrl}/mail/${accountId}/${action}/${secret}`;
  const unsubscribeUrl = linkTo('unsubscribe', unsubscribe);
  const frame = { accountName, settingsUrl: `${config.publicUrl}/settings`, unsubscribeUrl };
  const words =
    news.kind === 'confirmation' ? confirmationText(linkTo('confirm', confirmSecret), frame) : newsText(news, frame);
  return { to, unsubscribeUrl, ...words };
};
