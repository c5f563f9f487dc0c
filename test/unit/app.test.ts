import { describe, expect, it } from 'vitest';
import { callMarginMs, orderInFlightMs, writeLeaseMs } from '#shared/domain/retry-policy.ts';
import type { HttpRequest } from '#shared/http/send-request.ts';
import { createWorld } from '../fakes/world.ts';

const isOrder = ({ method, url }: HttpRequest): boolean => method === 'POST' && url.pathname.endsWith('/search_async');
const isWrite = ({ method, url }: HttpRequest): boolean =>
  url.hostname === 'lever.example' && method !== 'GET' && url.pathname.includes('/opportunities/');

/** A candidate in the trigger stage, and every request with its time. A worker stands still before the first request of the kind `stall`. */
const scene = async (stall: { before: typeof isOrder; ms: number } | null = null) => {
  const requests: { request: HttpRequest; at: number }[] = [];
  let isStalled = stall !== null;
  const world = await createWorld({
    beforeSend: (request) => {
      requests.push({ request, at: world.now() });
      if (!isStalled || stall?.before(request) !== true) return;
      isStalled = false;
      world.passTime(stall.ms / 1000);
    },
  });
  const candidate = world.recruiter.addOpportunity({ name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'] });
  world.recruiter.moveToStage(candidate.id, 'Reference check');
  await world.settle();
  const madeBy = (is: typeof isOrder) => requests.filter(({ request }) => is(request));
  return { world, candidate, requests, madeBy };
};

describe('an order at Turn', () => {
  it('is not sent so late that its answer could come after its flight counts as over', async () => {
    const { madeBy } = await scene();
    expect(madeBy(isOrder).map(({ request, at }) => (request.deadline ?? 0) - at)).toEqual([
      orderInFlightMs - callMarginMs,
    ]);
    for (const { request, at } of madeBy(isOrder)) {
      expect((request.deadline ?? Number.POSITIVE_INFINITY) + request.timeoutMs).toBeLessThan(at + orderInFlightMs);
    }
  });

  it('of a worker that stood still is sent while its claim holds, and else placed anew, once', async () => {
    const lastMoment = orderInFlightMs - callMarginMs;
    const inTime = await scene({ before: isOrder, ms: lastMoment });
    expect(inTime.world.turn.checks).toHaveLength(1);
    const tooLate = await scene({ before: isOrder, ms: lastMoment + 1 });
    expect(tooLate.world.turn.checks).toHaveLength(0);
    await tooLate.world.wait(3600);
    expect(tooLate.world.turn.checks).toHaveLength(1);
  });
});

describe('a write to Lever', () => {
  it('is not sent so late that its answer could come after the lease has run out', async () => {
    const { madeBy } = await scene();
    expect(madeBy(isWrite).length).toBeGreaterThan(1);
    for (const { request, at } of madeBy(isWrite)) {
      expect((request.deadline ?? Number.POSITIVE_INFINITY) - at).toBe(writeLeaseMs - callMarginMs);
      expect((request.deadline ?? Number.POSITIVE_INFINITY) + request.timeoutMs).toBeLessThan(at + writeLeaseMs);
    }
  });

  it('of a worker that stood still is sent while its lease holds, and else made anew, once', async () => {
    const lastMoment = writeLeaseMs - callMarginMs;
    const inTime = await scene({ before: isWrite, ms: lastMoment });
    expect(inTime.world.recruiter.tags(inTime.candidate.id)).toContain('TurnStatus:emailed');
    const { world, candidate } = await scene({ before: isWrite, ms: lastMoment + 1 });
    expect(world.recruiter.tags(candidate.id)).toEqual([]);
    await world.wait(3600);
    expect(world.recruiter.tags(candidate.id)).toEqual(['TurnStatus:emailed']);
    expect(world.recruiter.notes(candidate.id)).toHaveLength(1);
  });
});

describe('a call that changes nothing', () => {
  it('has no deadline of its own', async () => {
    const { requests } = await scene();
    const reads = requests.filter(({ request }) => request.method === 'GET');
    expect(reads.length).toBeGreaterThan(1);
    for (const { request } of reads) expect(request.deadline).toBeNull();
  });
});
