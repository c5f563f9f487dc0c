import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Plan } from './assembly/plan.ts';
import { readAssembly } from './assembly/read-assembly.ts';
import { readPlan } from './assembly/read-plan.ts';
import { pseudoParameters } from './assembly/resolve-template.ts';
import type { Clock } from './clock.ts';
import { createQueues } from './create-queues.ts';
import { tablesAt } from './emulators/create-table.ts';
import { firstSecretValue } from './emulators/first-secret-value.ts';
import type { Queue } from './emulators/queue.ts';
import { startSecretsEmulator } from './emulators/secrets-emulator.ts';
import { type MailboxMail, startSesEmulator } from './emulators/ses-emulator.ts';
import { startSqsEmulator } from './emulators/sqs-emulator.ts';
import { askedOf, type GuardedService } from './iam/asked.ts';
import { type Refuse, refusingBy, startRoleGate } from './iam/role-gate.ts';

export type Resources = {
  plan: Plan;
  queues: readonly Queue[];
  /** The variables by which an unmodified AWS SDK finds the emulators. */
  awsEnvironment: Record<string, string>;
  /** What was mailed, oldest first. */
  mailbox: readonly MailboxMail[];
};

type ProvideOptions = {
  assemblyFolder: string;
  apiUrl: string;
  dynamodbUrl: string;
  /** Whether the database is somebody else's and nothing is to be kept in it. */
  tablesAreGuests: boolean;
  clock: Clock;
  timeScale: number;
  dataDir: string | undefined;
  /** The value of LEVER_APP. */
  leverApp: string;
  /** Whom mails may come from. */
  mailSender: string;
  log(line: string): void;
};

/** Reads the assembly and provides its queues, secrets and tables; what has to be stopped later is added to the clean-ups. */
export const provideResources = async (options: ProvideOptions, cleanups: (() => unknown)[]): Promise<Resources> => {
  const { assemblyFolder, apiUrl, dynamodbUrl, tablesAreGuests, clock, timeScale, dataDir, leverApp } = options;
  let queues: Queue[] = [];
  const sqs = await startSqsEmulator(() => queues, clock, timeScale);
  cleanups.push(sqs.stop);
  const secrets = await startSecretsEmulator(clock.now, dataDir && path.join(dataDir, 'secrets.json'));
  cleanups.push(secrets.stop);

  const ses = await startSesEmulator(options.mailSender, clock.now);
  cleanups.push(ses.stop);

  /** Functions reach AWS through gates that hold them to their roles, once it is known what those allow. */
  let refusals: Partial<Record<GuardedService, Refuse>> = {};
  const gateBefore = async (service: GuardedService, upstream: string): Promise<string> => {
    const refuse: Refuse = (...asking) => refusals[service]?.(...asking) ?? null;
    const gate = await startRoleGate({ upstream, refuse, log: options.log });
    cleanups.push(gate.stop);
    return gate.url;
  };
  const gates = {
    dynamodb: await gateBefore('dynamodb', dynamodbUrl),
    sqs: await gateBefore('sqs', sqs.url),
    secretsmanager: await gateBefore('secretsmanager', secrets.url),
    ses: await gateBefore('ses', ses.url),
  };

  const tableSuffix = tablesAreGuests ? `-${randomUUID().slice(0, 8)}` : '';
  const plan = readPlan(readAssembly(assemblyFolder), { apiUrl, sqsUrl: gates.sqs, tableSuffix });
  const asked = askedOf(plan);
  refusals = {
    dynamodb: refusingBy(plan.functions, asked.dynamodb),
    sqs: refusingBy(plan.functions, asked.sqs),
    secretsmanager: refusingBy(plan.functions, asked.secretsmanager),
    ses: refusingBy(plan.functions, asked.ses),
  };
  queues = createQueues(plan.queues, { now: clock.now, timeScale, dataDir });

  const leverApps = new Set(plan.functions.map(({ environment }) => environment['LEVER_APP_SECRET_ID']));
  for (const secret of plan.secrets) {
    secrets.create(secret, (leverApps.has(secret.arn) ? leverApp : undefined) ?? firstSecretValue(secret));
  }

  const region = pseudoParameters['AWS::Region'];
  const tables = tablesAt(dynamodbUrl, region);
  cleanups.push(tables.stop);
  for (const table of plan.tables) {
    await tables.create(table);
    if (tablesAreGuests) cleanups.push(() => tables.remove(table));
  }
  return {
    plan,
    queues,
    mailbox: ses.mailbox,
    awsEnvironment: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: gates.dynamodb,
      AWS_ENDPOINT_URL_SQS: gates.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: gates.secretsmanager,
      AWS_ENDPOINT_URL_SESV2: gates.ses,
      // Only the machine it runs on may have an older Node; the deployed functions do not.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  };
};
