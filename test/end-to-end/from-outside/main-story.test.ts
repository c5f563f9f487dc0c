import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './started-system.ts';
import { type Customer, startCheck, startWorld, TRIGGER, type World } from './world.ts';

const DEFAULT_PACKAGE = 'P7700000001';
const OTHER_PACKAGE = 'P7700000002';

describe('a candidate moved into the trigger stage', () => {
  let world: World;
  let acme: Customer;
  let globex: Customer;
  beforeAll(async () => {
    world = await startWorld([
      { accountId: 'acct_acme', defaultPackageId: DEFAULT_PACKAGE },
      { accountId: 'acct_globex' },
    ]);
    [acme, globex] = world.customers as [Customer, Customer];
  });
  afterAll(async () => {
    await world?.stop();
  });

  it('gets one check with the package of its tag, and Lever shows it from emailed to clear', async () => {
    const candidate = acme.add({
      name: 'Hyacinthia Van Bramblewood',
      emails: ['hyacinthia.bramblewood@outside.invalid'],
      phones: ['(415) 555-0136'],
      tags: ['Full-time', ` turnpackage: ${OTHER_PACKAGE} :Driver: seven years `],
    });
    const order = await startCheck(acme, candidate);
    const { checkId } = (await world.system.quiet()).checks.find(
      ({ opportunityId }) => opportunityId === candidate.id,
    ) as { checkId: string };
    expect(order.body).toMatchObject({
      first_name: 'Hyacinthia',
      last_name: 'Van Bramblewood',
      email: 'hyacinthia.bramblewood@outside.invalid',
      phone_number: '4155550136',
      package_id: OTHER_PACKAGE,
      email_candidate: true,
      do_checks: true,
      reference_id: checkId,
    });
    expect(String(order.body['callback_url'])).toMatch(new RegExp(`^${world.system.ready.api}/turn/acct_acme/`));
    await until('the note', () => acme.notes(candidate)[0]);
    expect(acme.notes(candidate)).toEqual([expect.stringContaining(order.turnId)]);
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:emailed']);

    const later = [
      ['consent', 'TurnStatus:consent'],
      ['processing', 'TurnStatus:processing'],
      ['review__qa', 'TurnStatus:compliance_review'],
      ['approved', 'TurnStatus:clear'],
    ] as const;
    for (const [state, tag] of later) {
      expect(await world.turn.advance(order, state)).not.toContain(500);
      await until(tag, () => acme.statusTags(candidate).join() === tag);
      await world.system.quiet();
    }
    const report = `https://partners.turn.ai/workers/${order.workerId}`;
    await until('the report', () => acme.notes(candidate).length > 1);
    await world.system.quiet();
    expect(acme.notes(candidate).filter((note) => note.includes(report))).toHaveLength(1);
    expect(acme.notes(candidate)).toHaveLength(2);
    expect(candidate.tags).toEqual([
      'Full-time',
      ` turnpackage: ${OTHER_PACKAGE} :Driver: seven years `,
      'TurnStatus:clear',
    ]);
    expect(acme.orders(candidate)).toHaveLength(1);

    const calls = acme.tenant.calls.filter(({ path }) => path.includes(candidate.id));
    expect(calls.length, JSON.stringify(calls)).toBeLessThanOrEqual(2 * later.length + 4);
  });

  it('gets the default package without a tag, and none where the account leaves the choice to Turn', async () => {
    const ours = acme.add({ name: 'Leopoldine Garrowby', emails: ['leopoldine@outside.invalid'] });
    const theirs = globex.add({ name: 'Theodwin Marchbanks', emails: ['theodwin@outside.invalid'] });
    const [withDefault, without] = await Promise.all([startCheck(acme, ours), startCheck(globex, theirs)]);
    expect(withDefault.body['package_id']).toBe(DEFAULT_PACKAGE);
    expect(without.body['package_id'] ?? null).toBeNull();
    expect(without.body['phone_number'] ?? null).toBeNull();
    await world.system.quiet();
    expect(acme.tenant.calls.some(({ path }) => path.includes(theirs.id))).toBe(false);
    expect(globex.tenant.calls.some(({ path }) => path.includes(ours.id))).toBe(false);
  });

  it('gets the default and a word in the note when Turn does not know the package', async () => {
    const candidate = acme.add({
      name: 'Ambrosius Fennimore',
      emails: ['ambrosius@outside.invalid'],
      tags: ['TurnPackage:P9999999999:Gone'],
    });
    const order = await startCheck(acme, candidate);
    expect(order.body['package_id']).toBe(DEFAULT_PACKAGE);
    await until('the note', () => acme.notes(candidate).some((note) => note.includes('P9999999999')));
  });

  it('without an e-mail shows one problem, and gets a check once it is mended and moved again', async () => {
    const candidate = acme.add({ name: 'Cordelius Winterbourne', phones: ['4155550177'] });
    await acme.deliver(acme.move(candidate, TRIGGER));
    await until('the problem', () => acme.notes(candidate)[0]);
    await world.system.quiet();
    expect(acme.statusTags(candidate)).toEqual(['TurnStatus:error']);
    expect(acme.notes(candidate)).toHaveLength(1);
    expect(acme.notes(candidate)[0]).toMatch(/e-?mail/i);

    candidate.emails = ['cordelius@outside.invalid'];
    await acme.deliver(acme.move(candidate, 'Phone screen'));
    const order = await startCheck(acme, candidate);
    await until('the tag of the check', () => acme.statusTags(candidate).join() === 'TurnStatus:emailed');
    await world.system.quiet();
    expect(acme.notes(candidate)).toEqual([expect.stringContaining(order.turnId)]);
  });

  it('in another stage, archived, or only said to be there gets nothing at all', async () => {
    const elsewhere = acme.add({ name: 'Rosamunde Quillfeather', emails: ['rosamunde@outside.invalid'] });
    const archived = acme.add({ name: 'Evander Thornquist', emails: ['evander@outside.invalid'] });
    const lied = acme.add({ name: 'Philippa Underbough', emails: ['philippa@outside.invalid'] });
    archived.archived = { reason: 'a reason', archivedAt: Date.now() };
    const { data } = acme.move(archived, TRIGGER);
    const answers = [
      await acme.deliver(acme.move(elsewhere, 'Phone screen')),
      await acme.deliver(acme.move(elsewhere, 'Offer')),
      await acme.deliver(acme.sign(data)),
      await acme.deliver(acme.sign({ ...data, opportunityId: lied.id })),
    ];
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    await world.system.quiet();
    for (const candidate of [elsewhere, archived, lied]) {
      expect(acme.orders(candidate)).toEqual([]);
      expect(candidate.tags).toEqual([]);
      expect(acme.notes(candidate)).toEqual([]);
    }
    expect(acme.tenant.calls.filter(({ path }) => path.includes(elsewhere.id))).toEqual([]);
  });

  it('leaves no dead letter, and no person or secret in what was printed', async () => {
    const { queues } = await world.system.quiet();
    expect(Object.values(queues).map(({ dead }) => dead)).toEqual(Object.values(queues).map(() => 0));
    expect(world.system.stdout().trim().split('\n')).toHaveLength(1);
    expect(world.leaks()).toEqual([]);
  });
});
