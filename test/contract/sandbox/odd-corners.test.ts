import { describe, expect, it } from 'vitest';
import type { Outcome } from '#infra/local/sandbox/exchange.ts';
import { createLeverModel, SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { createSampleOrganization } from '#infra/local/sandbox/sample-organization.ts';
import { createSamplePartner } from '#infra/local/sandbox/sample-partner.ts';
import { createTurnModel, type NotFoundAnswer } from '#infra/local/sandbox/turn-model.ts';
import { oddCallbacks } from '#infra/local/sandbox/turn-odd-callbacks.ts';

/** A repeatable source of numbers. */
const counting = (): (() => number) => {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
};

const startLever = () => {
  const clock = { at: Date.UTC(2026, 0, 1) };
  const model = createLeverModel({ now: () => clock.at, random: counting() });
  const sample = createSampleOrganization(model);
  const ask = (path: string, options: { method?: string; body?: unknown; token?: string } = {}) => {
    const { method = 'GET', body, token = sample.tokens.accessToken } = options;
    const { pathname, searchParams } = new URL(path, 'http://lever.invalid');
    const authorization = `Bearer ${token}`;
    return model.handle({ method, path: pathname, query: searchParams, authorization, body });
  };
  const refresh = (refreshToken: string) => {
    const { clientId: client_id, clientSecret: client_secret } = SANDBOX_LEVER_APP;
    const body = { grant_type: 'refresh_token', client_id, client_secret, refresh_token: refreshToken };
    return ask('/oauth/token', { method: 'POST', body });
  };
  return { clock, model, sample, ask, refresh };
};

const status = (outcome: Outcome): number | string => (outcome.kind === 'answer' ? outcome.status : outcome.kind);
const body = <T>(outcome: Outcome): T => (outcome as { body: T }).body;

describe("Lever's sandbox", () => {
  it('lists tags in pages, and to those only whose access covers them', () => {
    const { model, sample, ask } = startLever();
    const tags = Array.from({ length: 101 }, (_, n) => `Tag ${n}`);
    for (const tag of tags) sample.recruiter.addTag(sample.opportunityIds.untagged, tag);
    const first = body<{ next: string; hasNext: boolean }>(ask('/tags'));
    expect(first.hasNext).toBe(true);
    expect(body(ask(`/tags?offset=${encodeURIComponent(first.next)}`))).toMatchObject({ hasNext: false });
    const scope = 'offline_access stages:read:admin';
    const clientId = SANDBOX_LEVER_APP.clientId;
    const organizationId = sample.recruiter.organization.id;
    const { accessToken } = model.tokens.connect({ organizationId, userId: 'admin', clientId, scope });
    expect(status(ask('/tags', { token: accessToken }))).toBe(403);
  });

  it('lets 20 requests through at once, then 10 a second, for each organization by itself', () => {
    const { clock, model, ask } = startLever();
    const other = createSampleOrganization(model, { id: 'another' });
    const burst = Array.from({ length: 25 }, () => status(ask('/stages')));
    expect(burst.filter((answer) => answer === 200)).toHaveLength(20);
    expect(burst.filter((answer) => answer === 429)).toHaveLength(5);
    expect(status(ask('/stages', { token: other.tokens.accessToken }))).toBe(200);
    clock.at += 1000;
    const later = Array.from({ length: 15 }, () => status(ask('/stages')));
    expect(later.filter((answer) => answer === 200)).toHaveLength(10);
  });

  it('rotates refresh tokens, and the reuse of an old one kills the whole family', () => {
    const { sample, ask, refresh } = startLever();
    const first = body<{ access_token: string; refresh_token: string }>(refresh(sample.tokens.refreshToken));
    expect(first.refresh_token).not.toBe(sample.tokens.refreshToken);
    expect(status(ask('/stages', { token: first.access_token }))).toBe(200);
    expect(status(refresh(sample.tokens.refreshToken))).toBe(403);
    expect(body(refresh(first.refresh_token))).toMatchObject({ error: 'invalid_grant' });
  });

  it('refuses access tokens after an hour and refresh tokens after 90 idle days', () => {
    const { clock, sample, ask, refresh } = startLever();
    clock.at += 3600 * 1000;
    expect(status(ask('/stages'))).toBe(401);
    clock.at += 91 * 86_400 * 1000;
    expect(status(refresh(sample.tokens.refreshToken))).toBe(403);
  });

  it('pages with an opaque percent-encoded token, and refuses a foreign one', () => {
    const { ask } = startLever();
    const first = body<{ data: { id: string }[]; next: string; hasNext: boolean }>(ask('/stages?limit=3'));
    expect(first).toMatchObject({ hasNext: true, next: expect.stringMatching(/^%5B.*%5D$/) });
    const second = ask(`/stages?limit=100&offset=${encodeURIComponent(first.next)}`);
    const ids = body<{ data: { id: string }[] }>(second).data.map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).not.toContain(first.data[0]?.id);
    expect(status(ask('/stages?offset=foreign'))).toBe(400);
  });

  it('hides confidential candidates from lists unless all are asked for', () => {
    const { sample, ask } = startLever();
    const ids = (path: string) => body<{ data: { id: string }[] }>(ask(path)).data.map(({ id }) => id);
    expect(ids('/opportunities')).not.toContain(sample.opportunityIds.confidential);
    expect(ids('/opportunities?confidentiality=all')).toContain(sample.opportunityIds.confidential);
  });

  it('finds by stage and time of entry who entered since', () => {
    const { clock, sample, ask } = startLever();
    const { recruiter, opportunityIds } = sample;
    const stage = recruiter.stageId('Reference check');
    recruiter.moveToStage(opportunityIds.tagged, stage);
    clock.at += 60_000;
    const since = clock.at;
    recruiter.moveToStage(opportunityIds.untagged, stage);
    const listed = body<{ data: { id: string }[] }>(
      ask(`/opportunities?stage_id=${stage}&advanced_at_start=${since}&confidentiality=all`),
    );
    expect(listed.data.map(({ id }) => id)).toEqual([opportunityIds.untagged]);
  });

  it('makes two notes of one that is posted twice, and keeps the deleted in the list', () => {
    const { sample, ask } = startLever();
    const notes = `/opportunities/${sample.opportunityIds.tagged}/notes`;
    const post = () => ask(notes, { method: 'POST', body: { value: 'the same' } });
    const { id } = body<{ data: { id: string } }>(post()).data;
    post();
    expect(sample.recruiter.notes(sample.opportunityIds.tagged)).toEqual(['the same', 'the same']);
    expect(status(ask(`${notes}/${id}`, { method: 'DELETE' }))).toBe(204);
    expect(sample.recruiter.notes(sample.opportunityIds.tagged)).toEqual(['the same']);
    const listed = body<{ data: { deletedAt: number | null }[] }>(ask(notes)).data;
    expect(listed.filter(({ deletedAt }) => deletedAt !== null)).toHaveLength(1);
  });

  it('tries a webhook five times, waiting longer each time; a redirect is a failure', () => {
    const { clock, model, sample } = startLever();
    sample.recruiter.setWebhook({ url: 'http://hook.invalid' });
    const [sent] = sample.recruiter.moveToStage(sample.opportunityIds.tagged, 'offer');
    const waits: number[] = [];
    while (sent?.state === 'waiting') {
      waits.push(sent.nextAttemptAt - clock.at);
      clock.at = sent.nextAttemptAt;
      model.outbox.takeDue();
      model.outbox.settle(sent.id, 302);
    }
    expect(sent?.attempts).toEqual([302, 302, 302, 302, 302]);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(model.redeliver(sent?.id ?? '')?.body).toBe(sent?.body);
  });

  it('a lost answer has its effect, a dropped request has none, and both are logged without the query', () => {
    const { model, sample, ask } = startLever();
    const add = (tag: string) =>
      ask(`/opportunities/${sample.opportunityIds.untagged}/addTags?perform_as=x`, {
        method: 'POST',
        body: { tags: [tag] },
      });
    model.failNext({ method: 'POST', path: '/addTags', times: 1, failure: 'lost-answer' });
    expect(status(add('kept'))).toBe('drop');
    model.failNext({ times: 1, failure: 'drop' });
    expect(status(add('never'))).toBe('drop');
    expect(sample.recruiter.tags(sample.opportunityIds.untagged)).toEqual(['Full-time', 'kept']);
    const path = `/opportunities/${sample.opportunityIds.untagged}/addTags`;
    expect(model.requests.map((request) => [request.path, request.status])).toEqual([
      [path, 'lost-answer'],
      [path, 'drop'],
    ]);
  });
});

describe("Turn's sandbox", () => {
  const startTurn = (readDelayMs = 0, notFound: NotFoundAnswer = '422') => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const model = createTurnModel({ now: () => clock.at, random: counting(), readDelayMs, notFound });
    const { token } = createSamplePartner(model);
    const ask = (method: string, path: string, sent?: unknown) =>
      model.handle({ method, path, query: new URLSearchParams(), authorization: `Bearer ${token}`, body: sent });
    const order = (first_name: string, last_name: string) =>
      ask('POST', '/person/search_async', {
        first_name,
        last_name,
        email: 'someone@invented.example',
        callback_url: 'http://hook.invalid',
        reference_id: 'a-reference',
      });
    return { clock, model, ask, order };
  };

  it('makes two checks of one order placed twice, and a reference finds the newer', () => {
    const { model, ask, order } = startTurn();
    order('One', 'Person');
    const second = body<{ worker_id: string }>(order('One', 'Person'));
    expect(model.invitations('someone@invented.example')).toBe(2);
    expect(body(ask('GET', '/person/a-reference/status'))).toMatchObject({ worker_id: second.worker_id });
  });

  it('may not show a new check at once', () => {
    const { clock, ask, order } = startTurn(5000);
    order('One', 'Person');
    expect(status(ask('GET', '/person/a-reference/status'))).toBe(422);
    clock.at += 5000;
    expect(status(ask('GET', '/person/a-reference/status'))).toBe(200);
  });

  it.each([
    ['404', 404],
    ['empty 404', 404],
    ['empty 200', 200],
  ] as const)('may say that it has no such check by an answer of %s', (notFound, answered) => {
    expect(status(startTurn(0, notFound).ask('GET', '/person/nobody/status'))).toBe(answered);
  });

  it('has a check of somebody whom its e-mail did not reach', () => {
    const { model, ask } = startTurn();
    const email = 'someone@unreached.example';
    const names = { first_name: 'One', last_name: 'Person' };
    const sent = { ...names, email, callback_url: 'http://hook.invalid' };
    expect(body(ask('POST', '/person/search_async', sent))).toMatchObject({ email_status: { status: 422 } });
    expect([model.checks.length, model.invitations(email)]).toEqual([1, 0]);
  });

  it.each(oddCallbacks)('may tell of a state by an undocumented callback alone: %s', (kind) => {
    const { model, order } = startTurn();
    order('One', 'Person');
    const [check] = model.checks;
    const partner = model.partners.find(({ id }) => id === check?.partnerId);
    if (partner !== undefined) partner.webhookUrl = 'http://hook.invalid';
    model.advanceOddly(check?.workerId ?? '', 'processing', kind);
    expect(check?.state).toBe('processing');
    expect(model.outbox.deliveries.map(({ event }) => event)).toEqual(['odd']);
    expect(model.outbox.deliveries[0]?.body).toContain(
      kind.includes('reference') || kind.includes('null') ? 'a-reference' : check?.workerId,
    );
  });

  it.each(['Samwise Gamgee', 'Darth Vader', 'Walter White'])('runs %s through to an end when stepped', (name) => {
    const { model, order } = startTurn();
    const [first = '', last = ''] = name.split(' ');
    order(first, last);
    order('One', 'Person');
    let steps = 0;
    while (model.step() > 0) steps += 1;
    expect(steps).toBeGreaterThan(2);
    expect(['approved', 'pending', 'rejected']).toContain(model.checks[0]?.state);
    expect(model.checks[1]?.state).toBe('emailed');
    expect(model.outbox.deliveries.filter(({ event }) => event === 'results')).toHaveLength(1);
  });
});
