import { describe, expect, it } from 'vitest';
import { ofType, synthesize, target } from './synthesize.ts';

const { service } = synthesize({ mailSender: 'notices@turn.example' });
const without = synthesize().service;
type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
const statements = (name: string): Statement[] =>
  ofType(service, 'AWS::IAM::Policy')[`${name}RoleDefaultPolicy`]?.Properties['PolicyDocument'].Statement ?? [];
const actionsOf = (name: string): string[] =>
  statements(name)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)
    .filter((action) => !/^(?:logs|kms|xray):/u.test(action))
    .sort();

describe('mails', () => {
  it('are no part of a deployment without a sender', () => {
    expect(JSON.stringify(without)).not.toMatch(/ses:|MAIL_SENDER|MailNotices|MailLinks/u);
  });

  it('may be sent by one function, from one address', () => {
    const policies = Object.entries(ofType(service, 'AWS::IAM::Policy'));
    const senders = policies.filter(([, { Properties }]) => JSON.stringify(Properties).includes('ses:'));
    expect(senders.map(([id]) => id)).toEqual(['MailNoticesRoleDefaultPolicy']);
    const [sending] = statements('MailNotices').filter(({ Action }) => Action === 'ses:SendEmail');
    expect(sending?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': ['notices@turn.example'] } });
    const identities = JSON.stringify(sending?.Resource).match(/identity\/[^"]+/gu);
    expect(identities).toEqual(['identity/notices@turn.example', 'identity/turn.example']);
    expect(JSON.stringify(sending)).not.toContain('*');
  });

  it('need the table and the key of the addresses, and their links the table alone', () => {
    expect(actionsOf('MailNotices')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'secretsmanager:GetSecretValue',
      'ses:SendEmail',
    ]);
    expect(actionsOf('MailLinks')).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
  });

  it('are looked at every minute, beside the sweep and never twice at once', () => {
    const rules = Object.values(ofType(service, 'AWS::Events::Rule'));
    expect(rules).toHaveLength(1);
    const targets = rules[0]?.Properties['Targets'].map(({ Arn }: { Arn: unknown }) => target(Arn));
    expect(targets).toEqual(['Sweep', 'MailNotices']);
    for (const { Properties } of Object.values(ofType(service, 'AWS::Lambda::EventInvokeConfig')))
      expect(Properties['MaximumRetryAttempts']).toBe(0);
  });

  it('have links that need no sign-in', () => {
    const routes = Object.values(ofType(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);
    const links = routes.filter(({ RouteKey }) => RouteKey.includes('/mail/'));
    expect(links.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]).sort()).toEqual([
      ['GET /mail/{account}/{action}/{token}', 'NONE'],
      ['POST /mail/{account}/{action}/{token}', 'NONE'],
    ]);
  });

  it('are told of to the settings API, which shows whether there are any', () => {
    const functions = ofType(service, 'AWS::Lambda::Function');
    const withSender = Object.entries(functions).filter(
      ([, { Properties }]) => Properties['Environment'].Variables.MAIL_SENDER !== undefined,
    );
    expect(withSender.map(([id]) => id).sort()).toEqual(['MailNotices', 'SettingsApi']);
  });
});
