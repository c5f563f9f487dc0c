import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLeverModel } from '#infra/local/sandbox/lever-model.ts';
import { createSampleOrganization, SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import { createSecondOrganization } from '#infra/local/sandbox/second-organization.ts';

const redirectUri = 'http://127.0.0.1:3000/lever/oauth/callback';
const right = {
  client_id: 'sandbox-lever-client',
  redirect_uri: redirectUri,
  response_type: 'code',
  state: 'state "1" & more',
  audience: 'http://127.0.0.1:4000/v1/',
  scope: 'offline_access notes:write:admin',
};

const startLever = () => {
  const model = createLeverModel({ now: () => 1_772_442_060_000, random: Math.random });
  createSampleOrganization(model);
  createSecondOrganization(model);
  for (const app of model.apps) app.redirectUris.push(redirectUri);
  const ask = (method: string, changes: Record<string, string | undefined> = {}, body?: unknown) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...right, ...changes })) {
      if (value !== undefined) query.set(name, value);
    }
    const request = { method, path: '/authorize', query, authorization: undefined, body };
    const outcome = model.handle(request);
    if (outcome.kind !== 'answer') throw new Error('It should answer.');
    return outcome;
  };
  return { model, ask };
};

describe('the consent page', () => {
  it('names the app, what it asks for, and every organization with its Super Admin', () => {
    const { status, html = '' } = startLever().ask('GET');
    expect(status).toBe(200);
    for (const words of [
      'Turn asks for access',
      'Brightwater Mills, as Quillon Averdeen (Super Admin)',
      'Larkmoor Studios, as Tamsin Elderbrook (Super Admin)',
      'Stay connected without asking again <code>offline_access</code>',
      '<code>notes:write:admin</code>',
      '<html lang="en">',
      '<legend>Organization</legend>',
      '>Accept</button>',
    ]) {
      expect(html).toContain(words);
    }
    expect(html).not.toMatch(/<script|state "1"/u);
  });

  it('declares its icon, so that no browser asks Lever’s API for one without a token', () => {
    const { ask } = startLever();
    for (const { html } of [ask('GET'), ask('GET', { client_id: 'unknown' })])
      expect(html).toContain('<link rel="icon" href="data:,">');
  });

  it('preselects an organization that has not let the app in yet, or else the first', () => {
    const { model, ask } = startLever();
    const preselected = () => /value="([^"]+)" checked/u.exec(ask('GET').html ?? '')?.[1];
    expect(preselected()).toBe('second-lever-organization');
    model.tokens.revoke(SAMPLE_ORGANIZATION_ID);
    expect(preselected()).toBe(SAMPLE_ORGANIZATION_ID);
    for (const organizationId of [SAMPLE_ORGANIZATION_ID, 'second-lever-organization']) {
      model.tokens.connect({ organizationId, userId: 'admin', clientId: right.client_id, scope: right.scope });
    }
    expect(preselected()).toBe(SAMPLE_ORGANIZATION_ID);
  });

  it('sends whoever allows back with a code for that organization and the state as it came', () => {
    const { model, ask } = startLever();
    const { status, location = '' } = ask('POST', {}, { organization: SAMPLE_ORGANIZATION_ID, decision: 'allow' });
    expect(status).toBe(302);
    const { origin, pathname, searchParams } = new URL(location);
    expect(`${origin}${pathname}`).toBe(redirectUri);
    expect(searchParams.get('state')).toBe(right.state);
    const answer = model.tokens.exchange({
      client_id: right.client_id,
      client_secret: 'sandbox-lever-client-secret',
      grant_type: 'authorization_code',
      code: searchParams.get('code'),
      redirect_uri: redirectUri,
    });
    expect(answer).toMatchObject({ status: 200, body: { scope: right.scope, expires_in: 3600 } });
  });

  it.each([
    ['the proof key that it was asked for with', 'v'.repeat(43), 200],
    ['another proof key', 'w'.repeat(43), 403],
    ['none', undefined, 403],
  ])('gives tokens for a code only by its proof key: %s', (_, codeVerifier, status) => {
    const { model, ask } = startLever();
    const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' };
    const allowed = ask('POST', asked, { organization: SAMPLE_ORGANIZATION_ID, decision: 'allow' });
    const answer = model.tokens.exchange({
      client_id: right.client_id,
      client_secret: 'sandbox-lever-client-secret',
      grant_type: 'authorization_code',
      code: new URL(allowed.location ?? '').searchParams.get('code'),
      redirect_uri: redirectUri,
      ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
    });
    expect(answer).toMatchObject({ status, ...(status === 403 ? { body: { error: 'invalid_grant' } } : {}) });
  });

  it('sends whoever denies back with access_denied and no code', () => {
    const { location = '' } = startLever().ask('POST', {}, { organization: SAMPLE_ORGANIZATION_ID, decision: 'deny' });
    const { searchParams } = new URL(location);
    expect([searchParams.get('error'), searchParams.get('code')]).toEqual(['access_denied', null]);
  });

  it.each([
    ['an app that Lever does not know', { client_id: 'other' }],
    ['no app', { client_id: undefined }],
    ['another callback address', { redirect_uri: 'http://127.0.0.1:3000/elsewhere' }],
    ['a callback address that only begins like it', { redirect_uri: `${redirectUri}/more` }],
    ['no callback address', { redirect_uri: undefined }],
    ['another response type', { response_type: 'token' }],
    ['no state', { state: undefined }],
    ['no audience', { audience: undefined }],
    ['no scope', { scope: undefined }],
    ['a scope that is none', { scope: 'everything' }],
  ])('sends nobody anywhere for %s, not even where it is allowed', (_, changes) => {
    const { ask } = startLever();
    for (const answer of [
      ask('GET', changes),
      ask('POST', changes, { organization: SAMPLE_ORGANIZATION_ID, decision: 'allow' }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.location).toBeUndefined();
      expect(answer.html).toContain('<li>');
    }
  });

  it('holds nothing but offline_access for another audience, as Lever says of its own', () => {
    const { html = '' } = startLever().ask('GET', { audience: 'https://api.lever.co/v1' });
    expect(html).toContain('offline_access');
    expect(html).not.toContain('notes:write:admin');
  });
});
