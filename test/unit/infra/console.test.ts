import { get } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createConsole } from '#infra/local/console/console.ts';
import { startConsole } from '#infra/local/console/console-server.ts';
import { createLeverModel } from '#infra/local/sandbox/lever-model.ts';
import { createSampleOrganization, SAMPLE_TRIGGER_STAGE_ID } from '#infra/local/sandbox/sample-organization.ts';
import { createSamplePartner } from '#infra/local/sandbox/sample-partner.ts';
import { createTurnModel } from '#infra/local/sandbox/turn-model.ts';
import { newAccount, withConnectionState } from '#shared/domain/account.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const HOOK = { url: 'http://127.0.0.1:9/hook', event: 'candidateStageChange' };

const sandboxes = () => {
  let nowMs = 1_700_000_000_000;
  const random = seededRandom(7);
  const now = (): number => nowMs;
  const lever = createLeverModel({ now, random });
  const turn = createTurnModel({ now, random });
  const sample = createSampleOrganization(lever, { random });
  const partner = createSamplePartner(turn);
  partner.webhookUrl = 'http://127.0.0.1:9/turn';
  sample.recruiter.setWebhook(HOOK);
  const needs = {
    lever: lever,
    turn,
    now,
    offsetMs: () => 0,
    settingsUrl: null,
    mailbox: [],
    state: async () => ({ idle: true, queues: {}, parked: 0, checks: [] }),
    connectedAccounts: async () => [withConnectionState(newAccount('acct_sample', 'Sample'), 'connected', nowMs)],
    advanceClock: async (seconds: number) => {
      nowMs += seconds * 1000;
    },
  };
  const order = (name: string): string => {
    const [first_name, last_name] = name.split(' ');
    turn.handle({
      method: 'POST',
      path: '/person/search_async',
      query: new URLSearchParams(),
      authorization: `Bearer ${partner.token}`,
      body: { first_name, last_name, email: 'a@b.example', callback_url: 'http://127.0.0.1:9/turn' },
    });
    return turn.checks.at(-1)?.workerId ?? '';
  };
  return { lever, turn, sample, needs, order };
};

const opened = () => {
  const world = sandboxes();
  const console = createConsole(world.needs);
  cleanups.push(console.stop);
  const organizationId = world.sample.recruiter.organization.id;
  const told = async (): Promise<string[]> => {
    // The next look of the event log.
    await new Promise((resolve) => setTimeout(resolve, 250));
    return (await console.view(null)).eventLog.map(({ text }) => text).reverse();
  };
  return { ...world, console, organizationId, told, candidateId: world.sample.opportunityIds.untagged };
};

test('a move, its webhook, the tag and the note are told in the order in which one led to the other', async () => {
  const { console, lever, sample, organizationId, candidateId, told } = opened();
  await console.perform({ do: 'move', organizationId, candidateId, stageId: SAMPLE_TRIGGER_STAGE_ID });
  for (const { id } of lever.outbox.takeDue()) lever.outbox.settle(id, 200);
  sample.recruiter.addTag(candidateId, 'TurnStatus:emailed');
  expect(await told()).toEqual([
    'Barnabus Thistlewick was moved to “Reference check”.',
    'Lever’s webhook candidateStageChange was accepted (200).',
    'Tag TurnStatus:emailed was put on Barnabus Thistlewick.',
  ]);
});

test('a refused webhook is told with its status and when Lever tries again', async () => {
  const { console, lever, organizationId, candidateId, told } = opened();
  await console.perform({ do: 'move', organizationId, candidateId, stageId: SAMPLE_TRIGGER_STAGE_ID });
  for (const { id } of lever.outbox.takeDue()) lever.outbox.settle(id, 401);
  expect((await told()).at(-1)).toBe(
    'Lever’s webhook candidateStageChange was refused (401); it is sent again in 10 s.',
  );
});

test('a connection that is made, revoked or ended by the integration is told, a webhook removed by hand is not taken for that', async () => {
  const { console, lever, sample, organizationId, told } = opened();
  const tokens = { organizationId, userId: 'admin', clientId: 'turn', scope: 'webhooks:write:admin' };
  const { accessToken } = lever.tokens.connect(tokens);
  const call = (method: string, path: string, body?: object) =>
    lever.handle({ method, path, query: new URLSearchParams(), authorization: `Bearer ${accessToken}`, body });
  const hooks = () => sample.recruiter.organization.webhooks.filter(({ madeByApi }) => madeByApi);
  for (let times = 0; times < 2; times++) call('POST', '/webhooks', HOOK);
  await told();
  await console.perform({ do: 'remove-webhook', organizationId, webhookId: hooks()[0]?.id ?? '' });
  await told();
  call('DELETE', `/webhooks/${hooks()[0]?.id}`);
  await told();
  await console.perform({ do: 'revoke-access', organizationId });
  expect(await told()).toEqual([
    'A Super Admin of Brightwater Mills granted the integration access; the settings page says what it makes of it.',
    'The integration set up its webhooks in Brightwater Mills.',
    'Brightwater Mills was disconnected: the integration took its webhooks out.',
    'Brightwater Mills revoked the integration’s access.',
  ]);
});

test('a callback that is to get lost is not sent, and only the next change loses its callbacks', async () => {
  const { console, turn, order } = opened();
  const workerId = order('Ada Byron');
  await console.perform({ do: 'next-callback', next: 'lose' });
  await console.perform({ do: 'advance', workerId, state: 'approved' });
  expect(turn.outbox.takeDue()).toEqual([]);
  await console.perform({ do: 'advance', workerId, state: 'rejected' });
  expect(turn.outbox.takeDue()).toHaveLength(1);
});

test('a callback that is to come twice is sent twice with the same bytes', async () => {
  const { console, turn, order } = opened();
  const workerId = order('Ada Byron');
  await console.perform({ do: 'next-callback', next: 'double' });
  await console.perform({ do: 'advance', workerId, state: 'consent' });
  const [first, second, ...more] = turn.outbox.takeDue();
  expect(more).toEqual([]);
  expect(second?.body).toBe(first?.body);
});

test('a refused token is refused by Turn until it is accepted again', async () => {
  const { console, turn } = opened();
  const me = () => {
    const authorization = 'Bearer sandbox-turn-token';
    const path = '/public_api/me';
    return turn.handle({ method: 'GET', path, query: new URLSearchParams(), authorization, body: undefined });
  };
  await console.perform({ do: 'refuse-token', on: true });
  expect(me()).toMatchObject({ status: 400 });
  await console.perform({ do: 'refuse-token', on: false });
  expect(me()).toMatchObject({ status: 200 });
});

test('a stage in which candidates stand cannot be deleted, an empty one can', async () => {
  const { console, organizationId, sample } = opened();
  const { stages } = sample.recruiter.organization;
  const busy = sample.recruiter.stageId('On-site interview');
  await expect(console.perform({ do: 'delete-stage', organizationId, stageId: busy })).rejects.toThrow(
    'move them first',
  );
  await console.perform({ do: 'delete-stage', organizationId, stageId: 'offer' });
  expect(stages.map(({ id }) => id)).toContain(busy);
  expect(stages.map(({ id }) => id)).not.toContain('offer');
});

test('the stage that starts a check is marked, whatever the case in which it was chosen', async () => {
  const { console } = opened();
  const { stages } = (await console.view(null)).lever;
  expect(stages.filter(({ startsCheck }) => startsCheck).map(({ name }) => name)).toEqual(['Reference check']);
});

test('access that was revoked is gone from the authorized apps', async () => {
  const { console, organizationId } = opened();
  expect((await console.view(null)).lever.apps).toHaveLength(1);
  await console.perform({ do: 'revoke-access', organizationId });
  expect((await console.view(null)).lever.apps).toEqual([]);
});

test('a person may have several opportunities, and what is changed of the person shows in all of them', async () => {
  const { console, organizationId, candidateId } = opened();
  await console.perform({ do: 'add-opportunity', organizationId, candidateId });
  await console.perform({ do: 'set-phones', organizationId, candidateId, phones: ['+1 312 555 0123'] });
  await console.perform({ do: 'set-name', organizationId, candidateId, name: 'Barnabus Wren' });
  const persons = (await console.view(null)).lever.candidates.filter(({ name }) => name === 'Barnabus Wren');
  expect(persons).toHaveLength(2);
  expect(persons.map(({ phones }) => phones)).toEqual([['+1 312 555 0123'], ['+1 312 555 0123']]);
  expect(persons.map(({ others }) => others.map(({ id }) => id))).toEqual(
    persons
      .map(({ id }) => id)
      .toReversed()
      .map((id) => [id]),
  );
});

test('whoever is archived and comes back is told of to the webhook of that event', async () => {
  const { console, lever, sample, organizationId, candidateId } = opened();
  sample.recruiter.setWebhook({ ...HOOK, event: 'candidateArchiveChange' });
  await console.perform({ do: 'archive', organizationId, candidateId, archived: true });
  await console.perform({ do: 'archive', organizationId, candidateId, archived: false });
  expect(lever.outbox.deliveries.map(({ event }) => event)).toEqual([
    'candidateArchiveChange',
    'candidateArchiveChange',
  ]);
  expect((await console.view(null)).lever.candidates.find(({ id }) => id === candidateId)?.isArchived).toBe(false);
});

const served = async () => {
  const { needs } = sandboxes();
  const console = await startConsole(needs, () => undefined);
  cleanups.push(console.stop);
  return console.url;
};
const command = JSON.stringify({ do: 'outage', vendor: 'turn', on: true });

test.each([
  ['another page on this machine', (url: string) => ({ origin: url.replace(/\d+$/, '1') })],
  ['a page elsewhere', () => ({ origin: 'https://elsewhere.example' })],
  ['a page without an origin', () => ({ origin: 'null' })],
  ['a program that names no origin', () => ({})],
])('%s may change nothing', async (_who, headersFor) => {
  const url = await served();
  const answer = await fetch(`${url}/api/do`, { method: 'POST', body: command, headers: headersFor(url) });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test('its own page may, and is told in a sentence what it asked wrongly', async () => {
  const url = await served();
  const ask = (body: string) => fetch(`${url}/api/do`, { method: 'POST', body, headers: { origin: url } });
  expect((await ask(command)).status).toBe(200);
  expect((await ask('{"do":"nothing"}')).status).toBe(422);
  const unknown = await ask(JSON.stringify({ do: 'advance', workerId: 'nobody', state: 'consent' }));
  expect([unknown.status, await unknown.json()]).toEqual([409, { error: 'No check for worker nobody.' }]);
});

test('a name that merely leads to this machine gets nothing, the console’s own address gets the page', async () => {
  const url = await served();
  const statusFor = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get(`${url}/api/events`, { headers: { host } }, (answer) => {
        resolve(answer.statusCode);
        answer.destroy();
      }).on('error', reject);
    });
  const { host, port } = new URL(url);
  expect(await statusFor(`rebound.example:${port}`)).toBe(403);
  expect(await statusFor(host)).toBe(200);
});
