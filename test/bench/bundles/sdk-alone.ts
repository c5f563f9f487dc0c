/** Calls of the SDK: the commands of each client. */
type Calls = {
  readonly table?: readonly string[];
  readonly queue?: readonly string[];
  readonly secrets?: boolean;
  readonly mail?: boolean;
};

const table = ['GetCommand', 'PutCommand', 'UpdateCommand'];

/** What each function may do in AWS (infra/service-stack.ts). */
export const sdkCallsOf: Readonly<Record<string, Calls>> = {
  'webhook-verify': { table, queue: ['SendMessageCommand'], secrets: true },
  'status-callback': {
    table: ['GetCommand', 'PutCommand'],
    queue: ['SendMessageCommand'],
    secrets: true,
  },
  'check-worker': {
    table: [...table, 'QueryCommand', 'DeleteCommand'],
    queue: ['SendMessageCommand', 'ChangeMessageVisibilityCommand'],
    secrets: true,
  },
  'lever-update': { table, queue: ['SendMessageCommand', 'ChangeMessageVisibilityCommand'], secrets: true },
  sweep: { table: [...table, 'QueryCommand'], queue: ['SendMessageCommand'], secrets: true },
  'account-maintenance': {
    table: [...table, 'QueryCommand'],
    queue: ['SendMessageCommand', 'ChangeMessageVisibilityCommand'],
    secrets: true,
  },
  'settings-api': { table: [...table, 'QueryCommand'], secrets: true },
  'lever-oauth': { table, secrets: true },
  'mail-links': { table, secrets: true },
  'mail-notices': { table: [...table, 'QueryCommand'], secrets: true, mail: true },
};

/** An entry that has these clients, and of an event makes the calls of the public functions, one of each kind. Bundled with all that the SDK brings, as people ship it: its chain of credentials too. */
export const sdkAloneText = ({ table: commands = [], queue = [], secrets = false, mail = false }: Calls): string => {
  const clients = [
    `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';`,
    `import { DynamoDBDocumentClient, ${commands.join(', ')} } from '@aws-sdk/lib-dynamodb';`,
    queue.length > 0 ? `import { SQSClient, ${queue.join(', ')} } from '@aws-sdk/client-sqs';` : '',
    secrets ? `import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';` : '',
    mail ? `import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';` : '',
  ];
  const name = `{ TableName: process.env.TABLE_NAME, Key: { pk: 'BENCH#acct_bench', sk: 'ALONE' } }`;
  return `${clients.join('\n')}
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    ${queue.length > 0 ? 'const queue = new SQSClient({});' : ''}
    ${secrets ? 'const secrets = new SecretsManagerClient({});' : ''}
    ${mail ? 'export const mail = [new SESv2Client({}), SendEmailCommand];' : ''}
    export const used = [${[...commands, ...queue].join(', ')}];
    export const handler = async () => {
      ${secrets ? 'await secrets.send(new GetSecretValueCommand({ SecretId: process.env.WEBHOOK_KEY_SECRET_ID }));' : ''}
      await table.send(new GetCommand(${name}));
      ${commands.includes('UpdateCommand') ? `await table.send(new UpdateCommand({ ...${name}, UpdateExpression: 'SET content = :one', ExpressionAttributeValues: { ':one': 1 } }));` : ''}
      ${queue.length > 0 ? `await queue.send(new SendMessageCommand({ QueueUrl: process.env.STAGE_CHANGES_QUEUE_URL, MessageBody: '{}' }));` : ''}
      await table.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item: { pk: 'BENCH#acct_bench', sk: 'ALONE' } }));
      return { statusCode: 200 };
    };`;
};
