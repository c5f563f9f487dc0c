import { describe, expect, it } from 'vitest';
import { createMailScene } from './mail-scene.ts';

const ada = 'ada@northwind.example';
const dayMinutes = 24 * 60;

describe('an address', () => {
  it('is asked by mail, and confirmed by a press on its link alone: scanners follow links, too', async () => {
    const { add, run, list, mails, follow, linkIn } = await createMailScene();
    await add(ada);
    expect((await list()).json).toEqual({
      isSetUp: true,
      addresses: [{ id: expect.any(String), masked: 'a…@northwind.example', state: 'sending' }],
    });
    await run();
    expect(mails.map(({ to }) => to)).toEqual([ada]);
    const link = linkIn(mails[0], 'confirm');
    expect(await follow('GET', link)).toContain('<button>Confirm</button>');
    expect((await list()).json.addresses[0].state).toBe('waiting');
    expect(await follow('POST', link)).toContain('Address confirmed');
    expect((await list()).json.addresses[0].state).toBe('confirmed');
  });

  it('has a link that works once, and for a week', async () => {
    const { add, run, confirm, list, mails, follow, linkIn, world } = await createMailScene();
    const used = await confirm(ada);
    for (const method of ['GET', 'POST'] as const)
      expect(await follow(method, used)).toContain('This link no longer works');
    await add('ben@northwind.example');
    await run();
    world.passTime(7 * dayMinutes * 60);
    expect(await follow('POST', linkIn(mails[0], 'confirm'))).toContain('This link no longer works');
    expect((await list()).json.addresses.map(({ state }: { state: string }) => state)).toEqual([
      'confirmed',
      'expired',
    ]);
  });

  it('is sent another mail when somebody asks, and both links work', async () => {
    const { add, run, put, list, mails, follow, linkIn } = await createMailScene();
    await add(ada);
    await run();
    const [{ id }] = (await list()).json.addresses;
    await put([{ id, sendAgain: true }]);
    await run();
    expect(mails).toHaveLength(2);
    expect(linkIn(mails[1], 'confirm')).not.toBe(linkIn(mails[0], 'confirm'));
    expect(await follow('POST', linkIn(mails[0], 'confirm'))).toContain('Address confirmed');
  });

  it('can be neither confirmed nor removed by a link that we did not send', async () => {
    const { add, run, mails, linkIn, follow, list, world } = await createMailScene();
    await add(ada);
    await run();
    const link = linkIn(mails[0], 'confirm');
    const before = JSON.stringify([...world.table.items.entries()]);
    for (const odd of [
      link.replace(/\w{5}$/u, 'AAAAA'),
      link.replace('/confirm/', '/unsubscribe/'),
      link.replace('/confirm/', '/constructor/'),
      link.replace('acct_brightwater', 'acct_other'),
      link.replace(/[^/]+$/u, 'short'),
    ]) {
      for (const method of ['GET', 'POST'] as const)
        expect(await follow(method, odd)).toContain('This link no longer works');
    }
    expect(JSON.stringify([...world.table.items.entries()])).toBe(before);
    expect((await list()).json.addresses[0].state).toBe('waiting');
  });

  it('is unsubscribed by a press, or by what mail programs send', async () => {
    const { confirm, disconnect, wait, mails, follow, list } = await createMailScene();
    await confirm(ada);
    await disconnect();
    await wait(20);
    expect(await follow('GET', mails[0]?.unsubscribeUrl ?? '')).toContain('<button>Unsubscribe</button>');
    expect((await list()).json.addresses).toHaveLength(1);
    expect(await follow('POST', mails[0]?.unsubscribeUrl ?? '')).toContain('Unsubscribed');
    expect((await list()).json.addresses).toEqual([]);
  });

  it('that never agreed is forgotten after a month', async () => {
    const { add, run, world, list } = await createMailScene();
    await add(ada);
    await run();
    world.passTime(31 * dayMinutes * 60);
    await run();
    expect((await list()).json.addresses).toEqual([]);
  });
});

describe('the list', () => {
  it('keeps what is named, drops the rest, and says what is wrong with what is new', async () => {
    const { put, list } = await createMailScene();
    await put([{ address: ada }, { address: 'ben@northwind.example' }]);
    const [first, second] = (await list()).json.addresses;
    await put([{ id: second.id }]);
    expect((await list()).json.addresses.map(({ masked }: { masked: string }) => masked)).toEqual([
      'b…@northwind.example',
    ]);
    expect(
      await put([{ id: second.id }, { id: first.id }, { address: 'nobody' }, { address: 'BEN@Northwind.example' }]),
    ).toMatchObject({
      status: 422,
      fields: {
        'addresses.1.id': 'There is no such address.',
        'addresses.2.address': 'This is not an e-mail address.',
        'addresses.3.address': 'This address is already in the list.',
      },
    });
    const many = Array.from({ length: 11 }, (_, n) => ({ address: `person-${n}@northwind.example` }));
    expect(await put(many)).toMatchObject({ status: 422 });
  });

  it('is not changed by who has not seen it as it is; that somebody confirms is no change', async () => {
    const { ask, add, list, confirm } = await createMailScene();
    const { etag: empty } = await list();
    await add(ada);
    expect(await ask('PUT', { addresses: [] }, empty)).toMatchObject({ status: 412 });
    const { etag } = await list();
    await confirm('ben@northwind.example');
    expect(etag).not.toBe((await list()).etag);
  });

  it('cannot be used to mail strangers: twenty mails a day are asked for at most', async () => {
    const { put, list, world } = await createMailScene();
    for (let n = 0; n < 20; n++)
      expect(await put([{ address: `a${n}@northwind.example` }])).toMatchObject({ status: 200 });
    expect(await put([{ address: ada }])).toMatchObject({ status: 409, code: 'too_many_confirmations' });
    expect(await put([])).toMatchObject({ status: 200 });
    world.passTime(dayMinutes * 60);
    expect(await put([{ address: ada }])).toMatchObject({ status: 200 });
    expect((await list()).json.addresses).toHaveLength(1);
  });
});
