import { describe, expect, it } from 'vitest';
import { type Action, isAllowed, type Statement } from '#infra/local/iam/statement.ts';

const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:Put*'],
  Resource: ['arn:aws:dynamodb:eu-central-1:000000000000:table/Table'],
  Condition: {},
  ...more,
});
const get = (more: Partial<Action> = {}): Action => ({
  action: 'dynamodb:GetItem',
  resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/Table',
  context: { 'dynamodb:LeadingKeys': ['WEBHOOK#acct_one'] },
  ...more,
});
const leadingKeys = (operator: string, ...keys: string[]) => ({ [operator]: { 'dynamodb:LeadingKeys': keys } });

describe('what a role allows', () => {
  it('is what one of its statements allows, and no other forbids', () => {
    expect(isAllowed([], get())).toBe(false);
    expect(isAllowed([allow()], get())).toBe(true);
    expect(isAllowed([allow()], get({ action: 'dynamodb:PutItem' }))).toBe(true);
    expect(isAllowed([allow()], get({ action: 'dynamodb:UpdateItem' }))).toBe(false);
    expect(isAllowed([allow()], get({ resource: `${allow().Resource[0]}/index/due` }))).toBe(false);
    expect(isAllowed([allow(), allow({ Effect: 'Deny', Action: ['dynamodb:*'] })], get())).toBe(false);
  });

  it.each([
    ['ForAllValues:StringLike', ['WEBHOOK#*'], ['WEBHOOK#acct_one'], true],
    ['ForAllValues:StringLike', ['WEBHOOK#*'], ['ACCOUNT#acct_one'], false],
    ['ForAllValues:StringLike', ['WEBHOOK#*'], ['WEBHOOK#acct_one', 'ACCOUNT#acct_one'], false],
    ['ForAllValues:StringLike', ['WEBHOOK#*'], [], true],
    ['ForAllValues:StringEquals', ['WEBHOOK#*'], ['WEBHOOK#acct_one'], false],
    ['ForAnyValue:StringLike', ['WEBHOOK#*'], ['ACCOUNT#acct_one', 'WEBHOOK#acct_one'], true],
    ['ForAnyValue:StringLike', ['WEBHOOK#*'], [], false],
    ['ForAllValues:StringNotLike', ['AUDIT#*'], ['ACCOUNT#acct_one'], true],
    ['ForAllValues:StringNotLike', ['AUDIT#*'], ['AUDIT#acct_one'], false],
    ['StringLike', ['WEBHOOK#acct_???'], ['WEBHOOK#acct_one'], true],
    ['StringLike', ['WEBHOOK#*'], [], false],
    ['StringNotEquals', ['WEBHOOK#acct_one'], [], true],
  ])('%s %j holds for %j: %s', (operator, wanted, given, isHolding) => {
    const statement = allow({ Condition: leadingKeys(operator, ...wanted) });
    expect(isAllowed([statement], get({ context: { 'dynamodb:LeadingKeys': given } }))).toBe(isHolding);
  });

  it('takes a pattern for a pattern, and nothing else in it', () => {
    const statement = allow({ Condition: leadingKeys('StringLike', 'A.C*') });
    expect(isAllowed([statement], get({ context: { 'dynamodb:LeadingKeys': ['ABC'] } }))).toBe(false);
    expect(isAllowed([statement], get({ context: { 'dynamodb:LeadingKeys': ['A.C\nD'] } }))).toBe(true);
  });

  it('does not guess what an operator means', () => {
    const statement = allow({ Condition: leadingKeys('NumericLessThan', '3') });
    expect(() => isAllowed([statement], get())).toThrow('NumericLessThan');
  });
});
