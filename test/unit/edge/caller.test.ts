import { describe, expect, it } from 'vitest';
import { readCaller, readName } from '#shared/edge/authorize.ts';

const names = { account: 'org', role: 'role', superAdminRole: 'super_admin', memberRoles: ['member', 'viewer'] };
const claims = { sub: 'user-1', org: 'acct_harborlight', role: 'super_admin' };

describe('the caller', () => {
  it('is who the token names, of the account that its claim names', () => {
    expect(readCaller(claims, names)).toEqual({
      accountId: 'acct_harborlight',
      userId: 'user-1',
      isSuperAdmin: true,
      hasRole: true,
    });
  });

  it.each([['member'], ['Super_Admin'], ['[super_admin member]'], [undefined], [['super_admin']], [true]])(
    'is no Super Admin with the role %j',
    (role) => {
      expect(readCaller({ ...claims, role }, names)).toMatchObject({ isSuperAdmin: false });
    },
  );

  it.each([
    ['super_admin', true],
    ['member', true],
    ['viewer', true],
    ['Member', false],
    ['', false],
    [undefined, false],
    [['member'], false],
  ])('has a role that we know with %j: %s', (role, hasRole) => {
    expect(readCaller({ ...claims, role }, names)).toMatchObject({ hasRole });
  });

  it.each([
    ['is its own client', { client_id: 'user-1' }],
    ['is its own authorized party', { azp: 'user-1' }],
    ['says so', { gty: 'client-credentials' }],
  ])('is nobody where a program got the token for itself, which %s', (_, told) => {
    expect(readCaller({ ...claims, ...told }, names)).toBeNull();
    expect(readCaller({ ...claims, client_id: 'settings-page', azp: 'settings-page' }, names)).not.toBeNull();
  });

  it.each([
    ['no account', { sub: 'user-1', role: 'super_admin' }],
    ['an account under another name', { sub: 'user-1', account_id: 'acct_harborlight' }],
    ['an account that can be no id of ours', { ...claims, org: 'acct_a#CREDENTIALS' }],
    ['an empty account', { ...claims, org: '' }],
    ['an account that is no text', { ...claims, org: ['acct_a'] }],
    ['nobody', { org: 'acct_harborlight', role: 'super_admin' }],
    ['an empty name', { ...claims, sub: '' }],
    ['nothing', {}],
  ])('is nobody where the token names %s', (_, given) => {
    expect(readCaller(given, names)).toBeNull();
  });

  it('is not found in what every object inherits', () => {
    expect(readCaller({ sub: 'user-1' }, { ...names, account: 'constructor' })).toBeNull();
  });
});

describe('what a person is called', () => {
  it.each([
    [{ name: 'Marisol Quintrell', email: 'm@a.example' }, 'Marisol Quintrell'],
    [{ name: ' Marisol\u200b \n Quintrell ' }, 'Marisol Quintrell'],
    [{ name: ' ', email: 'm@a.example' }, 'm@a.example'],
    [{ name: ['Marisol'], email: 'm@a.example' }, 'm@a.example'],
    [{ name: 'x'.repeat(300) }, 'x'.repeat(100)],
    [{}, null],
  ])('is what their token says: %j', (said, expected) => {
    expect(readName({ ...claims, ...said })).toBe(expected);
  });
});
