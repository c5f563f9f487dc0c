import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { permissionTable, statementsOf as statementsIn, viaServices } from './permission-table.ts';
import { ofType, synthesize, target } from './synthesize.ts';

// `REWRITE_PERMISSIONS=1 npm test -- test/unit/infra/permissions` rewrites the table in infra/README.md: read the diff before you commit it.
const readme = fileURLToPath(new URL('../../../infra/README.md', import.meta.url));
const block = /(?<=<!-- permissions -->\n)[\s\S]*?(?=<!-- \/permissions -->)/u;

const { service } = synthesize();
const policies = ofType(service, 'AWS::IAM::Policy');
const functions = ofType(service, 'AWS::Lambda::Function');

const statementsOf = (name: string) => statementsIn(service, name);

/** `action on resource` for everything that the function may do, but for its log, its traces and the key. */
const allowances = (name: string): string[] =>
  statementsOf(name)
    .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource !== '*')
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} on ${target(resource)}`)),
    )
    .filter((allowance) => !/^(logs|kms):/.test(allowance))
    .sort();

const consuming = (queue: string): string[] =>
  ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes', 'GetQueueUrl'].map(
    (action) => `sqs:${action} on ${queue}`,
  );
const items = (...actions: string[]): string[] => actions.map((action) => `dynamodb:${action} on Table`);
const sending = (...names: string[]): string[] => names.map((queue) => `sqs:SendMessage on ${queue}`);
const reading = (...names: string[]): string[] => names.map((id) => `secretsmanager:GetSecretValue on ${id}`);

describe('least privilege', () => {
  it.each([
    [
      'WebhookVerify',
      [...items('GetItem', 'PutItem', 'UpdateItem'), ...sending('StageChanges'), ...reading('WebhookKey')],
    ],
    ['StatusCallback', [...items('GetItem', 'PutItem'), ...sending('CheckUpdates'), ...reading('CallbackKey')]],
    [
      'CheckWorker',
      [
        ...items('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        'dynamodb:Query on Table/open',
        ...sending('CheckUpdates', 'StageChanges', 'StageChangesDead'),
        ...reading('EncryptionKey', 'CallbackKey', 'LeverApp'),
        ...consuming('StageChanges'),
      ],
    ],
    [
      'LeverUpdate',
      [
        ...items('GetItem', 'PutItem', 'UpdateItem'),
        ...sending('StageChanges', 'CheckUpdates', 'CheckUpdatesDead'),
        ...reading('EncryptionKey', 'LeverApp'),
        ...consuming('CheckUpdates'),
      ],
    ],
    [
      'Sweep',
      [
        ...items('UpdateItem'),
        'dynamodb:Query on Table/due',
        ...sending('StageChanges', 'CheckUpdates', 'AccountsDue'),
      ],
    ],
    [
      'AccountMaintenance',
      [
        ...items('GetItem', 'PutItem', 'UpdateItem', 'Query'),
        'dynamodb:Query on Table/open',
        ...sending('StageChanges', 'CheckUpdates', 'AccountsDueDead'),
        ...reading('EncryptionKey', 'WebhookKey', 'LeverApp'),
        ...consuming('AccountsDue'),
      ],
    ],
    [
      'SettingsApi',
      [
        ...items('GetItem', 'PutItem', 'UpdateItem', 'Query'),
        'dynamodb:Query on Table/open',
        ...reading('EncryptionKey', 'WebhookKey', 'LeverApp'),
      ],
    ],
    ['SettingsPage', []],
    [
      'LeverOauth',
      [...items('GetItem', 'PutItem', 'UpdateItem'), ...reading('EncryptionKey', 'WebhookKey', 'LeverApp')],
    ],
  ])('%s may do exactly what it needs, and read no secret that it does not need', (name, expected) => {
    expect(allowances(name)).toEqual([...expected].sort());
  });

  it('knows no wildcards, but for the two actions of X-Ray, which are granted on nothing less', () => {
    expect(Object.keys(policies)).toHaveLength(9);
    for (const { Properties } of Object.values(policies)) {
      const tracing = { Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*', Effect: 'Allow' };
      expect(Properties['PolicyDocument'].Statement).toContainEqual(tracing);
      for (const { Action, Resource } of Properties['PolicyDocument'].Statement) {
        expect([Action].flat().join()).not.toContain('*');
        if (String(Action) === String(tracing.Action)) continue;
        expect(JSON.stringify(Resource)).not.toContain('*');
      }
    }
  });

  it('comes from no ready-made policy', () => {
    for (const { Properties } of Object.values(ofType(service, 'AWS::IAM::Role'))) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
    }
  });

  it('lets functions use the key, for whatever it be, only through the services that they need', () => {
    for (const name of Object.keys(functions)) {
      const services = new Set(allowances(name).map((allowance) => allowance.split(':')[0] ?? ''));
      const uses = statementsOf(name).filter(({ Action }) => [Action].flat().some((each) => each.startsWith('kms:')));
      expect(uses).toHaveLength(name === 'SettingsPage' ? 0 : 1);
      for (const use of uses) expect(viaServices(use)).toEqual([...services].sort());
    }
  });

  it('lets the function that anybody can call at nothing in the table but what webhooks take', () => {
    const onTable = statementsOf('WebhookVerify').filter(
      ({ Action, Effect }) => Effect === 'Allow' && [Action].flat().join().includes('dynamodb:'),
    );
    expect(onTable).toHaveLength(1);
    expect(onTable[0]?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['WEBHOOK#*'] } });
  });

  it('lets the function that takes callbacks write nothing but which checks are to be looked at', () => {
    const writing = statementsOf('StatusCallback').filter(
      ({ Action, Effect }) => Effect === 'Allow' && [Action].flat().includes('dynamodb:PutItem'),
    );
    expect(writing.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['dynamodb:PutItem', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CALLBACK#*'] } }],
    ]);
  });

  it('lets no function change or delete a line of the audit, nor write where operators’ lines are', () => {
    for (const name of Object.keys(functions)) {
      if (!statementsOf(name).some(({ Action }) => [Action].flat().join().includes('dynamodb:'))) continue;
      expect(statementsOf(name)).toContainEqual({
        Effect: 'Deny',
        Action: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
        Resource: expect.anything(),
        Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['AUDIT#*'] } },
      });
      expect(statementsOf(name)).toContainEqual({
        Effect: 'Deny',
        Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Resource: expect.anything(),
        Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['OPERATOR#*'] } },
      });
    }
  });

  it('is what the table in infra/README.md says', () => {
    const table = `\n${permissionTable(service)}\n\n`;
    if (process.env['REWRITE_PERMISSIONS'] === '1') {
      writeFileSync(
        readme,
        readFileSync(readme, 'utf8').replace(block, () => table),
      );
    }
    expect(block.exec(readFileSync(readme, 'utf8'))?.[0]).toBe(table);
  });
});

describe('environment variables', () => {
  it.each(['CheckWorker', 'LeverUpdate', 'AccountMaintenance', 'SettingsApi', 'LeverOauth'])(
    'give %s, which calls Lever, all that a renewal of the access is made of',
    (name) => {
      const variables = functions[name]?.Properties['Environment'].Variables;
      const needed = ['LEVER_API_URL', 'LEVER_AUTH_URL', 'LEVER_APP_SECRET_ID', 'PUBLIC_API_URL'];
      expect(Object.keys(variables ?? {})).toEqual(expect.arrayContaining(needed));
    },
  );

  const plain =
    /^(NODE_OPTIONS|SERVICE_NAME|USER_AGENT|OIDC_\w+|(LEVER|TURN)_(API|AUTH)_URL|TURN_DASHBOARD_HOSTS|\w+_SECONDS)$/;

  it('hold no secret: each is public configuration or the name of a resource', () => {
    for (const { Properties } of Object.values(functions)) {
      const variables: Record<string, unknown> = Properties['Environment'].Variables;
      for (const [name, value] of Object.entries(variables)) {
        if (typeof value === 'string') expect(name).toMatch(plain);
        else expect(Object.keys(value ?? {})).toEqual([expect.stringMatching(/^(Ref|Fn::GetAtt|Fn::GetStackOutput)$/)]);
      }
    }
    expect(JSON.stringify(service)).not.toContain('{{resolve:');
  });

  it('name a secret exactly where the function may read it', () => {
    for (const [name, { Properties }] of Object.entries(functions)) {
      const variables: Record<string, unknown> = Properties['Environment'].Variables;
      const named = Object.entries(variables)
        .filter(([variable]) => variable.endsWith('_SECRET_ID'))
        .flatMap(([, value]) => reading(target(value)));
      expect(named.sort()).toEqual(allowances(name).filter((allowance) => allowance.startsWith('secretsmanager:')));
    }
  });
});
