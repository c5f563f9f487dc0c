import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { callbackPartitionPrefix, webhookPartitionPrefix } from '#shared/stores/keys.ts';
import { createAlarmActions } from './alarm-targets.ts';
import { createAlarms } from './alarms.ts';
import { deployGradually } from './constructs/gradual-deployment.ts';
import { PublicApi, type Route } from './constructs/public-api.ts';
import {
  type NamedTable,
  ServiceFunction,
  type ServiceFunctionProps,
  type TableAction,
} from './constructs/service-function.ts';
import { consume, createWorkQueue } from './constructs/work-queue.ts';
import { createDashboard } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import { createMonthlyBudget } from './monthly-budget.ts';
import { createSavedQueries } from './saved-queries.ts';
import type { Stage } from './stages.ts';

const HTTP_TIMEOUT = Duration.seconds(10);
const WORKER_TIMEOUT = Duration.seconds(60);
// An account's lists may be long and Lever slow; of what a run leaves, the next one goes on.
const MAINTENANCE_TIMEOUT = Duration.seconds(120);
// API Gateway gives up on us after half a minute. Who renews an access stays to save what Lever's login answers all the same.
const RENEWING_TIMEOUT = Duration.seconds(60);
// It begins nothing after 35 seconds, so that it ends before the next one begins.
const SWEEP_TIMEOUT = Duration.seconds(50);
const MAIL_TIMEOUT = Duration.seconds(90);

// The next minute is the retry: Lambda's own would run beside it, and those it could not start for hours would all come at once.
const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };

// Every waiting time ends in _SECONDS: running on one machine, all of them are divided to watch a day in seconds.
const WAITS = {
  ORDER_VISIBILITY_SECONDS: '120',
  RETRY_FIRST_SECONDS: '60',
  RETRY_LONGEST_SECONDS: '21600',
  POLL_INTERVAL_SECONDS: '21600',
  REDELIVERY_SECONDS: '300',
  MAINTENANCE_SECONDS: '3600',
};

// Twice as long as clocks of ours may differ: for five seconds, callbacks about the same check make one message.
const GATHERING = { GATHER_SECONDS: '10' };

const { GET, PUT, POST, DELETE } = HttpMethod;

/**
 * The route, with and without a slash at the end of its path: people copy addresses in both forms. API Gateway takes the two
 * for different paths and deploys no route that ends in a slash, but what a greedy variable stands for may be empty.
 */
const slashOrNot = (route: Route): Route[] => [
  route,
  { ...route, id: `${route.id}Slash`, path: `${route.path}/{slash+}` },
];

/** A table that was restored from the data stack's own, under a name of its own. */
const findTable = (scope: Construct, tableName: string): NamedTable =>
  Table.fromTableAttributes(scope, 'RestoredTable', { tableName });

type ServiceStackProps = StackProps & { stage: Stage; data: DataStack };

/** One function of the flow: what may call it, and what it may touch. Queues and secrets stand under the variables in which it finds them. */
type FlowFunction = Omit<ServiceFunctionProps, 'key' | 'logs' | 'environment'> & {
  routes?: readonly Route[];
  /** What it may do with items of the table. */
  table?: TableAction[];
  /** Of these partitions alone: how their names begin. */
  onlyPartitions?: string;
  sends?: Record<string, Queue>;
  secrets?: Record<string, Secret>;
  environment?: Record<string, string>;
};

/** The flow: what comes in, which queue it waits in, which function works on it, and what that function may touch. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { stage, data } = props;
    const { key } = data;
    const table: NamedTable = stage.restoredTable === undefined ? data.table : findTable(this, stage.restoredTable);
    const logs = { key, retention: stage.logRetention };
    const publicApi = new PublicApi(this, 'PublicApi', { ...stage, logs });
    const stageChanges = createWorkQueue(this, 'StageChanges', key, WORKER_TIMEOUT);
    const checkUpdates = createWorkQueue(this, 'CheckUpdates', key, WORKER_TIMEOUT);
    const accountsDue = createWorkQueue(this, 'AccountsDue', key, MAINTENANCE_TIMEOUT);
    const serviceName = `lever-turn-${stage.name}`;

    const toCheckWorker = { STAGE_CHANGES_QUEUE_URL: stageChanges.queue };
    const toLeverUpdate = { CHECK_UPDATES_QUEUE_URL: checkUpdates.queue };
    const toMaintenance = { ACCOUNTS_DUE_QUEUE_URL: accountsDue.queue };
    const encryptionKey = { ENCRYPTION_KEY_SECRET_ID: data.encryptionKeySecret };
    const webhookKey = { WEBHOOK_KEY_SECRET_ID: data.webhookKeySecret };
    const callbackKey = { CALLBACK_KEY_SECRET_ID: data.callbackKeySecret };
    const leverApp = { LEVER_APP_SECRET_ID: data.leverAppSecret };
    const lever = { LEVER_API_URL: stage.leverApiUrl, LEVER_AUTH_URL: stage.leverAuthUrl };
    const turn = { TURN_API_URL: stage.turnApiUrl, TURN_DASHBOARD_HOSTS: stage.turnDashboardHosts.join(',') };
    const ownAddress = { PUBLIC_API_URL: publicApi.url };
    const mailSender: Record<string, string> = stage.mailSender === undefined ? {} : { MAIL_SENDER: stage.mailSender };
    const cap = stage.defaultHourlyCap;
    const defaultHourlyCap: Record<string, string> = cap === undefined ? {} : { DEFAULT_HOURLY_CAP: String(cap) };
    const claims = {
      OIDC_ACCOUNT_CLAIM: stage.openId.accountClaim,
      OIDC_ROLE_CLAIM: stage.openId.roleClaim,
      OIDC_SUPER_ADMIN_ROLE: stage.openId.superAdminRole,
      OIDC_MEMBER_ROLES: stage.openId.memberRoles.join(','),
    };

    const createFunction = (name: string, given: FlowFunction): ServiceFunction => {
      const { routes = [], table: actions, onlyPartitions, sends = {}, secrets = {}, environment, ...own } = given;
      const created = new ServiceFunction(this, name, {
        ...own,
        key: actions && key,
        logs,
        environment: {
          NODE_OPTIONS: '--enable-source-maps',
          SERVICE_NAME: serviceName,
          USER_AGENT: stage.userAgent,
          ...environment,
        },
      });
      if (actions) created.mayUseTable(table, actions, onlyPartitions);
      for (const [variable, queue] of Object.entries(sends)) created.maySend(queue, variable);
      for (const [variable, secret] of Object.entries(secrets)) created.mayRead(secret, variable);
      for (const route of routes) publicApi.addRoute(route, created);
      return created;
    };

    const webhookVerify = createFunction('WebhookVerify', {
      folder: 'webhook-verify',
      isGradual: true,
      description: 'Believes or refuses what Lever says has moved',
      failureImpact:
        'Lever’s webhooks are not accepted. Lever gives up after five tries; then only maintenance finds the moves.',
      timeout: HTTP_TIMEOUT,
      table: ['GetItem', 'PutItem', 'UpdateItem'],
      // Anybody can call it: it gets at nothing that lets us into Lever or Turn.
      onlyPartitions: webhookPartitionPrefix,
      sends: toCheckWorker,
      secrets: webhookKey,
      routes: slashOrNot({
        id: 'LeverWebhook',
        method: POST,
        path: '/lever/{account}/webhook',
        limit: 'webhook',
        openBecause:
          'Lever cannot authenticate to API Gateway; the function verifies Lever’s signature before anything else.',
      }),
    });

    const statusCallback = createFunction('StatusCallback', {
      folder: 'status-callback',
      description: 'Takes the hint that a check at Turn has changed',
      failureImpact: 'Turn’s callbacks are not accepted; Lever shows progress only as often as we poll Turn.',
      timeout: HTTP_TIMEOUT,
      environment: GATHERING,
      table: ['GetItem'],
      sends: toLeverUpdate,
      secrets: callbackKey,
      routes: slashOrNot({
        id: 'TurnCallback',
        method: POST,
        path: '/turn/{account}/{key}',
        limit: 'callback',
        openBecause:
          'Turn signs nothing; the function compares the key in the path, and a callback is only a hint to read Turn.',
      }),
    });

    // Anybody can call it: it writes nothing but which checks are to be looked at soon.
    statusCallback.mayUseTable(table, ['PutItem'], callbackPartitionPrefix);

    const checkWorker = createFunction('CheckWorker', {
      folder: 'check-worker',
      isGradual: true,
      description: 'Reads the opportunity from Lever and starts at most one check at Turn',
      failureImpact:
        'Checks start late or not at all. None starts twice: before an order is repeated, we ask Turn whether the first one arrived.',
      timeout: WORKER_TIMEOUT,
      environment: { ...WAITS, ...lever, ...turn, ...ownAddress, ...defaultHourlyCap },
      table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
      sends: { ...toCheckWorker, ...toLeverUpdate, DEAD_LETTER_QUEUE_URL: stageChanges.deadLetters },
      secrets: { ...encryptionKey, ...callbackKey, ...leverApp },
    });
    checkWorker.mayQueryIndex(table, 'open');
    consume(checkWorker, stageChanges);

    const leverUpdate = createFunction('LeverUpdate', {
      folder: 'lever-update',
      isGradual: true,
      description: 'Reads the check from Turn and makes Lever show it',
      failureImpact: 'Tags and notes in Lever are late or missing.',
      timeout: WORKER_TIMEOUT,
      environment: { ...WAITS, ...lever, ...turn, ...ownAddress },
      table: ['GetItem', 'PutItem', 'UpdateItem'],
      sends: { ...toCheckWorker, ...toLeverUpdate, DEAD_LETTER_QUEUE_URL: checkUpdates.deadLetters },
      secrets: { ...encryptionKey, ...leverApp },
    });
    consume(leverUpdate, checkUpdates);

    const sweep = createFunction('Sweep', {
      folder: 'sweep',
      description: 'Enqueues the work that was lost or has come due, and the accounts that are to be maintained',
      failureImpact: 'Retries are not started, lost webhooks are not found, and idle connections end.',
      timeout: SWEEP_TIMEOUT,
      environment: WAITS,
      table: ['UpdateItem'],
      sends: { ...toCheckWorker, ...toLeverUpdate, ...toMaintenance },
    });
    sweep.mayQueryIndex(table, 'due');
    sweep.function.configureAsyncInvoke(ONCE);
    const everyMinute = new Rule(this, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)) });
    everyMinute.addTarget(new LambdaFunction(sweep.function));

    const accountMaintenance = createFunction('AccountMaintenance', {
      folder: 'account-maintenance',
      description: 'Keeps an account’s access to Lever alive, and finds what no webhook told us of',
      failureImpact: 'Lost webhooks are not found, and idle connections end after 90 days.',
      timeout: MAINTENANCE_TIMEOUT,
      environment: { ...WAITS, ...lever, ...ownAddress },
      table: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      sends: { ...toCheckWorker, ...toLeverUpdate, DEAD_LETTER_QUEUE_URL: accountsDue.deadLetters },
      secrets: { ...encryptionKey, ...webhookKey, ...leverApp },
    });
    accountMaintenance.mayQueryIndex(table, 'open');
    consume(accountMaintenance, accountsDue, stage.maintenanceWorkers);

    const settingsApi = createFunction('SettingsApi', {
      folder: 'settings-api',
      description: 'Shows people of an account how it fares, and lets its Super Admins change what it chose',
      failureImpact: 'People see and change nothing on the settings page; checks go on with the present settings.',
      timeout: RENEWING_TIMEOUT,
      environment: { ...claims, ...lever, ...turn, ...ownAddress, ...mailSender, ...defaultHourlyCap },
      table: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      secrets: { ...encryptionKey, ...webhookKey, ...leverApp },
      routes: [
        { id: 'ShowAccount', method: GET, path: '/api/account', limit: 'settings' },
        { id: 'ShowSettings', method: GET, path: '/api/settings', limit: 'settings' },
        { id: 'ChangeSettings', method: PUT, path: '/api/settings', limit: 'settings' },
        { id: 'SetWebhookSecret', method: PUT, path: '/api/webhook-secret', limit: 'settings' },
        { id: 'RevokePreviousSecret', method: DELETE, path: '/api/webhook-secret/previous', limit: 'settings' },
        { id: 'ShowStages', method: GET, path: '/api/stages', limit: 'settings' },
        { id: 'ShowPackages', method: GET, path: '/api/packages', limit: 'settings' },
        { id: 'ChangePackages', method: PUT, path: '/api/packages', limit: 'settings' },
        { id: 'ShowMailAddresses', method: GET, path: '/api/mail-addresses', limit: 'settings' },
        { id: 'ChangeMailAddresses', method: PUT, path: '/api/mail-addresses', limit: 'settings' },
        { id: 'ShowActivity', method: GET, path: '/api/activity', limit: 'settings' },
        { id: 'ListCandidates', method: GET, path: '/api/candidates', limit: 'settings' },
        { id: 'ShowCandidate', method: GET, path: '/api/candidates/{opportunityId}', limit: 'settings' },
        { id: 'ShowUsage', method: GET, path: '/api/usage', limit: 'settings' },
        {
          id: 'ResendInvitation',
          method: POST,
          path: '/api/candidates/{opportunityId}/resend-invitation',
          limit: 'settings',
        },
        { id: 'CheckAgainAtTurn', method: POST, path: '/api/candidates/{opportunityId}/recheck', limit: 'settings' },
        { id: 'ShowInStage', method: GET, path: '/api/in-stage', limit: 'settings' },
        { id: 'RequestChecks', method: POST, path: '/api/backfill', limit: 'settings' },
        { id: 'PauseChecks', method: PUT, path: '/api/pause', limit: 'settings' },
        { id: 'PreviewCheck', method: POST, path: '/api/preview', limit: 'settings' },
        { id: 'CheckAgain', method: POST, path: '/api/candidates/{opportunityId}/decide', limit: 'settings' },
        {
          id: 'DescribeApi',
          method: GET,
          path: '/api/openapi.json',
          limit: 'settings',
          openBecause: 'The API’s description is the same for everybody and holds nothing of any account.',
        },
      ],
    });

    settingsApi.mayQueryIndex(table, 'open');

    const pageIsForAll =
      'The page is the same for everybody and holds nothing of any account; it is where people sign in.';
    const settingsPage = createFunction('SettingsPage', {
      folder: 'settings-page',
      description: 'Serves the settings page to browsers',
      failureImpact: 'Customers cannot open the settings page, so nobody can connect or change anything; checks go on.',
      timeout: HTTP_TIMEOUT,
      beside: 'write-page.ts',
      environment: {
        OIDC_ISSUER: stage.openId.issuer,
        OIDC_CLIENT_ID: stage.openId.clientId,
        OIDC_AUDIENCE: stage.openId.audience,
        OIDC_SCOPE: stage.openId.scope,
        ...ownAddress,
      },
      routes: [
        { id: 'SettingsPageRoute', method: GET, path: '/settings', limit: 'page', openBecause: pageIsForAll },
        { id: 'SettingsFileRoute', method: GET, path: '/settings/{file+}', limit: 'page', openBecause: pageIsForAll },
        { id: 'RootRoute', method: GET, path: '/', limit: 'page', openBecause: pageIsForAll },
      ],
    });

    const leverOauth = createFunction('LeverOauth', {
      folder: 'lever-oauth',
      description: 'Connects an account to Lever, and disconnects it',
      failureImpact:
        'Super Admins cannot connect their account to Lever or disconnect it. Connected accounts go on working.',
      timeout: RENEWING_TIMEOUT,
      environment: { ...lever, ...ownAddress, ...claims },
      table: ['GetItem', 'PutItem', 'UpdateItem'],
      secrets: { ...encryptionKey, ...webhookKey, ...leverApp },
      routes: [
        { id: 'LeverAuthorize', method: POST, path: '/api/lever/authorize', limit: 'login' },
        { id: 'LeverShowReplacement', method: GET, path: '/api/lever/replace', limit: 'login' },
        { id: 'LeverReplace', method: POST, path: '/api/lever/replace', limit: 'login' },
        { id: 'LeverDisconnect', method: POST, path: '/api/lever/disconnect', limit: 'login' },
        {
          id: 'LeverCallback',
          method: GET,
          path: '/lever/oauth/callback',
          limit: 'login',
          openBecause:
            'Lever sends a browser here, without a token; the function checks a one-time state that is bound to that browser and to the account.',
        },
      ],
    });

    const createMailFunctions = (sender: string) => {
      const mailNotices = createFunction('MailNotices', {
        folder: 'mail-notices',
        description: 'Mails people of an account what is wrong, and when it is mended',
        failureImpact: 'Nobody is mailed what is wrong with an account; the settings page goes on saying so.',
        timeout: MAIL_TIMEOUT,
        environment: { ...WAITS, ...ownAddress },
        table: ['GetItem', 'PutItem', 'Query'],
        secrets: { ...encryptionKey, ...webhookKey },
      });
      mailNotices.mayQueryIndex(table, 'due');
      mailNotices.mayQueryIndex(table, 'open');
      mailNotices.maySendMailFrom(sender);
      mailNotices.function.configureAsyncInvoke(ONCE);
      everyMinute.addTarget(new LambdaFunction(mailNotices.function));

      const path = '/mail/{account}/{action}/{token}';
      const openBecause =
        'The links of our mails lead here, for people who are not signed in; the function compares a secret in the path.';
      const mailLinks = createFunction('MailLinks', {
        folder: 'mail-links',
        description: 'Confirms an address by the link in its mail, or takes it off the list',
        failureImpact: 'People can neither confirm their address nor unsubscribe it.',
        timeout: HTTP_TIMEOUT,
        // No secret: it compares hashes, and shows no address.
        table: ['GetItem', 'PutItem'],
        routes: [
          { id: 'ShowMailLink', method: GET, path, limit: 'login', openBecause },
          { id: 'FollowMailLink', method: POST, path, limit: 'login', openBecause },
        ],
      });
      return { mailNotices, mailLinks };
    };
    // Without a sender that SES knows, none of it exists.
    const mailFunctions = stage.mailSender === undefined ? {} : createMailFunctions(stage.mailSender);

    const watched = {
      functions: {
        webhookVerify,
        statusCallback,
        checkWorker,
        leverUpdate,
        sweep,
        accountMaintenance,
        settingsApi,
        settingsPage,
        leverOauth,
        ...mailFunctions,
      },
      queues: { stageChanges, checkUpdates, accountsDue },
      serverErrors: publicApi.serverErrors(),
      requests: publicApi.requests(),
      tooMany: publicApi.tooMany,
      latency: ['p50', 'p99'].map((statistic) => publicApi.api.metricLatency({ statistic })),
      tableName: table.tableName,
      serviceName,
    };
    const actions = createAlarmActions(this, stage.alarms, key);
    const alarms = createAlarms(this, watched, { actions, serviceName, runbookUrl: stage.runbookUrl });
    createDashboard(this, watched, alarms);
    const gradual = Object.values(watched.functions).filter(({ live }) => live !== null);
    // Where our own code throws at a message, no call fails: the queue gives the message out again.
    const failing = [...gradual.map(({ node }) => `${node.id}FailsAlarm`), 'UnforeseenErrorsAlarm'];
    deployGradually(
      this,
      gradual,
      alarms.filter(({ node }) => failing.includes(node.id)),
    );
    createSavedQueries(this, watched);
    if (stage.monthlyBudgetUsd !== undefined) createMonthlyBudget(this, stage.monthlyBudgetUsd, stage);
    // What the operator's command line needs, with the outputs of the data stack.
    new CfnOutput(this, 'StageChangesQueueUrl', { value: stageChanges.queue.queueUrl });
    new CfnOutput(this, 'CheckUpdatesQueueUrl', { value: checkUpdates.queue.queueUrl });
    new CfnOutput(this, 'AccountsDueQueueUrl', { value: accountsDue.queue.queueUrl });
    new CfnOutput(this, 'PublicApiUrl', { value: publicApi.url });
  }
}
