import { isAccountId } from '#shared/domain/ids.ts';
import {
  addressToConfirm,
  addressToRemove,
  type MailList,
  withConfirmed,
  withoutAddress,
} from '#shared/domain/mail-list.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import type { Ports } from '#shared/ports.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';
import { linkPage, type PageWords, pageWords } from './link-page.ts';

/** What a link is for: whether it still works, what it does, and how it is told. */
type LinkAction = {
  readonly works: (list: MailList, hash: string, now: number) => boolean;
  readonly apply: (list: MailList, hash: string, now: number) => MailList;
  readonly detail: string;
  readonly words: { readonly asks: PageWords; readonly done: PageWords };
};

const actions: Readonly<Record<string, LinkAction>> = {
  confirm: {
    works: (list, hash, now) => addressToConfirm(list, hash, now) !== null,
    apply: withConfirmed,
    detail: 'confirmed by its link',
    words: pageWords.confirm,
  },
  unsubscribe: {
    works: (list, hash) => addressToRemove(list, hash) !== null,
    apply: withoutAddress,
    detail: 'unsubscribed by its link',
    words: pageWords.unsubscribe,
  },
};

const secretShape = /^[\w-]{16,100}$/u;

/**
 * Answers a link of a mail. Mail scanners follow every link: a GET only asks, and a press (POST) does it. Who has the link
 * has the mail: nobody needs to be signed in, and the secret in the link is all that counts.
 */
export const answerLink = async (
  { routeKey, path }: Pick<Incoming, 'routeKey' | 'path'>,
  ports: Pick<Ports, 'now' | 'mailLists' | 'emit'>,
): Promise<Answer> => {
  const { account: accountId = '', action: name = '', token = '' } = path;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined || !isAccountId(accountId) || !secretShape.test(token)) return linkPage(pageWords.gone);
  const hash = hashOf(token);
  const now = ports.now();
  if (routeKey.startsWith('GET ')) {
    const works = action.works(await ports.mailLists.load(accountId), hash, now);
    return linkPage(works ? action.words.asks : pageWords.gone);
  }
  const { before, after } = await ports.mailLists.update(accountId, (list) => action.apply(list, hash, now));
  if (before === after) return linkPage(pageWords.gone);
  await ports.emit('mail_addresses_changed', { accountId, detail: action.detail });
  return linkPage(action.words.done);
};
