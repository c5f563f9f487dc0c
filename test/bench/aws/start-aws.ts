import { randomBytes } from 'node:crypto';
import { buildTools } from '#infra/local/build-tools.ts';
import { createChildProcesses } from '#infra/local/child-processes.ts';
import { openClock } from '#infra/local/clock.ts';
import { tablesAt } from '#infra/local/emulators/create-table.ts';
import { startDynamodb } from '#infra/local/emulators/dynamodb-process.ts';
import { createQueue, type Queue } from '#infra/local/emulators/queue.ts';
import { noQueueLog } from '#infra/local/emulators/queue-log.ts';
import { startSecretsEmulator } from '#infra/local/emulators/secrets-emulator.ts';
import { startSqsEmulator } from '#infra/local/emulators/sqs-emulator.ts';
import { startRoleGate } from '#infra/local/iam/role-gate.ts';
import { tableDefinition } from '../../contract/table-definition.ts';

const region = 'eu-central-1';

/** AWS on loopback, which counts what it is asked. */
export type CountedAws = {
  /** What a function finds in its environment: everything that any of ours is given. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<'stage-changes' | 'check-updates', Queue>>;
  /** Forgets what was asked until now, and answers it: how often each operation, by name. */
  takeCalls(): Record<string, number>;
  stop(): Promise<void>;
};

const queueNamed = (name: string): Queue =>
  createQueue(
    {
      name,
      arn: `arn:aws:sqs:${region}:000000000000:${name}`,
      visibilityTimeoutMs: 360_000,
      delayMs: 0,
      retentionMs: 1_209_600_000,
      receiveWaitMs: 0,
      redrive: undefined,
    },
    Date.now,
    noQueueLog,
  );

/** Starts the local stack's emulators with one table, the queues and the secrets; `folder` takes the programs that they need. */
export const startCountedAws = async (
  folder: string,
  vendors: { readonly leverUrl: string; readonly turnUrl: string },
): Promise<CountedAws> => {
  const quiet = (): void => undefined;
  await buildTools(folder);
  const children = createChildProcesses(folder, folder);
  const dynamodb = await startDynamodb(children, { dataDir: undefined, log: quiet });
  const tables = tablesAt(dynamodb, region);
  await tables.create(tableDefinition);
  const queues = { 'stage-changes': queueNamed('stage-changes'), 'check-updates': queueNamed('check-updates') };
  const others = ['stage-changes-dead', 'accounts-due', 'accounts-due-dead'].map(queueNamed);
  const sqs = await startSqsEmulator(() => [...Object.values(queues), ...others], openClock(undefined), 1);
  const secrets = await startSecretsEmulator(Date.now, undefined);
  const secret = (name: string, value: string): string => {
    secrets.create({ name, arn: name }, value);
    return name;
  };
  const ring = (): string => JSON.stringify({ 0: randomBytes(32).toString('hex') });

  let calls: Record<string, number> = {};
  const counted = async (upstream: string) =>
    startRoleGate({
      upstream,
      log: quiet,
      refuse: (_caller, { headers }) => {
        const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
        calls[operation] = (calls[operation] ?? 0) + 1;
        return null;
      },
    });
  const gates = [await counted(dynamodb), await counted(sqs.url), await counted(secrets.url)] as const;
  const [tableGate, queueGate, secretGate] = gates;
  const queueUrl = (name: string): string => `${queueGate.url}/000000000000/${name}`;
  return {
    queues,
    environment: {
      NODE_OPTIONS: '--enable-source-maps',
      LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'LeverTurn',
      POWERTOOLS_SERVICE_NAME: 'lever-turn-bench',
      SERVICE_NAME: 'lever-turn-bench',
      USER_AGENT: 'lever-turn-background-checks/bench',
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: tableGate.url,
      AWS_ENDPOINT_URL_SQS: queueGate.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretGate.url,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      TABLE_NAME: tableDefinition.name,
      STAGE_CHANGES_QUEUE_URL: queueUrl('stage-changes'),
      CHECK_UPDATES_QUEUE_URL: queueUrl('check-updates'),
      ACCOUNTS_DUE_QUEUE_URL: queueUrl('accounts-due'),
      OWN_QUEUE_URL: queueUrl('stage-changes'),
      DEAD_LETTER_QUEUE_URL: queueUrl('stage-changes-dead'),
      ENCRYPTION_KEY_SECRET_ID: secret('encryption-key', ring()),
      WEBHOOK_KEY_SECRET_ID: secret('webhook-key', ring()),
      CALLBACK_KEY_SECRET_ID: secret('callback-key', randomBytes(32).toString('hex')),
      LEVER_APP_SECRET_ID: secret('lever-app', JSON.stringify({ clientId: 'bench', clientSecret: 'bench' })),
      PUBLIC_API_URL: 'https://api.example',
      LEVER_API_URL: vendors.leverUrl,
      LEVER_AUTH_URL: new URL(vendors.leverUrl).origin,
      TURN_API_URL: vendors.turnUrl,
      TURN_DASHBOARD_HOSTS: 'partners.turn.ai',
      MAIL_SENDER: 'notices@turn.example',
      ORDER_VISIBILITY_SECONDS: '120',
      RETRY_FIRST_SECONDS: '60',
      RETRY_LONGEST_SECONDS: '21600',
      POLL_INTERVAL_SECONDS: '21600',
      REDELIVERY_SECONDS: '300',
      GATHER_SECONDS: '10',
      MAINTENANCE_SECONDS: '3600',
      OIDC_ISSUER: 'https://id.example/',
      OIDC_CLIENT_ID: 'bench',
      OIDC_AUDIENCE: 'bench',
      OIDC_SCOPE: 'openid',
      OIDC_ACCOUNT_CLAIM: 'account_id',
      OIDC_ROLE_CLAIM: 'role',
      OIDC_SUPER_ADMIN_ROLE: 'super_admin',
      OIDC_MEMBER_ROLES: 'member',
    },
    takeCalls() {
      const taken = calls;
      calls = {};
      return taken;
    },
    async stop() {
      await Promise.all(gates.map((gate) => gate.stop()));
      await Promise.all([sqs.stop(), secrets.stop()]);
      tables.stop();
      await children.endAll();
    },
  };
};
