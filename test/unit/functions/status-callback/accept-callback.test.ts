import { describe, expect, it } from 'vitest';
import { acceptCallback } from '#functions/status-callback/accept-callback.ts';
import { oddBody, oddCallbacks } from '#infra/local/sandbox/turn-odd-callbacks.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import { callbackKeyOf } from '#shared/turn/callback.ts';
import { createWorld } from '../../../fakes/world.ts';

const secret = 'callback secret of this test';
const opportunityId = '9d2f7c1a-0000-4000-8000-00000000abcd';
const referenceId = `${opportunityId}-1772442060000`;
const workerId = '71e0a4c8-3d5f-4b1e-9a27-0f6c2d8b9e11';
const changed = { original_state: 'emailed', state: 'processing', worker_id: workerId };

const scene = async () => {
  const world = await createWorld();
  const items: WorkItem[] = [];
  const post = async (
    body: unknown,
    options: { account?: string; key?: string; check?: string; bodyBytes?: number } = {},
  ) => {
    const { account = world.accountId, key = callbackKeyOf(secret, account), check } = options;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const incoming = {
      path: { account, key },
      query: { check },
      body: text,
      bodyBytes: options.bodyBytes ?? text.length,
    };
    const enqueueSync = async (item: WorkItem): Promise<void> => void items.push(item);
    const answer = await acceptCallback(incoming, {
      ...world.ports,
      callbackSecret: async () => secret,
      enqueueSync,
    });
    return answer.status;
  };
  return { world, items, post };
};

describe('acceptCallback', () => {
  it('enqueues a sync for the check that its own address names', async () => {
    const { world, items, post } = await scene();
    expect(await post(changed, { check: referenceId })).toBe(200);
    expect(items).toEqual([{ accountId: world.accountId, opportunityId }]);
  });

  it('finds the check by our reference, else by the worker', async () => {
    const { world, items, post } = await scene();
    const results = { partner_worker_status: 'approved', worker_uuid: workerId, reference_id: referenceId, checks: {} };
    expect(await post(results)).toBe(200);
    await world.records.rememberWorker(world.accountId, workerId, 'by-worker');
    expect(await post(changed)).toBe(200);
    expect(await post({ ...changed, reference_id: 'somebody else’s' })).toBe(200);
    expect(items.map((item) => item.opportunityId)).toEqual([opportunityId, 'by-worker', 'by-worker']);
  });

  it.each(oddCallbacks)('finds the check by a callback that Turn does not document: %s', async (kind) => {
    const { world, items, post } = await scene();
    await world.records.rememberWorker(world.accountId, workerId, opportunityId);
    const check = { workerId, turnId: 'C0000004711', referenceId, state: 'processing' };
    expect(await post(oddBody(kind, check))).toBe(200);
    expect(items).toEqual([{ accountId: world.accountId, opportunityId }]);
  });

  it('takes a body that begins with a byte order mark', async () => {
    const { world, items, post } = await scene();
    await world.records.rememberWorker(world.accountId, workerId, opportunityId);
    expect(await post(`\uFEFF${JSON.stringify(changed)}`)).toBe(200);
    expect(items).toHaveLength(1);
  });

  it('believes a worker that it knows more than a reference that only looks like ours', async () => {
    const { world, items, post } = await scene();
    await world.records.rememberWorker(world.accountId, workerId, 'by-worker');
    expect(await post({ ...changed, reference_id: 'a-reference-of-theirs-17' })).toBe(200);
    expect(items.map((item) => item.opportunityId)).toEqual(['by-worker']);
  });

  it('accepts and drops what is about no check at all', async () => {
    const { world, items, post } = await scene();
    expect(await post({ event: 'new_applicant', applicant: { id: 17, name: 'Ottilie Wren' } })).toBe(200);
    expect(items).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(['callback_unknown']);
  });

  it('accepts and drops a callback about a check it does not know', async () => {
    const { world, items, post } = await scene();
    await world.records.rememberWorker('acct_other', workerId, 'of another account');
    expect(await post(changed)).toBe(200);
    expect(items).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(['callback_unknown']);
  });

  it("refuses another account's key first, before the size and the body", async () => {
    const { world, post } = await scene();
    const key = callbackKeyOf(secret, 'acct_other');
    expect(await post('x', { key, bodyBytes: 9e9 })).toBe(404);
    expect(await post(changed, { key: '' })).toBe(404);
    expect(await post('x', { bodyBytes: 2_000_001 })).toBe(413);
    expect(await post('not JSON')).toBe(400);
    expect(await post([changed])).toBe(400);
    expect(world.log.map(({ code }) => code)).toEqual(Array(5).fill('callback_refused'));
  });

  it('logs nothing of the body', async () => {
    const { world, post } = await scene();
    await post({ partner_worker_status: 'approved', worker_uuid: workerId, first_name: 'Ottilie', checks: { dui: 1 } });
    await post({ nonsense: 'Ottilie' });
    expect(JSON.stringify(world.log)).not.toContain('Ottilie');
  });
});
