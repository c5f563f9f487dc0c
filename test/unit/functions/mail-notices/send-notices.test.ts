import { describe, expect, it } from 'vitest';
import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { createMailScene } from './mail-scene.ts';

const ada = 'ada@northwind.example';
const ben = 'ben@northwind.example';
const lost = 'No access to Lever: background checks do not start';
const back = 'Solved: We have access to Lever again';

describe('mails to people of an account', () => {
  it('tell everybody who confirmed what is wrong, once, and that it is mended, once', async () => {
    const { confirm, wait, subjects, disconnect, world, run } = await createMailScene();
    await confirm(ada);
    await confirm(ben);
    await wait(60);
    expect(subjects()).toEqual([]);
    await disconnect();
    await wait(120);
    expect(subjects()).toEqual([`${ada}: ${lost}`, `${ben}: ${lost}`]);
    await world.reconnect();
    await world.ports.mailLists.lookSoon(world.accountId, world.now());
    await run();
    await wait(120);
    expect(subjects().slice(2)).toEqual([`${ada}: ${back}`, `${ben}: ${back}`]);
  });

  it('come at once when work finds the access ended, and not a quarter of an hour later', async () => {
    const { confirm, subjects, world, run } = await createMailScene();
    await confirm(ada);
    world.passTime(300);
    await run();
    await markDisconnected(world.accountId, world.now(), world.ports);
    await run();
    expect(subjects()).toEqual([`${ada}: ${lost}`]);
  });

  it('say what is wrong, what to do and where, and hold no candidate and no secret', async () => {
    const { confirm, wait, mails, disconnect, world } = await createMailScene();
    await confirm(ada);
    const person = world.recruiter.addOpportunity({
      name: 'Ottilie Wren',
      emails: ['ottilie.wren@mail.example'],
      stage: '7d1f0c5e-0000-4000-8000-000000000002',
    });
    await disconnect();
    await wait(20);
    const [mail] = mails;
    expect(mail?.text).toMatch(/^Lever background checks of Brightwater\n\nWe no longer have access to Lever\./u);
    expect(mail?.text).toContain('What to do: Authorize Lever again');
    expect(mail?.text).toContain('Settings: https://api.example/settings\n');
    expect(mail?.text).toContain(mail?.unsubscribeUrl);
    expect(mail?.unsubscribeUrl).toMatch(/^https:\/\/api\.example\/mail\/acct_brightwater\/unsubscribe\/[\w-]+$/u);
    expect(JSON.stringify(mails)).not.toMatch(new RegExp(`Ottilie|${person.id}|turn-token`, 'u'));
  });

  it('go to nobody who has not confirmed, and not to who unsubscribed', async () => {
    const { add, run, confirm, follow, linkIn, mails, disconnect, wait, list, subjects } = await createMailScene();
    await add(ada);
    await run();
    const unsubscribe = linkIn(mails[0], 'unsubscribe');
    await confirm(ben);
    await disconnect();
    await wait(20);
    expect(subjects()).toEqual([`${ben}: ${lost}`]);
    await follow('POST', unsubscribe);
    await follow('POST', linkIn(mails[0], 'unsubscribe'));
    expect((await list()).json.addresses).toEqual([]);
    await wait(60);
    expect(mails).toHaveLength(1);
  });

  it('tell who confirms what is wrong already, if nobody was told before', async () => {
    const { confirm, disconnect, run, subjects } = await createMailScene();
    await disconnect();
    await confirm(ada);
    await run();
    expect(subjects()).toEqual([`${ada}: ${lost}`]);
  });

  it('go out again where the mail service refused them', async () => {
    const { confirm, disconnect, wait, mailService, mails, codes } = await createMailScene();
    await confirm(ada);
    await disconnect();
    mailService.fault = 'TooManyRequestsException';
    await wait(3);
    mailService.fault = null;
    await wait(20);
    expect(mails).toHaveLength(1);
    expect(
      codes()
        .filter((code) => code.startsWith('mail_'))
        .slice(-2),
    ).toEqual(['mail_failed TooManyRequestsException', 'mail_sent lever_access']);
  });

  it('are given up after four tries, which the log says', async () => {
    const { confirm, disconnect, wait, mailService, mails, codes } = await createMailScene();
    await confirm(ada);
    await disconnect();
    mailService.fault = 'MessageRejected';
    await wait(9 * 60);
    mailService.fault = null;
    await wait(9 * 60);
    expect(mails).toEqual([]);
    expect(codes().filter((code) => code === 'mail_failed MessageRejected')).toHaveLength(4);
    expect(codes().filter((code) => code === 'mail_given_up lever_access')).toHaveLength(1);
  });

  it('come twice at most a few times where the function dies right after sending, and never in a loop', async () => {
    const { confirm, disconnect, world, run, mailService, mails } = await createMailScene();
    await confirm(ada);
    await disconnect();
    world.passTime(900);
    mailService.dies = true;
    for (let minute = 0; minute < 24 * 60; minute++) {
      await run().catch(() => undefined);
      world.passTime(60);
    }
    expect(mails.length).toBe(4);
  });

  it('of one account do not wait for another that fails', async () => {
    const { confirm, disconnect, world, run, subjects } = await createMailScene();
    await confirm(ada);
    await disconnect();
    await world.ports.table.overwrite({
      pk: 'ACCOUNT#acct_broken',
      sk: 'MAIL-LIST',
      version: 1,
      content: 'odd',
      expiresAt: null,
      due: { dueAt: 0, partition: 'MAILS', workType: 'mail' },
      open: null,
    });
    world.passTime(900);
    await expect(run()).rejects.toThrow();
    expect(subjects()).toEqual([`${ada}: ${lost}`]);
  });

  it('of a disabled account wait', async () => {
    const { confirm, disconnect, world, wait, mails } = await createMailScene();
    await confirm(ada);
    await disconnect();
    await world.accounts.update(world.accountId, (account) => ({ ...account, enabled: false }));
    await wait(60);
    expect(mails).toEqual([]);
  });

  it('leave no address in the log, the activity log or the table', async () => {
    const { confirm, add, disconnect, wait, world, mailService, accountId } = await createMailScene();
    await confirm(ada);
    await add('carla@harbor.example');
    mailService.fault = 'MessageRejected';
    await disconnect();
    await wait(30);
    const { activities } = await world.activities.list(accountId, { limit: 50, after: null });
    expect(JSON.stringify([world.log, activities])).not.toMatch(/northwind|harbor/u);
    expect(activities.map(({ kind, detail }) => `${kind} ${detail}`)).toContain('mail_addresses_changed 1 added');
  });
});
