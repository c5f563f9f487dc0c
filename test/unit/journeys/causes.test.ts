import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { createWorld } from '../../fakes/world.ts';

type World = Awaited<ReturnType<typeof createWorld>>;
type Cause = {
  settings?: Partial<Account>;
  candidate?: { name?: string; emails?: string[]; tags?: string[]; confidentiality?: 'confidential' };
  /** What is wrong before the candidate is moved into the stage. */
  before?: (world: World, id: string) => unknown;
  /** What happens after it; a day is waited for where nothing shows at once. */
  after?: (world: World, id: string) => unknown;
  tags: string[];
  notes: RegExp[];
  /** What people do about it; then a day and some hours pass. */
  mend: (world: World, id: string) => unknown;
  mended: { tags: string[]; notes: RegExp[]; orders?: number };
};

const day = 86_400;
const stage = 'Reference check';
const turnId = /^A Turn background check was started.*Turn ID: C\d{10}.*Package: /su;
const plain = { tags: ['TurnStatus:emailed'], notes: [turnId] };
const isNotStarted = (why: string) => new RegExp(`^The Turn background check was not started.*${why}`, 'su');
const problem = (why: string) => ({ tags: ['TurnStatus:error'], notes: [isNotStarted(why)] });
const refuse = (path: string, failure: number, body?: unknown) => (world: World) =>
  world.turn.failNext({ path, times: 1_000, failure, ...(body === undefined ? {} : { body }) });
const reEnter = async (world: World, id: string): Promise<void> => {
  world.recruiter.moveToStage(id, 'Offer');
  await world.settle();
  world.recruiter.moveToStage(id, stage);
  await world.settle();
};

const causes: Record<string, Cause> = {
  no_email: {
    candidate: { emails: ['not an address'] },
    ...problem('no valid e-mail address'),
    mend: (world, id) => world.recruiter.setEmails(id, ['tamsin.larkspur@people.example']),
    mended: plain,
  },
  no_full_name: {
    candidate: { name: 'Tamsin' },
    ...problem('no first and last name'),
    mend: ({ recruiter: { organization } }, id) => {
      const contactId = organization.opportunities.get(id)?.contactId ?? '';
      Object.assign(organization.contacts.get(contactId) ?? {}, { name: 'Tamsin Larkspur' });
    },
    mended: plain,
  },
  several_packages: {
    candidate: { tags: ['TurnPackage:P0000000001', 'TurnPackage:P0000000002'] },
    ...problem('different packages'),
    mend: (world, id) => world.recruiter.removeTag(id, 'TurnPackage:P0000000001'),
    mended: plain,
  },
  contact_not_allowed: {
    before: (world, id) => world.recruiter.setContactAllowed(id, false),
    ...problem('may not be contacted'),
    mend: (world, id) => world.recruiter.setContactAllowed(id, true),
    mended: plain,
  },
  confidential: {
    candidate: { confidentiality: 'confidential' },
    // Lever refuses the note and the tag as it refuses the rest; the activity log says it.
    tags: [],
    notes: [],
    mend: ({ recruiter: { organization } }, id) =>
      Object.assign(organization.opportunities.get(id) ?? {}, { confidentiality: 'non-confidential' }),
    mended: plain,
  },
  cap_reached: {
    settings: { hourlyCap: 1 },
    before: async (world) => {
      const { id } = world.recruiter.addOpportunity({ name: 'Perrin Oakes', emails: ['perrin.oakes@people.example'] });
      world.recruiter.moveToStage(id, stage);
      await world.settle();
    },
    ...problem('limit of checks in one hour is reached'),
    mend: (world) => world.wait(3_600),
    mended: { ...plain, orders: 2 },
  },
  turn_rejected: {
    before: refuse('search_async', 422, { 'json.phone_number': ['Not a valid number: (312) 555-0180.'] }),
    ...problem('objected to the phone number'),
    mend: (world) => world.turn.clearFaults(),
    mended: plain,
  },
  turn_account: {
    before: refuse('search_async', 400, { code: 'invalid_header', description: 'Unable to parse the token' }),
    ...problem('access token'),
    mend: (world) => world.turn.clearFaults(),
    mended: plain,
  },
  order_uncertain: {
    before: refuse('person', 503),
    after: (world) => world.wait(1.5 * day),
    tags: ['TurnStatus:error'],
    notes: [/^Turn has not confirmed for a day/u],
    mend: (world) => world.turn.clearFaults(),
    mended: plain,
  },
  tags_locked: {
    before: (world) => world.lever.failNext({ path: 'addTags', times: 1_000, failure: 403 }),
    tags: [],
    notes: [turnId, /^Lever did not accept the TurnStatus tag/u],
    mend: (world) => world.lever.clearFaults(),
    mended: plain,
  },
  mistyped_tag: {
    candidate: { tags: ['TurnPackge:P0000000002:Driver'] },
    tags: ['TurnStatus:emailed'],
    notes: [/the tag that begins "TurnPackge:P0000000002" is not a valid.*default package was ordered instead\.$/su],
    mend: async (world, id) => {
      world.recruiter.removeTag(id, 'TurnPackge:P0000000002:Driver');
      world.recruiter.addTag(id, 'TurnPackage:P0000000002:Driver');
      world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'withdrawn');
      await world.settle();
      await reEnter(world, id);
    },
    mended: { tags: ['TurnStatus:emailed'], notes: [/not a valid TurnPackage tag/u, turnId], orders: 2 },
  },
  unknown_package: {
    settings: { defaultPackageId: 'P0000000002' },
    candidate: { tags: ['TurnPackage:P9999999999'] },
    tags: ['TurnStatus:emailed'],
    notes: [/Turn does not know package P9999999999; the default package P0000000002 was ordered instead\.$/u],
    mend: async (world, id) => {
      world.recruiter.removeTag(id, 'TurnPackage:P9999999999');
      world.recruiter.addTag(id, 'TurnPackage:P0000000001');
      world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
      await world.settle();
      await reEnter(world, id);
    },
    mended: {
      tags: ['TurnStatus:emailed'],
      notes: [/Turn does not know package/u, /report is available/u, turnId],
      orders: 2,
    },
  },
  unknown_default: {
    settings: { defaultPackageId: 'P8888888888' },
    tags: ['TurnStatus:emailed'],
    notes: [/Turn does not know package P8888888888; your Turn account's default package was ordered instead\.$/u],
    mend: async (world, id) => {
      await world.accounts.update(world.accountId, (account) => ({ ...account, defaultPackageId: 'P0000000002' }));
      world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'withdrawn');
      await world.settle();
      await reEnter(world, id);
    },
    mended: { tags: ['TurnStatus:emailed'], notes: [/does not know package P8888888888/u, turnId], orders: 2 },
  },
  not_rerun: {
    after: async (world, id) => {
      world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
      await world.settle();
      await reEnter(world, id);
    },
    tags: ['TurnStatus:clear'],
    notes: [turnId, /report is available/u, /^No new Turn background check was started/u],
    mend: async (world, id) => {
      await world.accounts.update(world.accountId, (account) => ({ ...account, rerun: { kind: 'always' } }));
      await reEnter(world, id);
    },
    mended: {
      tags: ['TurnStatus:emailed'],
      notes: [turnId, /report is available/u, /^No new Turn background check was started/u, turnId],
      orders: 2,
    },
  },
  trigger_stage_missing: {
    before: async (world) => {
      await world.wait(120);
      const { stages } = world.recruiter.organization;
      stages.splice(
        stages.findIndex(({ text }) => text === stage),
        1,
      );
      await world.wait(3_700);
      const { activities } = await world.activities.list(world.accountId, { limit: 50, after: null });
      expect(activities).toContainEqual(
        expect.objectContaining({ kind: 'trigger_stage_missing', detail: 'Reference Check' }),
      );
      stages.push({ id: 'made-anew', text: stage });
    },
    ...plain,
    mend: () => {},
    mended: plain,
  },
};

const statusTags = (world: World, id: string) =>
  world.recruiter.tags(id).filter((tag) => tag.startsWith('TurnStatus:'));
const expectNotes = (world: World, id: string, expected: readonly RegExp[]): void => {
  const notes = world.recruiter.notes(id);
  expect(notes).toHaveLength(expected.length);
  for (const [index, note] of notes.entries()) expect(note).toMatch(expected[index] ?? /^$/u);
};

describe('every cause', () => {
  it.each(Object.entries(causes))(
    '%s is shown once, outlasts ten redeliveries, and clears when mended',
    async (code, cause) => {
      const world = await createWorld(cause.settings === undefined ? {} : { settings: cause.settings });
      const { name = 'Tamsin Larkspur', emails = ['tamsin.larkspur@people.example'], ...rest } = cause.candidate ?? {};
      const { id } = world.recruiter.addOpportunity({ name, emails, ...rest });
      await cause.before?.(world, id);
      world.recruiter.moveToStage(id, stage);
      await world.settle();
      await cause.after?.(world, id);

      const everWritten = () => world.recruiter.organization.notes.filter((note) => note.opportunityId === id).length;
      const written = everWritten();
      const orders = world.turn.checks.length;
      for (let times = 0; times <= 10; times++) {
        expect(statusTags(world, id)).toEqual(cause.tags);
        expectNotes(world, id, cause.notes);
        expect(everWritten()).toBe(written);
        expect(world.turn.checks).toHaveLength(orders);
        world.queues.stageChanges.push({ accountId: world.accountId, opportunityId: id });
        world.queues.checkUpdates.push({ accountId: world.accountId, opportunityId: id });
        await world.settle();
        world.passTime(30);
      }
      if (cause.tags[0] === 'TurnStatus:error' || code === 'confidential') {
        const { activities } = await world.activities.list(world.accountId, { limit: 50, after: null });
        const told = activities.filter(({ kind, opportunityId }) => kind === 'problem' && opportunityId === id);
        expect(told.map(({ detail }) => detail)).toEqual([code]);
      }

      await cause.mend(world, id);
      await world.wait(1.2 * day, 600);
      expect(statusTags(world, id)).toEqual(cause.mended.tags);
      expectNotes(world, id, cause.mended.notes);
      expect(world.turn.checks).toHaveLength(cause.mended.orders ?? 1);
    },
  );

  it('leaves nothing in the table or the log that a person could be known by', async () => {
    const world = await createWorld({ settings: { hourlyCap: 1 } });
    const { id } = world.recruiter.addOpportunity({
      name: 'Tamsin Larkspur',
      emails: ['tamsin.larkspur@people.example'],
      tags: ['TurnPackge for Tamsin Larkspur', 'TurnPackage: tamsin.larkspur@people.example'],
    });
    refuse('search_async', 422, { 'json.email': ['tamsin.larkspur@people.example is not valid.'] })(world);
    world.recruiter.moveToStage(id, stage);
    await world.wait(day, 3_600);
    expect(statusTags(world, id)).toEqual(['TurnStatus:error']);
    expect(JSON.stringify([[...world.table.items.values()], world.log, world.queues])).not.toMatch(/tamsin|larkspur/iu);
    world.turn.clearFaults();
    await world.wait(1.2 * day, 3_600);
    expect(statusTags(world, id)).toEqual(['TurnStatus:emailed']);
    expect(JSON.stringify([[...world.table.items.values()], world.log, world.queues])).not.toMatch(/tamsin|larkspur/iu);
  });
});
