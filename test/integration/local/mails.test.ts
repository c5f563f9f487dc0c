import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxMail } from '#infra/local/emulators/ses-emulator.ts';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { otherAccountId } from '#infra/local/openid/sample-users.ts';
import { openSettings } from './connected-lever.ts';

const second = 'second-lever-organization';
const address = 'ada@larkmoor.example';

describe('mails on the running stack', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack({ log: () => undefined });
  });
  afterAll(() => stack?.stop());

  /** Runs the scheduled functions until so many mails have come: an account that was looked at is looked at again after 15 minutes. */
  const mailed = async (count: number): Promise<MailboxMail[]> => {
    for (let tries = 0; stack.mailbox.length < count && tries < 20; tries++) {
      await stack.advanceClock(60);
      await stack.sweep();
      // The function that sends begins with the minute too, and may take longer.
      await expect.poll(async () => (await stack.state()).idle).toBe(true);
    }
    return [...stack.mailbox];
  };
  const linkIn = (mail: MailboxMail | undefined, action: string): string =>
    new RegExp(String.raw`http://\S+/mail/${otherAccountId}/${action}/\S+`, 'u').exec(mail?.text ?? '')?.[0] ?? '';

  it('go to an address that was confirmed by its link: one when Lever shuts us out, one when it lets us in again', async () => {
    const settings = await openSettings(stack, 'other-admin');
    expect(await settings.authorize(second)).toBe('/settings?lever=connected');
    const list = await settings.get('/api/mail-addresses');
    expect(list).toMatchObject({ status: 200, json: { isSetUp: true, addresses: [] } });
    const put = await settings.put('/api/mail-addresses', { addresses: [{ address }] }, list.etag);
    expect(put).toMatchObject({ status: 200, json: { addresses: [{ masked: 'a…@larkmoor.example' }] } });

    const [asking] = await mailed(1);
    expect(asking).toMatchObject({ from: 'notices@turn.example', to: address });
    const link = linkIn(asking, 'confirm');
    // A scanner looks, and changes nothing.
    expect(await (await fetch(link)).text()).toContain('<button>Confirm</button>');
    expect((await settings.get('/api/mail-addresses')).json).toMatchObject({ addresses: [{ state: 'waiting' }] });
    expect(await (await fetch(link, { method: 'POST' })).text()).toContain('Address confirmed');
    expect((await settings.get('/api/mail-addresses')).json).toMatchObject({ addresses: [{ state: 'confirmed' }] });

    stack.lever?.model.tokens.revoke(second);
    await stack.advanceClock(61);
    expect((await settings.get('/api/account')).json).toMatchObject({ connection: { state: 'disconnected' } });
    const [, told] = await mailed(2);
    expect(told).toMatchObject({ to: address, subject: 'No access to Lever: background checks do not start' });

    expect(await settings.authorize(second)).toBe('/settings?lever=connected');
    const [, , solved] = await mailed(3);
    expect(solved).toMatchObject({ to: address, subject: 'Solved: We have access to Lever again' });

    const unsubscribe = linkIn(solved, 'unsubscribe');
    const body = 'List-Unsubscribe=One-Click';
    expect((await fetch(unsubscribe, { method: 'POST', body })).status).toBe(200);
    expect((await settings.get('/api/mail-addresses')).json).toMatchObject({ addresses: [] });
    expect(stack.mailbox).toHaveLength(3);
  });
});
