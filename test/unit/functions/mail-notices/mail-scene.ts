import { answerLink } from '#functions/mail-links/answer-link.ts';
import { sendNotices } from '#functions/mail-notices/send-notices.ts';
import { settingsRoutes } from '#functions/settings-api/settings-routes.ts';
import { type Answer, byRoute } from '#shared/edge/http-handler.ts';
import type { Mail } from '#shared/world.ts';
import { createWorld } from '../../../fakes/world.ts';

/** An account and its mails: who is told, what went out, and what the links in it do. */
export const createMailScene = async () => {
  const world = await createWorld();
  const { accountId } = world;
  const mails: Mail[] = [];
  const mailService = { fault: null as string | null, dies: false };
  const ports = {
    ...world.ports,
    sendMail: async (mail: Mail): Promise<string | null> => {
      if (mailService.fault !== null) return mailService.fault;
      mails.push(mail);
      if (mailService.dies) throw new Error('The function was cut off.');
      return null;
    },
  };
  const run = () => sendNotices(ports);
  const ask = async (method: string, body: unknown = '', etag = ''): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return byRoute(
      settingsRoutes,
      world.ports,
    )({
      routeKey: `${method} /api/mail-addresses`,
      path: {},
      query: {},
      headers: { 'if-match': etag },
      cookies: {},
      claims: { sub: 'user-1', account_id: accountId, role: 'super_admin' },
      body: text,
      bodyBytes: text.length,
    });
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect to be there
  const list = async (): Promise<{ json: any; etag: string }> => {
    const answer = await ask('GET');
    if (!('json' in answer)) throw new Error(JSON.stringify(answer));
    return { json: answer.json, etag: answer.etag ?? '' };
  };
  const put = async (addresses: object[]): Promise<Answer> => ask('PUT', { addresses }, (await list()).etag);
  const kept = async (): Promise<{ id: string }[]> =>
    (await list()).json.addresses.map(({ id }: { id: string }) => ({ id }));
  /** The link in a mail that does this. */
  const linkIn = (mail: Mail | undefined, action: 'confirm' | 'unsubscribe'): string =>
    new RegExp(String.raw`https://\S+/${action}/\S+`, 'u').exec(mail?.text ?? '')?.[0] ?? '';
  const follow = async (method: 'GET' | 'POST', link: string): Promise<string> => {
    const [, , account, action, token] = new URL(link).pathname.split('/');
    const path = { account, action, token };
    const answer = await answerLink({ routeKey: `${method} /mail/{account}/{action}/{token}`, path }, world.ports);
    return 'bytes' in answer ? answer.bytes.toString() : '';
  };
  return {
    world,
    accountId,
    mails,
    mailService,
    run,
    ask,
    list,
    put,
    add: async (address: string) => put([...(await kept()), { address }]),
    follow,
    linkIn,
    subjects: () => mails.map(({ to, subject }) => `${to}: ${subject}`),
    /** Enters an address and presses its link; the mailbox is empty then. */
    async confirm(address: string): Promise<string> {
      await put([...(await kept()), { address }]);
      await run();
      const link = linkIn(mails.at(-1), 'confirm');
      await follow('POST', link);
      mails.length = 0;
      return link;
    },
    /** Lets time pass, with a run every minute. */
    async wait(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute++) {
        world.passTime(60);
        await run();
      }
    },
    codes: () => world.log.map(({ code, fields }) => `${code} ${fields.reason ?? ''}`.trim()),
    disconnect: () =>
      world.accounts.update(accountId, (account) => ({
        ...account,
        connectionState: 'disconnected',
        connectionChangedAt: world.now(),
      })),
  };
};
