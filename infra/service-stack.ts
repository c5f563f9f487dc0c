import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { metricNamespace } from '#shared/observability/metric-names.ts';
import { alarmActions, createAlarms } from './alarms.ts';
import { PublicApi } from './constructs/public-api.ts';
import { ServiceFunction, type ServiceFunctionProps } from './constructs/service-function.ts';
import { consume, createWorkQueue, type WorkQueue } from './constructs/work-queue.ts';
import { createDashboard } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import type { Stage } from './stages.ts';

const HTTP_TIMEOUT = Duration.seconds(10);
const WORKER_TIMEOUT = Duration.seconds(60);
// API Gateway gives up on us after half a minute. Who renews an access stays to save what Lever's login answers all the same.
const RENEWING_TIMEOUT = Duration.seconds(60);
// It begins nothing after 35 seconds, so that it ends before the next one begins; only who renews an access may take longer.
const SWEEP_TIMEOUT = Duration.seconds(90);

// Every waiting time ends in _SECONDS: running on one machine, all of them are divided to watch a day in seconds.
const WAITS = {
  ORDER_VISIBILITY_SECONDS: '120',
  RETRY_FIRST_SECONDS: '60',
  RETRY_LONGEST_SECONDS: '21600',
  POLL_INTERVAL_SECONDS: '21600',
  REDELIVERY_SECONDS: '300',
  MAINTENANCE_SECONDS: '3600',
};

export type ServiceStackProps = StackProps & { stage: Stage; data: DataStack };

/** The flow: what comes in, which queue it waits in, which function works on it, and what that function may touch. */
export class ServiceStack extends Stack {
  private readonly publicApi: PublicApi;
  private readonly stageChanges: WorkQueue;
  private readonly checkUpdates: WorkQueue;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    this.publicApi = new PublicApi(this, 'PublicApi', props.stage);
    this.stageChanges = createWorkQueue(this, 'StageChanges', props.data.key, WORKER_TIMEOUT);
    this.checkUpdates = createWorkQueue(this, 'CheckUpdates', props.data.key, WORKER_TIMEOUT);
    const watched = {
      functions: {
        webhookVerify: this.createWebhookVerify(props),
        statusCallback: this.createStatusCallback(props),
        checkWorker: this.createCheckWorker(props),
        leverUpdate: this.createLeverUpdate(props),
        sweep: this.createSweep(props),
        settingsApi: this.createSettingsApi(props),
        settingsPage: this.createSettingsPage(props),
        leverOauth: this.createLeverOauth(props),
      },
      queues: { stageChanges: this.stageChanges, checkUpdates: this.checkUpdates },
      serverErrors: this.publicApi.serverErrors(),
      serviceName: serviceName(props.stage),
    };
    const alarms = createAlarms(this, watched, alarmActions(this, props.stage, props.data.key));
    createDashboard(this, watched, alarms);
    new CfnOutput(this, 'PublicApiUrl', { value: this.publicApi.url });
  }

  private createWebhookVerify(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret } = props.data;
    const webhookVerify = this.createFunction(props, 'WebhookVerify', {
      folder: 'webhook-verify',
      description: 'Believes or refuses what Lever says has moved',
      timeout: HTTP_TIMEOUT,
    });
    webhookVerify.mayUseTable(table, ['GetItem', 'PutItem']);
    webhookVerify.maySend(this.stageChanges.queue, 'STAGE_CHANGES_QUEUE_URL');
    webhookVerify.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    const route = this.publicApi.route('LeverWebhook', HttpMethod.POST, '/lever/{account}/webhook', webhookVerify, {
      limit: 'webhook',
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason: 'Lever cannot authenticate to API Gateway; the function verifies Lever’s signature before anything else.',
    });
    return webhookVerify;
  }

  private createStatusCallback(props: ServiceStackProps): ServiceFunction {
    const { table, callbackKeySecret } = props.data;
    const statusCallback = this.createFunction(props, 'StatusCallback', {
      folder: 'status-callback',
      description: 'Takes the hint that a check at Turn has changed',
      timeout: HTTP_TIMEOUT,
    });
    statusCallback.mayUseTable(table, ['GetItem']);
    statusCallback.maySend(this.checkUpdates.queue, 'CHECK_UPDATES_QUEUE_URL');
    statusCallback.mayRead(callbackKeySecret, 'CALLBACK_KEY_SECRET_ID');
    const route = this.publicApi.route('TurnCallback', HttpMethod.POST, '/turn/{account}/{key}', statusCallback, {
      limit: 'callback',
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Turn signs nothing; the function compares the key in the path, and a callback is only a hint to read Turn.',
    });
    return statusCallback;
  }

  private createCheckWorker(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret, callbackKeySecret, leverAppSecret } = props.data;
    const { leverApiUrl, leverAuthUrl, turnApiUrl } = props.stage;
    const checkWorker = this.createFunction(props, 'CheckWorker', {
      folder: 'check-worker',
      description: 'Reads the opportunity from Lever and starts at most one check at Turn',
      timeout: WORKER_TIMEOUT,
      environment: {
        ...WAITS,
        LEVER_API_URL: leverApiUrl,
        LEVER_AUTH_URL: leverAuthUrl,
        TURN_API_URL: turnApiUrl,
        PUBLIC_API_URL: this.publicApi.url,
      },
    });
    checkWorker.mayUseTable(table, ['GetItem', 'PutItem', 'UpdateItem']);
    checkWorker.maySend(this.checkUpdates.queue, 'CHECK_UPDATES_QUEUE_URL');
    checkWorker.maySend(this.stageChanges.deadLetters, 'DEAD_LETTER_QUEUE_URL');
    checkWorker.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    checkWorker.mayRead(callbackKeySecret, 'CALLBACK_KEY_SECRET_ID');
    checkWorker.mayRead(leverAppSecret, 'LEVER_APP_SECRET_ID');
    consume(checkWorker, this.stageChanges);
    return checkWorker;
  }

  private createLeverUpdate(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret, leverAppSecret } = props.data;
    const { leverApiUrl, leverAuthUrl, turnApiUrl } = props.stage;
    const leverUpdate = this.createFunction(props, 'LeverUpdate', {
      folder: 'lever-update',
      description: 'Reads the check from Turn and makes Lever show it',
      timeout: WORKER_TIMEOUT,
      environment: {
        ...WAITS,
        LEVER_API_URL: leverApiUrl,
        LEVER_AUTH_URL: leverAuthUrl,
        TURN_API_URL: turnApiUrl,
      },
    });
    leverUpdate.mayUseTable(table, ['GetItem', 'PutItem', 'UpdateItem']);
    leverUpdate.maySend(this.stageChanges.queue, 'STAGE_CHANGES_QUEUE_URL');
    leverUpdate.maySend(this.checkUpdates.deadLetters, 'DEAD_LETTER_QUEUE_URL');
    leverUpdate.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    leverUpdate.mayRead(leverAppSecret, 'LEVER_APP_SECRET_ID');
    consume(leverUpdate, this.checkUpdates);
    return leverUpdate;
  }

  private createSweep(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret, leverAppSecret } = props.data;
    const { leverApiUrl, leverAuthUrl } = props.stage;
    const sweep = this.createFunction(props, 'Sweep', {
      folder: 'sweep',
      description: 'Finds what was lost or has come due, and enqueues work items for it',
      timeout: SWEEP_TIMEOUT,
      environment: {
        ...WAITS,
        LEVER_API_URL: leverApiUrl,
        LEVER_AUTH_URL: leverAuthUrl,
        PUBLIC_API_URL: this.publicApi.url,
      },
    });
    sweep.mayUseTable(table, ['GetItem', 'PutItem', 'UpdateItem', 'Query']);
    sweep.mayQueryIndex(table, 'due');
    sweep.maySend(this.stageChanges.queue, 'STAGE_CHANGES_QUEUE_URL');
    sweep.maySend(this.checkUpdates.queue, 'CHECK_UPDATES_QUEUE_URL');
    sweep.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    sweep.mayRead(leverAppSecret, 'LEVER_APP_SECRET_ID');
    // The next minute is the retry: Lambda's own would run beside it.
    sweep.function.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep.function)],
    });
    return sweep;
  }

  private createSettingsApi(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret, leverAppSecret } = props.data;
    const { leverApiUrl, leverAuthUrl } = props.stage;
    const settingsApi = this.createFunction(props, 'SettingsApi', {
      folder: 'settings-api',
      description: 'Shows people of an account how it fares, and lets its Super Admins change what it chose',
      timeout: RENEWING_TIMEOUT,
      environment: {
        ...claimNames(props.stage),
        LEVER_API_URL: leverApiUrl,
        LEVER_AUTH_URL: leverAuthUrl,
        PUBLIC_API_URL: this.publicApi.url,
      },
    });
    settingsApi.mayUseTable(table, ['GetItem', 'PutItem', 'UpdateItem', 'Query']);
    settingsApi.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    settingsApi.mayRead(leverAppSecret, 'LEVER_APP_SECRET_ID');
    const { GET, PUT, DELETE } = HttpMethod;
    for (const [id, method, path] of [
      ['ShowAccount', GET, '/api/account'],
      ['ShowSettings', GET, '/api/settings'],
      ['ChangeSettings', PUT, '/api/settings'],
      ['SetWebhookSecret', PUT, '/api/webhook-secret'],
      ['RevokePreviousSecret', DELETE, '/api/webhook-secret/previous'],
      ['ShowStages', GET, '/api/stages'],
      ['ShowActivity', GET, '/api/activity'],
    ] as const) {
      this.publicApi.route(id, method, path, settingsApi, { limit: 'settings', signedIn: true });
    }
    const description = this.publicApi.route('DescribeApi', GET, '/api/openapi.json', settingsApi, {
      limit: 'settings',
    });
    Validations.of(description).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason: 'The API’s description is the same for everybody and holds nothing of any account.',
    });
    return settingsApi;
  }

  private createSettingsPage(props: ServiceStackProps): ServiceFunction {
    const { issuer, clientId, audience } = props.stage.openId;
    const settingsPage = this.createFunction(props, 'SettingsPage', {
      folder: 'settings-page',
      description: 'Serves the settings page to browsers',
      timeout: HTTP_TIMEOUT,
      key: undefined,
      beside: 'write-page.ts',
      environment: {
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: clientId,
        OIDC_AUDIENCE: audience,
        PUBLIC_API_URL: this.publicApi.url,
      },
    });
    for (const [id, path] of Object.entries({ SettingsPage: '/settings', SettingsFile: '/settings/{file}' })) {
      Validations.of(
        this.publicApi.route(`${id}Route`, HttpMethod.GET, path, settingsPage, { limit: 'page' }),
      ).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG4',
        reason: 'The page is the same for everybody and holds nothing of any account; it is where people sign in.',
      });
    }
    return settingsPage;
  }

  private createLeverOauth(props: ServiceStackProps): ServiceFunction {
    const { table, encryptionKeySecret, leverAppSecret } = props.data;
    const { leverApiUrl, leverAuthUrl } = props.stage;
    const leverOauth = this.createFunction(props, 'LeverOauth', {
      folder: 'lever-oauth',
      description: 'Connects an account to Lever, and disconnects it',
      timeout: RENEWING_TIMEOUT,
      environment: {
        LEVER_API_URL: leverApiUrl,
        LEVER_AUTH_URL: leverAuthUrl,
        PUBLIC_API_URL: this.publicApi.url,
        ...claimNames(props.stage),
      },
    });
    leverOauth.mayUseTable(table, ['GetItem', 'PutItem', 'UpdateItem']);
    leverOauth.mayRead(encryptionKeySecret, 'ENCRYPTION_KEY_SECRET_ID');
    leverOauth.mayRead(leverAppSecret, 'LEVER_APP_SECRET_ID');
    for (const step of ['Authorize', 'Replace', 'Disconnect']) {
      const path = `/api/lever/${step.toLowerCase()}`;
      this.publicApi.route(`Lever${step}`, HttpMethod.POST, path, leverOauth, { limit: 'login', signedIn: true });
    }
    const callback = this.publicApi.route('LeverCallback', HttpMethod.GET, '/lever/oauth/callback', leverOauth, {
      limit: 'login',
    });
    Validations.of(callback).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Lever sends a browser here, without a token; the function checks a one-time state that is bound to that browser and to the account.',
    });
    return leverOauth;
  }

  private createFunction(
    { stage, data }: ServiceStackProps,
    id: string,
    props: Omit<ServiceFunctionProps, 'environment'> & { environment?: Record<string, string> },
  ): ServiceFunction {
    return new ServiceFunction(this, id, {
      key: data.key,
      ...props,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        LOG_LEVEL: 'INFO',
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
        POWERTOOLS_SERVICE_NAME: serviceName(stage),
        USER_AGENT: stage.userAgent,
        ...props.environment,
      },
    });
  }
}

/** One name for all functions of a stage, so that each of our metrics is one series. */
const serviceName = (stage: Stage): string => `lever-turn-${stage.name}`;

/** Which claims of people's tokens say who they are. */
const claimNames = ({ openId }: Stage): Record<string, string> => ({
  OIDC_ACCOUNT_CLAIM: openId.accountClaim,
  OIDC_ROLE_CLAIM: openId.roleClaim,
  OIDC_SUPER_ADMIN_ROLE: openId.superAdminRole,
});
