import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HttpAnswer, type HttpRequest, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { readCheckStatus } from '#shared/turn/check-status.ts';
import type { Order } from '#shared/turn/order.ts';
import { createTurn } from '#shared/turn/turn-client.ts';

describe('readCheckStatus', () => {
  it.each([
    ['initiated', 'initiated', false, false],
    ['emailed', 'emailed', false, false],
    ['consent', 'consent', false, false],
    ['processing', 'processing', false, false],
    ['review', 'reviewing', false, false],
    ['review__identity', 'verifying', false, false],
    ['review__qa', 'compliance_review', false, false],
    ['review__so', 'compliance_review', false, false],
    ['review__mvr', 'compliance_review', false, false],
    ['review__cm', 'compliance_review', false, false],
    ['pending', 'consider', false, true],
    ['pending__first_notice', 'first_notice', false, true],
    ['pending__second_notice', 'second_notice', false, true],
    ['pending__dispute', 'consider', false, true],
    ['pending__resolved', 'consider', false, true],
    ['approved', 'clear', true, true],
    ['rejected', 'rejected', true, true],
    ['withdrawn', 'withdrawn', true, false],
  ])('shows %s as %s', (state, status, isComplete, hasReport) => {
    expect(readCheckStatus(state)).toEqual({ name: status, isComplete, hasReport, isWithdrawn: state === 'withdrawn' });
  });

  it('counts an unknown sub-state as its family, and shows an unknown state as itself', () => {
    const sub = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(sub, (unknown) => {
        expect(readCheckStatus(`processing__${unknown}`)).toEqual(readCheckStatus('processing'));
        expect(readCheckStatus(`x${unknown}x`).name).toBe(`x${unknown}x`);
        expect(readCheckStatus(`x${unknown}x__sub`).name).toBe(`x${unknown}x`);
      }),
    );
  });

  it('shows nothing but the state `approved` as clear: what Turn may add to it counts as under review', () => {
    for (const state of ['approved__conditionally', 'APPROVED__X', 'approved__', 'approved_', 'clear', '_approved']) {
      expect(readCheckStatus(state)).toEqual(readCheckStatus('review'));
    }
    const families = fc.constantFrom('approved', 'Approved', ' approved', 'clear', 'pending', 'review', '');
    const rest = fc.oneof(fc.constantFrom('', '__', '_', ' ', '\u200b'), fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(families, rest, rest, (family, before, after) => {
        const state = `${before}${family}${after}`;
        const isApproved = state.trim().toLowerCase() === 'approved';
        const { name, isComplete } = readCheckStatus(state);
        expect(name === 'clear').toBe(isApproved);
        if (/^approved|^clear/iu.test(state)) expect(isComplete).toBe(isApproved);
        if (!isApproved) expect(name).not.toMatch(/^_*(?:approved|clear)/);
      }),
      { numRuns: 2000 },
    );
  });

  it('answers a short plain word whatever Turn says', () => {
    const anything = fc.oneof(
      fc.constantFrom('', '__', '__proto__', 'constructor', 'Approved ', 'ACME\nHOLD', '@everyone', 'état'),
      fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
    );
    fc.assert(
      fc.property(anything, (state) => {
        expect(readCheckStatus(state).name).toMatch(/^[a-z0-9_]{1,40}$/);
      }),
      { numRuns: 1000 },
    );
    expect(readCheckStatus(' Approved ').name).toBe('clear');
  });
});

const order: Order = {
  candidate: {
    firstName: 'Ottilie',
    lastName: 'Wren',
    email: 'ottilie.wren@mail.example',
    spareEmail: null,
    phone: '15550101234',
  },
  packageId: 'P0000000002',
  referenceId: '9d2f7c1a-0000-4000-8000-00000000abcd-1772442060000',
  callbackUrl: 'https://api.example/turn/acct_harborlight/key?check=1',
  deadline: 1_772_442_069_000,
};

const turnWith = (answer: Partial<HttpAnswer> | Error) => {
  const requests: HttpRequest[] = [];
  const send: SendRequest = async (request) => {
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '', ...answer };
  };
  const dropped: string[] = [];
  const turn = createTurn({
    apiUrl: 'https://turn.example/v1',
    token: 'jwt-of-harborlight',
    send,
    dashboardHosts: ['partners.turn.example', '127.0.0.1'],
    onDropped: async (field) => void dropped.push(field),
  });
  return { turn, requests, dropped };
};
const ordering = (status: number, body: unknown) =>
  turnWith({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }).turn.orderCheck(order);
const finding = (status: number, body: unknown) =>
  turnWith({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }).turn.findCheck('C0000004711');

describe('orderCheck', () => {
  it('sends exactly what the order says, once, with our reference and callback address', async () => {
    const { turn, requests } = turnWith({ body: '{"worker_id":"w-1","uuid":"u-1"}' });
    expect(await turn.orderCheck(order)).toEqual({ kind: 'ordered', workerId: 'w-1', notInvitedBy: null });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      deadline: order.deadline,
      headers: { authorization: 'Bearer jwt-of-harborlight', 'content-type': 'application/json' },
    });
    expect(requests[0]?.url.href).toBe('https://turn.example/v1/person/search_async');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      first_name: 'Ottilie',
      last_name: 'Wren',
      email: 'ottilie.wren@mail.example',
      phone_number: '15550101234',
      package_id: 'P0000000002',
      reference_id: order.referenceId,
      callback_url: order.callbackUrl,
      email_candidate: true,
      do_checks: true,
    });
  });

  it('leaves out the phone and the package where there are none', async () => {
    const { turn, requests } = turnWith({ body: '{"worker_id":"w-1"}' });
    await turn.orderCheck({ ...order, packageId: null, candidate: { ...order.candidate, phone: null } });
    const body = JSON.parse(requests[0]?.body ?? '') as object;
    expect(body).not.toHaveProperty('phone_number');
    expect(body).not.toHaveProperty('package_id');
  });

  it.each(['timeout', 'ECONNRESET', 'too_long'])('is uncertain where no answer came: %s', async (reason) => {
    expect(await turnWith(new NetworkError(reason)).turn.orderCheck(order)).toEqual({ kind: 'uncertain', reason });
  });

  it.each([
    [500, ''],
    [502, '<html>Bad Gateway</html>'],
    [503, { error: 'down' }],
    [302, ''],
    [408, ''],
    [425, ''],
    [429, { message: 'Too many.' }],
    [200, ''],
    [200, 'not JSON'],
    [200, { uuid: 'u-1' }],
    [200, { worker_id: '' }],
    [204, ''],
    [401, '<html>Sign in to the proxy</html>'],
    [403, '<html>Forbidden</html>'],
  ])('is uncertain after %i %j: the order may have reached Turn', async (status, body) => {
    expect(await ordering(status, body)).toMatchObject({ kind: 'uncertain' });
  });

  it.each([
    [401, { code: 'authorization_header_missing', description: 'Expected.' }],
    [400, { code: 'invalid_header', description: 'Unable to parse authentication token' }],
    [403, { message: 'Forbidden' }],
  ])('says that the token was refused after %i %j', async (status, body) => {
    expect(await ordering(status, body)).toEqual({ kind: 'token_rejected' });
  });

  it.each([
    { message: "Package P0000000002 doesn't exist." },
    { package_id: 'Package P0000000002 for partner 17 does not exist' },
  ])('says that the package is unknown after %j', async (body) => {
    expect(await ordering(422, body)).toEqual({ kind: 'package_unknown' });
  });

  it.each([
    [422, { 'json.email': ['Not a valid email address.'], 'json.phone_number': ['No.'] }, ['email', 'phone_number']],
    [422, { 'json.phone_number': ['No.'], 'json.zip_code': ['No.'] }, ['phone_number', 'other']],
    [422, { 'json.first_name': ['Missing data for required field.'] }, ['first_name']],
    [422, { code: 'unprocessable', description: 'No.' }, []],
    [422, { message: 'No.' }, []],
    [422, { error: 'No.' }, []],
    [422, { email: 'No.' }, []],
    [422, { _schema: ['Invalid input type.'] }, []],
    [400, { message: 'Bad request' }, []],
    [404, 'Not found', []],
  ])('takes %i %j as final, and names fields that we know', async (status, body, fields) => {
    expect(await ordering(status, body)).toEqual({ kind: 'rejected', fields });
  });

  it.each([
    ['an e-mail that went out', { email_status: { status: 200 } }, null],
    ['a code of its own for success', { email_status: { status: '9200' } }, null],
    ['an e-mail that is queued', { email_status: { status: 202 } }, null],
    ['an e-mail that did not go out', { email_status: { status: 422, message: 'No.' } }, 'email'],
    ['a code of its own for failure', { email_status: { status: '9400' } }, 'email'],
    ['a text message that did not go out', { email_status: { status: 200 }, sms_status: { status: 400 } }, 'sms'],
    ['neither that went out', { email_status: { status: 500 }, sms_status: { status: 500 } }, 'email'],
    ['nothing said', { email_status: null, sms_status: { status: null } }, null],
    ['words', { email_status: 'queued', sms_status: { status: 'queued' } }, null],
  ])('tells of the invitation: %s', async (_, answer, notInvitedBy) => {
    expect(await ordering(200, { worker_id: 'w-1', ...answer })).toEqual({
      kind: 'ordered',
      workerId: 'w-1',
      notInvitedBy,
    });
  });

  it('does not miss a text message to nobody', async () => {
    const { turn } = turnWith({ body: '{"worker_id":"w-1","sms_status":{"status":400}}' });
    const candidate = { ...order.candidate, phone: null };
    expect(await turn.orderCheck({ ...order, candidate })).toMatchObject({ kind: 'ordered', notInvitedBy: null });
  });

  it('takes ids that are numbers', async () => {
    expect(await ordering(200, { worker_id: 12 })).toMatchObject({ workerId: '12' });
  });

  it('is never certain that nothing was ordered unless Turn answered 4xx', async () => {
    const statuses = fc.integer({ min: 100, max: 599 });
    await fc.assert(
      fc.asyncProperty(statuses, fc.oneof(fc.json(), fc.string()), async (status, body) => {
        const { kind } = await ordering(status, body);
        if (status < 400 || status >= 500) expect(['ordered', 'uncertain']).toContain(kind);
        else expect(kind).not.toBe('ordered');
      }),
    );
  });

  it('does not take a bug for a lost answer', async () => {
    await expect(turnWith(new TypeError('a bug')).turn.orderCheck(order)).rejects.toThrow(TypeError);
  });
});

describe('findCheck', () => {
  const known = {
    worker_id: 'w-1',
    state: 'pending',
    turn_id: 'C0000004711',
    dashboard_url: 'https://partners.turn.example/w/1',
  };

  it('answers what Turn says of the check', async () => {
    expect(await finding(200, known)).toMatchObject({
      workerId: 'w-1',
      turnId: 'C0000004711',
      dashboardUrl: 'https://partners.turn.example/w/1',
      isAddressUnusable: false,
      status: { name: 'consider' },
    });
  });

  it('reads ids that are numbers, a state in any case, and does without what is odd', async () => {
    expect(
      await finding(200, { ...known, worker_id: 17, turn_id: ' C0000004711', state: ' Pending', new_field: {} }),
    ).toMatchObject({
      workerId: '17',
      turnId: 'C0000004711',
      status: { name: 'consider' },
    });
    expect(await finding(200, `\ufeff${JSON.stringify(known)}`)).toMatchObject({ workerId: 'w-1' });
  });

  it('asks under any id, safely written', async () => {
    const { turn, requests } = turnWith({ body: JSON.stringify(known) });
    await turn.findCheck('a/b?c');
    expect(requests[0]?.url.pathname).toBe('/v1/person/a%2Fb%3Fc/status');
  });

  it('answers null only where Turn says that it was not found', async () => {
    for (const [status, body] of [
      [422, { message: 'Worker with id x was not found' }],
      [404, { message: 'Worker not found' }],
      [404, { code: 'not_found' }],
      [404, { error: 'No such worker' }],
      [404, {}],
      [404, ''],
      [200, ''],
      [200, ' \n'],
      [200, 'null'],
      [200, {}],
      [204, ''],
    ] as const) {
      expect(await finding(status, body)).toBeNull();
    }
    for (const [status, body] of [
      [404, '<html><h1>404 Not Found</h1></html>'],
      [404, 'Not found'],
      [404, '"not found"'],
      [404, { message: 'no Route matched with those values' }],
      [422, { message: 'No.' }],
      [422, ''],
      [500, ''],
      [502, { message: 'not found' }],
      [500, 'was not found'],
    ] as const) {
      await expect(finding(status, body)).rejects.toMatchObject({ code: 'turn_unavailable' });
    }
  });

  it('does without a Turn ID or an address', async () => {
    const nothing = { turnId: null, dashboardUrl: null, isAddressUnusable: false };
    expect(await finding(200, { worker_id: 'w-1', state: 'emailed' })).toMatchObject(nothing);
    expect(await finding(200, { ...known, turn_id: null, dashboard_url: '' })).toMatchObject(nothing);
  });

  it("takes no address but one of Turn's dashboard, and counts any other", async () => {
    for (const [dashboard_url, dashboardUrl] of [
      ['https://partners.turn.example/w/1?a=b#c', 'https://partners.turn.example/w/1?a=b#c'],
      ['HTTPS://Partners.Turn.example/w/é', 'https://partners.turn.example/w/%C3%A9'],
      ['http://127.0.0.1:3000/w/1', 'http://127.0.0.1:3000/w/1'],
    ]) {
      expect(await finding(200, { ...known, dashboard_url })).toMatchObject({ dashboardUrl, isAddressUnusable: false });
    }
    for (const dashboard_url of [
      'http://partners.turn.example/w/1',
      'https://partners.turn.example:8443/w/1',
      'https://somebody@partners.turn.example/w/1',
      'https://partners.turn.example@evil.example/w/1',
      'https://partners.turn.example.evil.example/',
      'https://evil.example/partners.turn.example',
      'https://evilpartners.turn.example/',
      'https://partners.turn.example./',
      'http://localhost:3000/w/1',
      'ftp://127.0.0.1/w/1',
      'javascript:alert(1)',
      '//partners.turn.example/w/1',
      'https://partners.turn.example/a b',
      'no address',
      7,
      {},
    ]) {
      const { turn, dropped } = turnWith({ body: JSON.stringify({ ...known, dashboard_url }) });
      expect(await turn.findCheck('w')).toMatchObject({ dashboardUrl: null, isAddressUnusable: true });
      expect(dropped).toEqual(['dashboard_url']);
    }
  });

  it("takes no Turn ID but in Turn's form, and counts any other", async () => {
    for (const turn_id of ['C000000', 'C00000000000000000001', 'C0000004711\n']) {
      expect(await finding(200, { ...known, turn_id })).toMatchObject({ turnId: turn_id.trim() });
    }
    for (const turn_id of [
      '4711',
      4711,
      'c0000004711',
      'C1',
      'C0000004711 x',
      'C0000004711\n@all',
      'C٠٠٠٠٠٠',
      {},
      true,
    ]) {
      const { turn, dropped } = turnWith({ body: JSON.stringify({ ...known, turn_id }) });
      expect(await turn.findCheck('w')).toMatchObject({ turnId: null, workerId: 'w-1' });
      expect(dropped).toEqual(['turn_id']);
    }
  });

  it('shows no address on any other host, whatever Turn gives', async () => {
    const part = fc.constantFrom('https:', 'http:', '//', '/', '\\', '@', ':', '.', '#', '?', 'evil.example', '\t');
    const host = fc.constantFrom('partners.turn.example', 'PARTNERS.turn.example', '127.0.0.1');
    const address = fc.array(fc.oneof(part, host, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          address.map((parts) => parts.join('')),
          fc.webUrl(),
        ),
        async (dashboard_url) => {
          const found = await finding(200, { ...known, dashboard_url });
          const shown = found?.dashboardUrl ?? null;
          if (shown === null) return;
          expect(shown).toMatch(/^https:\/\/partners\.turn\.example\/|^https?:\/\/127\.0\.0\.1(?::\d+)?\//);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    [401, '{}', 'turn_token_rejected'],
    [400, { code: 'invalid_header' }, 'turn_token_rejected'],
    [200, 'not JSON', 'turn_unexpected_answer'],
    [200, { worker_id: 'w-1' }, 'turn_unexpected_answer'],
    [429, '', 'turn_unavailable'],
    [503, '', 'turn_unavailable'],
  ])('fails by name after %i %j', async (status, body, code) => {
    await expect(finding(status, body)).rejects.toMatchObject({ name: 'Failure', code });
  });

  it('fails by name where no answer came', async () => {
    await expect(turnWith(new NetworkError('timeout')).turn.findCheck('w')).rejects.toMatchObject({
      code: 'turn_unavailable',
    });
  });
});
