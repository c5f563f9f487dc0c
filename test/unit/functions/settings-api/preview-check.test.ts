import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { createScene } from './settings-api-scene.ts';

const trigger = 'Reference check';
const ottilie = { name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] };

const previewScene = async (candidate: object = {}, settings: Partial<Account> = {}) => {
  const scene = await createScene();
  const { world } = scene;
  await world.accounts.update(world.accountId, (account) => ({ ...account, ...settings }));
  const { id } = world.recruiter.addOpportunity({ ...ottilie, ...candidate });
  // The access token is renewed, and Lever's stages are known, before anything is compared.
  await world.sweep();
  return { ...scene, id, preview: () => scene.read('POST /api/preview', { body: { candidate: id } }) };
};

describe('trying it without money', () => {
  it('tells what would be ordered, what of the candidate would be sent, and what Lever would show', async () => {
    const { preview, id } = await previewScene({ phones: [{ type: 'mobile', value: '312-555-0171' }] });
    expect(await preview()).toEqual({
      opportunityId: id,
      outcome: 'start',
      why: null,
      stage: 'Reference Check',
      startsInSeconds: 0,
      package: { from: 'turn', packageId: null, malformedTags: [] },
      sent: {
        name: { firstName: 'Ottilie', lastName: 'Wren' },
        maskedEmail: 'o…@mail.example',
        phone: 'sent',
      },
      lever: {
        tag: 'TurnStatus:initiated',
        notes: [
          expect.stringMatching(
            /^A Turn background check was started.*\nTurn ID: C…\nPackage: your Turn account's default/u,
          ),
        ],
      },
    });
  });

  it('says what really comes of it: the same note, package and name', async () => {
    const { preview, world, id } = await previewScene({ tags: ['TurnPackage:P0000000002:Driver', 'TurnPackge:P1'] });
    const told = await preview();
    world.recruiter.moveToStage(id, trigger);
    await world.wait(60);
    const [check] = world.turn.checks;
    const [note] = world.recruiter.notes(id);
    expect(told.lever.notes).toEqual([note?.replace(check?.turnId ?? '-', 'C…')]);
    expect(told.package).toEqual({ from: 'tag', packageId: 'P0000000002', malformedTags: ['TurnPackge:P1'] });
    expect(check).toMatchObject({ packageId: 'P0000000002' });
  });

  it.each<[string, object, Partial<Account>, object]>([
    ['no_email', { emails: [] }, {}, { outcome: 'problem', package: { from: 'turn' } }],
    ['no_full_name', { name: 'Cher' }, {}, { outcome: 'problem', sent: { name: null } }],
    ['several_packages', { tags: ['TurnPackage:P1', 'TurnPackage:P2'] }, {}, { package: { from: 'several' } }],
    ['ordering_paused', {}, { pausedByTurnSince: 1 }, { outcome: 'wait', lever: { tag: null, notes: [] } }],
    ['cap_reached', {}, { hourlyCap: 0 }, { outcome: 'wait', lever: { tag: 'TurnStatus:waiting' } }],
  ])('tells what would stop it: %s', async (why, candidate, settings, expected) => {
    const { preview } = await previewScene(candidate, settings);
    expect(await preview()).toMatchObject({ why, ...expected });
  });

  it('tells of the waiting time, the default package and a number that Turn cannot reach', async () => {
    const { preview } = await previewScene(
      { phones: [{ type: 'mobile', value: '+49 312 555 0199' }] },
      { graceSeconds: 600, defaultPackageId: 'P0000000002' },
    );
    expect(await preview()).toMatchObject({
      outcome: 'start',
      startsInSeconds: 600,
      package: { from: 'default', packageId: 'P0000000002' },
      sent: { phone: 'foreign' },
    });
  });

  it('tells of a missing Turn token, and of a candidate who is archived or hidden', async () => {
    const { preview, world, id } = await previewScene();
    await world.credentials.update(world.accountId, (held) => ({ ...held, turnToken: null }));
    expect(await preview()).toMatchObject({ outcome: 'problem', why: 'turn_token_rejected' });
    world.recruiter.archive(id);
    expect(await preview()).toMatchObject({ outcome: 'nothing', why: 'archived', lever: { tag: null, notes: [] } });
    world.recruiter.setConfidentiality(id, 'confidential');
    expect(await preview()).toMatchObject({ outcome: 'problem', why: 'confidential', package: null, sent: null });
  });

  it('tells of a check that runs, and of the rule that forbids another', async () => {
    const { preview, world, id } = await previewScene();
    world.recruiter.moveToStage(id, trigger);
    await world.wait(60);
    expect(await preview()).toMatchObject({ outcome: 'nothing', why: 'check_is_running' });
    world.turn.advance(world.turn.checks[0]?.workerId ?? '', 'approved');
    await world.wait(60);
    const denied = await preview();
    expect(denied).toMatchObject({ outcome: 'nothing', why: 'rerun_denied' });
    expect(denied.lever.notes.join()).toContain('No new Turn background check was started');
  });

  it('tells of the check that another application of the same person has', async () => {
    const { preview, world, id } = await previewScene();
    const { contactId } = world.recruiter.organization.opportunities.get(id) ?? {};
    const other = world.recruiter.addOpportunity({ ...ottilie, ...(contactId === undefined ? {} : { contactId }) });
    world.recruiter.moveToStage(other.id, trigger);
    await world.wait(60);
    const told = await preview();
    expect(told).toMatchObject({ outcome: 'follow', why: 'person_has_check', lever: { tag: 'TurnStatus:emailed' } });
    expect(told.lever.notes[0]).toContain(`Turn ID: ${world.turn.checks[0]?.turnId}`);
  });

  it('orders nothing, asks Turn nothing, and writes nothing but the place of its call in Lever’s budget', async () => {
    const { preview, world, id } = await previewScene();
    world.recruiter.moveToStage(id, 'Offer');
    world.lever.outbox.takeDue();
    const stored = () =>
      JSON.stringify(
        [...world.table.items.values()]
          .filter(({ sk }) => !['RATE', 'REQUESTS'].includes(sk))
          .map(({ sk, content }) => [sk, content]),
      );
    const [before, asked, said] = [stored(), world.turn.requests.length, world.recruiter.notes(id)];
    await preview();
    await preview();
    expect(stored()).toBe(before);
    expect(world.turn.requests).toHaveLength(asked);
    expect(world.recruiter.notes(id)).toEqual(said);
    expect(world.queues).toEqual({ decision: [], sync: [], maintenance: [] });
    expect(JSON.stringify(world.log)).not.toMatch(/Ottilie|mail\.example/u);
  });

  it('refuses what is no link, and whom Lever does not know', async () => {
    const { ask } = await previewScene();
    const body = (candidate: string) => ({ body: { candidate } });
    expect(await ask('POST /api/preview', body('Ada Lovelace'))).toMatchObject({
      status: 422,
      fields: { candidate: expect.any(String) },
    });
    expect(await ask('POST /api/preview', body('https://hire.lever.co/candidates/nobody'))).toMatchObject({
      status: 404,
    });
  });
});
