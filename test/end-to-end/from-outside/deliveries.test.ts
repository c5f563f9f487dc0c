import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from './plain-http.ts';
import { until } from './started-system.ts';
import { type Customer, signatureOf, startCheck, startWorld, TRIGGER, type World } from './world.ts';

describe('deliveries of webhooks', () => {
  let world: World;
  let acme: Customer;
  let unsecured: Customer;
  beforeAll(async () => {
    world = await startWorld([{ accountId: 'acct_acme' }, { accountId: 'acct_unsecured', withoutSecret: true }]);
    [acme, unsecured] = world.customers as [Customer, Customer];
  });
  afterAll(async () => {
    await world?.stop();
  });
  const refused = (status: number): boolean => status === 400 || status === 401;

  it('repeated, replayed with other data, and 50 at once make one check', async () => {
    const candidate = acme.add({ name: 'Wolfgang Amberley-Stoke', emails: ['wolfgang@outside.invalid'] });
    const bystander = acme.add({ name: 'Henrietta Longacre', emails: ['henrietta@outside.invalid'] });
    const delivery = acme.move(candidate, TRIGGER);
    const others = Array.from({ length: 49 }, () => acme.sign(delivery.data));
    const answers = await Promise.all([delivery, ...others].map((each) => acme.deliver(each)));
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    await until('an order', () => acme.orders(candidate)[0]);
    expect((await acme.deliver(delivery)).status).toBeLessThan(300);
    const replay = { ...delivery, data: { ...delivery.data, opportunityId: bystander.id } };
    expect((await acme.deliver(replay)).status).toBeLessThan(300);
    await world.system.quiet();
    await until('the note', () => acme.notes(candidate)[0]);
    await world.system.quiet();
    expect(acme.orders(candidate)).toHaveLength(1);
    expect(acme.notes(candidate)).toHaveLength(1);
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:emailed']);
    expect(acme.orders(bystander)).toEqual([]);
  });

  it('13 days old are accepted', async () => {
    const candidate = acme.add({ name: 'Seraphine Blackmoor', emails: ['seraphine@outside.invalid'] });
    const { data } = acme.move(candidate, TRIGGER);
    const answered = await acme.deliver(acme.sign(data, { triggeredAt: Date.now() - 13 * 86_400_000 }));
    expect(answered.status).toBeLessThan(300);
    await until('an order', () => acme.orders(candidate)[0]);
  });

  it('with any one bit of the signature flipped are refused', async () => {
    const candidate = acme.add({ name: 'Alabaster Crickmore', emails: ['alabaster@outside.invalid'], unlisted: true });
    const delivery = acme.move(candidate, TRIGGER);
    const bytes = Buffer.from(delivery.signature, 'hex');
    const accepted: number[] = [];
    for (let bit = 0; bit < 256; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const { status } = await acme.deliver({ ...delivery, signature: flipped.toString('hex') });
      if (!refused(status)) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
    await world.system.quiet();
    expect(acme.orders(candidate)).toEqual([]);
  });

  it('with digits moved between token and time are refused, up to 12 either way', async () => {
    const candidate = acme.add({ name: 'Evangeline Dunsmuir', emails: ['evangeline@outside.invalid'], unlisted: true });
    const { data } = acme.move(candidate, TRIGGER);
    const token = `${randomBytes(18).toString('hex')}123456789123`;
    const time = '1795111111111';
    const signature = signatureOf(acme.secret, token, time);
    const text = (movedToken: string, movedTime: string): string =>
      `{"triggeredAt":${movedTime},"event":"candidateStageChange","data":${JSON.stringify(data)},"signature":"${signature}","token":"${movedToken}"}`;
    const accepted: string[] = [];
    const attempt = async (movedToken: string, movedTime: string): Promise<void> => {
      expect(movedToken + movedTime.replaceAll('"', '')).toBe(token + time);
      const { status } = await send('POST', acme.leverWebhookUrl, text(movedToken, movedTime));
      if (!refused(status)) accepted.push(movedTime);
    };
    for (let moved = 1; moved <= 12; moved += 1) {
      await attempt(token + time.slice(0, moved), time.slice(moved));
      await attempt(token.slice(0, -moved), token.slice(-moved) + time);
      await attempt(token + time.slice(0, moved), `"${time.slice(moved)}"`);
      await attempt(token.slice(0, -moved), `"${token.slice(-moved)}${time}"`);
    }
    await attempt(token, `"${time}"`);
    expect(accepted).toEqual([]);
    await world.system.quiet();
    expect(acme.orders(candidate)).toEqual([]);
    expect((await send('POST', acme.leverWebhookUrl, text(token, time))).status).toBeLessThan(300);
    await until('an order for the digits where they belong', () => acme.orders(candidate)[0]);
  });

  it('that only verify the connection are answered 2xx, and start nothing', async () => {
    const before = world.turn.orders.length;
    expect((await acme.deliver(acme.sign({}, { event: 'candidateHired' }))).status).toBeLessThan(300);
    const wrong = { ...acme.sign({}), signature: 'a'.repeat(64) };
    expect(refused((await acme.deliver(wrong)).status)).toBe(true);
    await world.system.quiet();
    expect(world.turn.orders).toHaveLength(before);
  });

  it('before a secret is saved may be empty, signed or not, and nothing else', async () => {
    const candidate = unsecured.add({
      name: 'Bartholomea Inkpen',
      emails: ['bartholomea@outside.invalid'],
      unlisted: true,
    });
    const { signature: _, ...unsigned } = unsecured.sign({});
    expect((await unsecured.deliver(unsigned)).status).toBeLessThan(300);
    expect((await unsecured.deliver(unsecured.sign({}))).status).toBeLessThan(300);
    const delivery = unsecured.move(candidate, TRIGGER);
    const { signature: __, ...unsignedMove } = delivery;
    expect(refused((await unsecured.deliver(delivery)).status)).toBe(true);
    expect(refused((await unsecured.deliver(unsignedMove)).status)).toBe(true);
    await world.system.quiet();
    expect(unsecured.orders(candidate)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"triggeredAt":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an empty object', '{}'],
  ])('that are %s are refused with 400 and a code', async (_what, text) => {
    const answered = await send('POST', acme.leverWebhookUrl, text);
    expect(answered.status).toBe(400);
    expect(answered.json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  it('of the wrong shape are refused with 400, though their signature is right', async () => {
    const good = acme.sign({ opportunityId: 'x' });
    const { token, triggeredAt } = good;
    const wrong = [
      { ...good, token: token.slice(0, 15), signature: signatureOf(acme.secret, token.slice(0, 15), triggeredAt) },
      { ...good, token: Number.parseInt(token, 16) },
      { ...good, triggeredAt: String(triggeredAt) },
      { ...good, triggeredAt: triggeredAt + 0.5, signature: signatureOf(acme.secret, token, triggeredAt + 0.5) },
      { ...good, signature: good.signature.slice(1) },
      { ...good, signature: null },
      { ...good, data: [] },
      { ...good, event: 7 },
    ];
    for (const body of wrong) expect((await acme.deliver(body)).status, JSON.stringify(Object.keys(body))).toBe(400);
  });

  it('of more than 64 KiB are refused with 413, of an unknown account and wrongly signed alike with 401', async () => {
    const signed = acme.sign({});
    const large = await acme.deliver({ ...signed, padding: 'x'.repeat(65 * 1024) });
    const unknown = await send(
      'POST',
      acme.leverWebhookUrl.replace('acct_acme', 'acct_nobody'),
      JSON.stringify(signed),
    );
    const wrong = await acme.deliver({ ...signed, data: { opportunityId: 'x' }, signature: '0'.repeat(64) });
    expect([large.status, unknown.status, wrong.status]).toEqual([413, 401, 401]);
    for (const { json } of [large, unknown, wrong])
      expect(json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  it("of Turn's: a wrong key is 404, what is no JSON object 400, an unknown shape or check 2xx", async () => {
    const unknownCheck = {
      original_state: 'emailed',
      state: 'approved',
      worker_id: 'ffffffff-0000-4000-8000-ffffffffffff',
    };
    const end = acme.turnCallbackUrl.at(-1) === 'A' ? 'B' : 'A';
    const statuses = [
      await send('POST', `${acme.turnCallbackUrl.slice(0, -1)}${end}`, JSON.stringify(unknownCheck)),
      await send('POST', acme.turnCallbackUrl.replace('acct_acme', 'acct_unsecured'), JSON.stringify(unknownCheck)),
      await send('POST', acme.turnCallbackUrl, '["hello","there"]'),
      await send('POST', acme.turnCallbackUrl, 'not json'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 400, 400]);
    for (const body of ['{"hello":"there"}', JSON.stringify(unknownCheck)])
      expect((await send('POST', acme.turnCallbackUrl, body)).status).toBeLessThan(300);
  });

  it("of Turn's may come twice, late and out of order: Lever shows what Turn says", async () => {
    const candidate = acme.add({ name: 'Mirabelle Stonehouse', emails: ['mirabelle@outside.invalid'] });
    const order = await startCheck(acme, candidate);
    await Promise.all(['consent', 'processing', 'pending'].map((state) => world.turn.advance(order, state)));
    await world.turn.advance(order, 'pending');
    await until('the tag', () => acme.statusTags(candidate).join() === 'TurnStatus:consider');
    order.state = 'pending';
    await send(
      'POST',
      acme.turnCallbackUrl,
      JSON.stringify({ original_state: 'x', state: 'emailed', worker_id: order.workerId }),
    );
    await world.system.quiet();
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:consider']);
    await until('two notes', () => acme.notes(candidate).length === 2);
  });

  it('leave no dead letter, and no person or secret in what was printed', async () => {
    const { queues } = await world.system.quiet();
    expect(Object.values(queues).map(({ dead }) => dead)).toEqual(Object.values(queues).map(() => 0));
    expect(world.leaks()).toEqual([]);
  });
});
