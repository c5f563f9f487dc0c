import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callbackPathOf, isCallbackKey, looksLikeCallbackKey, readCallback } from '#shared/turn/callback.ts';

const secret = 'a secret of this test';
const now = 1_772_442_060_000;
const accountId = fc.stringMatching(/^[\w-]{1,64}$/);
const madeAt = fc.integer({ min: 0, max: now });
const accountOf = (id: string, ...keysMadeAt: number[]) => ({
  accountId: id,
  callbackKeys: keysMadeAt.map((at, n) => ({ madeAt: at, validUntil: n === 0 ? null : now + 1 })),
});
const keyOf = (text: string, account: ReturnType<typeof accountOf>): string =>
  callbackPathOf(text, account).split('/')[3] ?? '';

describe('a callback address', () => {
  it('is known again, and opens no other account, by no other key of it, and under no other secret', () => {
    const any = [accountId, madeAt, accountId, madeAt, fc.string({ minLength: 1 })] as const;
    fc.assert(
      fc.property(...any, (one, at, other, otherAt, otherSecret) => {
        const account = accountOf(one, at);
        const key = keyOf(secret, account);
        expect(looksLikeCallbackKey(key)).toBe(true);
        expect(isCallbackKey(secret, account, key, now)).toBe(true);
        expect(isCallbackKey(secret, accountOf(other, at), key, now)).toBe(one === other);
        expect(isCallbackKey(secret, accountOf(one, otherAt), key, now)).toBe(at === otherAt);
        expect(isCallbackKey(otherSecret, account, key, now)).toBe(otherSecret === secret);
      }),
    );
  });

  it('is known by each key that is valid still, and by none that has ended', () => {
    const account = accountOf('acct_harborlight', 3, 2, 1);
    for (const at of [1, 2, 3]) {
      const key = keyOf(secret, accountOf('acct_harborlight', at));
      expect(isCallbackKey(secret, account, key, now)).toBe(true);
      expect(isCallbackKey(secret, account, key, now + 1)).toBe(at === 3);
    }
    expect(keyOf(secret, account)).toBe(keyOf(secret, accountOf('acct_harborlight', 3)));
  });

  it('refuses every other key, of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat({ max: 42 }), (anything, at) => {
        const account = accountOf('acct_harborlight', 1);
        const key = keyOf(secret, account);
        const changed = `${key.slice(0, at)}${key[at] === 'x' ? 'y' : 'x'}${key.slice(at + 1)}`;
        for (const wrong of [changed, anything, key.slice(0, at)])
          expect(isCallbackKey(secret, account, wrong, now)).toBe(false);
      }),
    );
  });

  it('is a path of three parts, whatever the account is called', () => {
    expect(callbackPathOf(secret, accountOf('acct_harborlight', 1))).toMatch(/^\/turn\/acct_harborlight\/[\w-]{43}$/);
    expect(callbackPathOf(secret, accountOf('a/b', 1)).split('/')).toHaveLength(4);
  });

  it('of an account without a key is one that nobody listens at', () => {
    const none = accountOf('acct_harborlight');
    expect(isCallbackKey(secret, none, keyOf(secret, none), now)).toBe(false);
  });
});

const workerId = '71e0a4c8-3d5f-4b1e-9a27-0f6c2d8b9e11';
const referenceId = '9d2f7c1a-0000-4000-8000-00000000abcd-1772442060000';

/** The four bodies that Turn documents, as it would send them about an invented person. */
const samples = {
  'a change of state': {
    event_id: 'b7',
    timestamp: 1772442060,
    worker_id: workerId,
    worker_email: 'ottilie.wren@mail.example',
    original_state: 'emailed',
    state: 'processing',
    dashboard_url: 'https://partners.turn.example/workers/71',
    consent_date: '2026-03-02',
    recheck_date: null,
    cm_criminal_enroll: false,
  },
  results: {
    callback_uuid: 'c9',
    worker_uuid: workerId,
    turn_id: 'C0000004711',
    reference_id: referenceId,
    partner_worker_status: 'approved',
    first_name: 'Ottilie',
    last_name: 'Wren',
    dob: '1990-01-01',
    checks: { criminal: 'clear', records: [{ county: 'Harbor' }] },
  },
  consent: {
    hook_type: 'CONSENT_CONFIRMATION',
    worker_id: workerId,
    turn_id: 'C0000004711',
    reference_id: referenceId,
    consent_date: '2026-03-02 09:01:00.000000',
  },
  'a corrected SSN': {
    hook_type: 'SSN_UPDATED',
    worker_id: workerId,
    turn_id: 'C0000004711',
    reference_id: referenceId,
    timestamp: '2026-03-02 09:01:00.000000',
  },
};

describe('readCallback', () => {
  it.each(Object.entries(samples))('reads the ids, and nothing else, out of %s', (_, body) => {
    expect(readCallback(body)).toEqual({
      workerIds: [workerId, ...('turn_id' in body ? ['C0000004711'] : [])],
      referenceIds: 'reference_id' in body ? [referenceId] : [],
    });
  });

  it.each([
    ['another hook', { hook_type: 'SOMETHING', worker_id: workerId }, [workerId], []],
    ['a status of null', { partner_worker_status: null, worker_uuid: workerId }, [workerId], []],
    ['no state', { worker_id: workerId }, [workerId], []],
    ['an id under the other name', { partner_worker_status: 'approved', worker_id: workerId }, [workerId], []],
    ['numbers for ids', { worker_id: 12, reference_id: 34 }, ['12'], ['34']],
    ['ids in an object', { data: { worker_id: workerId, reference_id: referenceId } }, [workerId], [referenceId]],
    ['a reference alone', { reference_id: referenceId }, [], [referenceId]],
    ['spaces about an id', { worker_id: ` ${workerId} ` }, [workerId], []],
    ['an id twice', { worker_id: workerId, worker: { worker_uuid: workerId } }, [workerId], []],
    ['no ids at all', { event: 'new_applicant', applicant: { name: 'Ottilie Wren' } }, [], []],
    ['ids that are none', { worker_id: '', turn_id: null, worker_uuid: [], reference_id: 'x'.repeat(129) }, [], []],
  ])('reads a body with %s', (_, body, workerIds, referenceIds) => {
    expect(readCallback(body)).toEqual({ workerIds, referenceIds });
  });

  it('takes no more ids than anybody would send', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`n${n}`, { worker_id: `w-${n}` }]));
    expect(readCallback(many)?.workerIds).toHaveLength(8);
  });

  it.each([
    ['a list', [{ state: 'approved', worker_id: workerId }]],
    ['a text', workerId],
    ['a number', 7],
    ['nothing', undefined],
    ['null', null],
  ])('refuses %s', (_, body) => {
    expect(readCallback(body)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        readCallback(body);
      }),
    );
  });
});
