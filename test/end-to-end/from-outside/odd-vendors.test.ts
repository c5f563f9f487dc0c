import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Candidate, STAGES } from './little-lever.ts';
import type { Order } from './little-turn.ts';
import { post, send } from './plain-http.ts';
import { until } from './started-system.ts';
import { type Customer, startCheck, startWorld, TRIGGER, type World } from './world.ts';

const triggerId = STAGES.find(({ text }) => text === TRIGGER)?.id ?? '';
/** Lever's answers and deliveries carry one, now and then. */
const byteOrderMark = '\u{FEFF}';
const firewall = { status: 403, text: '<html><body>Request blocked.</body></html>' };

/** What Lever and Turn were seen to send, or may send, otherwise than their references say. */
describe('what the vendors really send', () => {
  let world: World;
  let acme: Customer;
  let login: Customer;
  let lapsing: Customer;
  let shut: Customer;
  beforeAll(async () => {
    world = await startWorld([
      // A secret that is not hexadecimal, as Lever's reference prints them, and a stage as somebody typed it: with a space that does not break.
      { accountId: 'acct_acme', secret: '73311ged{printed-by-Lever}', triggerStage: 'Reference\u{A0}Check' },
      { accountId: 'acct_login' },
      { accountId: 'acct_lapsing' },
      { accountId: 'acct_shut' },
    ]);
    [acme, login, lapsing, shut] = world.customers as [Customer, Customer, Customer, Customer];
  });
  afterAll(async () => {
    await world?.stop();
  });

  let people = 0;
  /** A candidate of whom nothing is odd but what is said. */
  const someone = (customer: Customer, how: Partial<Parameters<Customer['add']>[0]> = {}): Candidate => {
    people += 1;
    return customer.add({ name: `Perpetua Oddington${people}`, emails: [`odd${people}@outside.invalid`], ...how });
  };
  const enter = async (customer: Customer, candidate: Candidate): Promise<void> => {
    expect((await customer.deliver(customer.move(candidate, TRIGGER))).status).toBeLessThan(300);
  };
  const noteOf = (customer: Customer, candidate: Candidate): Promise<string> =>
    until('a note', () => customer.notes(candidate)[0]);
  const tagOf = (customer: Customer, candidate: Candidate): Promise<string> =>
    until('a tag', () => customer.statusTags(candidate)[0]);
  const bodyOf = async (customer: Customer, candidate: Candidate): Promise<Order['body']> =>
    (await startCheck(customer, candidate)).body;

  describe('records in odd shapes', () => {
    it('order what can be read of them, and show it', async () => {
      const candidate = someone(acme);
      acme.move(candidate, TRIGGER);
      candidate.odd = {
        stageChanges: [{ toStageId: null, updatedAt: 1 }, { toStageId: triggerId }, 7, ...candidate.stageChanges],
        emails: [{ email: 'not-a-text' }, ...candidate.emails],
        phones: ['(215) 588-5118', 2_155_885_118, null],
        tags: [{ text: 'an object' }, null, 'TurnPackage:P7700000002:Standard'],
        archived: {},
        links: 'none',
      };
      await acme.deliver(acme.sign({ opportunityId: candidate.id, toStageId: triggerId }));
      const order = await until('an order', () => acme.orders(candidate)[0]);
      expect(order.body).toMatchObject({ email: candidate.emails[0], package_id: 'P7700000002' });
      expect(await tagOf(acme, candidate)).toBe('TurnStatus:emailed');
    });

    it('without any time of the entry become a problem that somebody sees', async () => {
      const candidate = someone(acme);
      acme.move(candidate, TRIGGER);
      candidate.odd = { stageChanges: 'a text', lastAdvancedAt: null };
      await acme.deliver(acme.sign({ opportunityId: candidate.id, toStageId: triggerId }));
      // It is tried for an hour first.
      await until('the problem', async () => {
        await world.system.advanceClock(2_000);
        await world.system.quiet();
        return acme.statusTags(candidate)[0];
      });
      expect(acme.statusTags(candidate)).toEqual(['TurnStatus:error']);
      expect(acme.orders(candidate)).toEqual([]);
    });

    it('beside a good one in a list do not hide it', async () => {
      const [bad, good] = [someone(acme), someone(acme)];
      for (const candidate of [bad, good]) acme.move(candidate, TRIGGER);
      bad.odd = { id: null, stage: 7 };
      await world.system.advanceClock(3_700);
      await post(`${world.system.ready.api}/local/sweep`, {});
      await until('an order', () => acme.orders(good)[0]);
    });
  });

  describe('archived and back', () => {
    const archive = (candidate: Candidate): void => {
      candidate.archived = { reason: 'not now', archivedAt: Date.now() };
    };
    const unarchive = (candidate: Candidate): void => {
      candidate.archived = null;
    };

    it('is decided again when Lever tells it', async () => {
      const candidate = someone(acme);
      archive(candidate);
      await enter(acme, candidate);
      await world.system.quiet();
      expect(acme.orders(candidate)).toEqual([]);
      unarchive(candidate);
      await acme.deliver(acme.sign({ opportunityId: candidate.id }, { event: 'candidateArchiveChange' }));
      await until('an order', () => acme.orders(candidate)[0]);
    });

    it('is found though nobody tells it', async () => {
      const candidate = someone(acme);
      archive(candidate);
      await enter(acme, candidate);
      await world.system.quiet();
      unarchive(candidate);
      await until('an order', async () => {
        await world.system.advanceClock(3_700);
        // Or the clock would run away from whoever is at work.
        await world.system.quiet();
        return acme.orders(candidate)[0];
      });
    });
  });

  it('leaving the stage takes a problem back', async () => {
    const candidate = someone(acme, { emails: [] });
    await enter(acme, candidate);
    await noteOf(acme, candidate);
    expect(await tagOf(acme, candidate)).toBe('TurnStatus:error');
    await acme.deliver(acme.move(candidate, 'Offer'));
    await until('nothing of ours', () => acme.statusTags(candidate).length === 0 && acme.notes(candidate).length === 0);
  });

  describe('one person with two opportunities', () => {
    it('has one check, which both show to its end', async () => {
      const [first, second] = [
        someone(acme, { contactId: 'one-contact' }),
        someone(acme, { contactId: 'one-contact' }),
      ];
      second.name = first.name;
      await Promise.all([enter(acme, first), enter(acme, second)]);
      const shown = await Promise.all([noteOf(acme, first), noteOf(acme, second)]);
      const orders = [...acme.orders(first), ...acme.orders(second)];
      expect(orders).toHaveLength(1);
      const [order] = orders as [Order];
      for (const note of shown) expect(note).toContain(order.turnId);
      await world.turn.advance(order, 'approved');
      for (const candidate of [first, second])
        await until('the end', () => acme.statusTags(candidate).join() === 'TurnStatus:clear');
    });

    it('is two persons where neither name nor address agree', async () => {
      const contactId = 'merged-by-mistake';
      const two = [someone(acme, { contactId }), someone(acme, { contactId })];
      await Promise.all(two.map((candidate) => startCheck(acme, candidate)));
      expect(two.map((candidate) => acme.orders(candidate).length)).toEqual([1, 1]);
    });
  });

  describe('contact details', () => {
    it.each([
      ['+65 9123 4567', undefined],
      ['(215) 555-0123 x4', '2155550123'],
    ])('the phone %s goes out as %s', async (phone, sent) => {
      const candidate = someone(acme, { phones: [phone] });
      const body = await bodyOf(acme, candidate);
      expect(String(body['phone_number'] ?? '').replaceAll(/\D/g, '')).toBe(sent ?? '');
      if (sent === undefined) expect(await noteOf(acme, candidate)).toMatch(/phone/i);
    });

    it('a phone that Turn refuses is left out, and an address replaced by the next', async () => {
      world.turn.refuses = ({ phone_number, email }) => {
        if (phone_number !== undefined && phone_number !== null)
          return { status: 422, json: { 'json.phone_number': ['Not a valid phone number.'] } };
        return String(email).startsWith('refused')
          ? { status: 422, json: { 'json.email': ['Not a valid email address.'] } }
          : undefined;
      };
      const emails = ['a@example..com', 'refused@outside.invalid', 'taken@outside.invalid'];
      const candidate = someone(acme, { phones: ['(215) 588-5118'], emails });
      await startCheck(acme, candidate);
      world.turn.refuses = undefined;
      expect(acme.orders(candidate).map(({ body }) => body['email'])).toEqual(['taken@outside.invalid']);
    });

    it('"Oddington, Ada" is Ada Oddington', async () => {
      const body = await bodyOf(acme, someone(acme, { name: 'Oddington, Ada' }));
      expect(body).toMatchObject({ first_name: 'Ada', last_name: 'Oddington' });
    });
  });

  it.each(['TurnPackage\u{FF1A}P7700000002', 'Turn\u{200B}Package:P7700000002', 'turnpackage : p7700000002'])(
    'the tag %j names its package',
    async (tag) => {
      expect(await bodyOf(acme, someone(acme, { tags: [tag] }))).toMatchObject({ package_id: 'P7700000002' });
    },
  );

  describe('answers to a renewal', () => {
    it.each([
      ['a lifetime in words', (tokens: object) => ({ status: 200, json: { ...tokens, expires_in: '3600' } })],
      ['no lifetime at all', (tokens: object) => ({ status: 200, json: { ...tokens, expires_in: 0 } })],
      ['201, behind a mark', (tokens: object) => ({ status: 201, text: byteOrderMark + JSON.stringify(tokens) })],
    ])('with %s are kept', async (_what, answer) => {
      const before = login.tenant.refreshes;
      login.tenant.login = answer;
      await world.system.advanceClock(3_700);
      await startCheck(login, someone(login));
      delete login.tenant.login;
      await world.system.advanceClock(3_700);
      await startCheck(login, someone(login));
      expect(login.tenant.refreshes).toBeGreaterThan(before + 1);
    });

    it('that deny it end the connection, and are not asked for again and again', async () => {
      lapsing.tenant.login = null;
      await world.system.advanceClock(3_700);
      await enter(lapsing, someone(lapsing));
      await until('its being told', () => world.system.stderr().includes('account_disconnected'));
      await world.system.quiet();
    });
  });

  it.each([
    ['another kind', { hook_type: 'something_new', data: { a: 1 } }],
    ['no status', { partner_worker_status: null }],
    ['a reference that is a number', { reference_id: 7 }],
    ['nothing but a check that nobody knows', { worker_id: 'nobody' }],
  ])("Turn's callback with %s is accepted", async (_what, extra) => {
    const candidate = someone(acme);
    const order = await startCheck(acme, candidate);
    order.state = 'processing';
    const told = await post(acme.turnCallbackUrl, { worker_uuid: order.workerId, ...extra });
    expect(told.status).toBeLessThan(300);
    if ('worker_id' in extra) return;
    await until('the news', () => acme.statusTags(candidate).join() === 'TurnStatus:processing');
  });

  it('an invitation that was not sent is told', async () => {
    world.turn.emailStatus = { message: 'The notification email could not be sent', status: 500 };
    const candidate = someone(acme);
    await startCheck(acme, candidate);
    world.turn.emailStatus = undefined;
    expect(await noteOf(acme, candidate)).toMatch(/could not (?:invite|e-?mail)|not (?:invited|e-?mailed)|invit/iu);
  });

  describe('403', () => {
    it('from somebody before Lever tells nothing of a candidate, and passes', async () => {
      const candidate = someone(shut);
      shut.tenant.forbids = firewall;
      await enter(shut, candidate);
      await world.system.quiet();
      expect(shut.statusTags(candidate)).toEqual([]);
      shut.tenant.forbids = undefined;
      await world.system.advanceClock(3_700);
      await until('an order', () => shut.orders(candidate)[0]);
    });

    it("from somebody before Turn is not taken for Turn's own", async () => {
      const candidate = someone(acme);
      world.turn.refuses = () => firewall;
      await enter(acme, candidate);
      await world.system.quiet();
      expect(acme.statusTags(candidate)).toEqual([]);
      world.turn.refuses = undefined;
      await until('an order', async () => {
        await world.system.advanceClock(300);
        await world.system.quiet();
        return acme.orders(candidate)[0];
      });
      expect(acme.orders(candidate)).toHaveLength(1);
    });

    it('every call says who calls', () => {
      expect([...acme.tenant.agents]).toEqual([expect.stringMatching(/^lever-turn-background-checks\/\d/u)]);
    });
  });

  it.each([
    ['a trailing slash', (url: string, text: string) => send('POST', `${url}/`, text)],
    ['a mark before it', (url: string, text: string) => send('POST', url, byteOrderMark + text)],
  ])('%s is accepted at both public addresses', async (_what, deliver) => {
    const candidate = someone(acme);
    const delivery = JSON.stringify(acme.move(candidate, TRIGGER));
    expect((await deliver(acme.leverWebhookUrl, delivery)).status).toBe(200);
    const order = await until('an order', () => acme.orders(candidate)[0]);
    const callback = JSON.stringify({ worker_uuid: order.workerId });
    expect((await deliver(acme.turnCallbackUrl, callback)).status).toBe(200);
  });

  it('Verify without data is accepted', async () => {
    expect((await acme.deliver({ ...acme.sign({}), data: null })).status).toBe(200);
  });
});
