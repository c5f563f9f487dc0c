import { Aws, CfnOutput, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CfnStage,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '#infra/accepted-findings.ts';
import type { Stage } from '#infra/stages.ts';
import { createLog, type LogKeeping } from './log.ts';
import type { ServiceFunction } from './service-function.ts';

// Who called from where, and what: no path (it holds the account and its callback key), no user agent.
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  sub: '$context.authorizer.claims.sub',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

/** Apart from the functions' own metrics. */
const apiMetricNamespace = 'LeverTurnApi';

/**
 * How much of each kind all callers together may send: requests a second, and at once. Whoever floods one kind leaves the others
 * alone: what anybody can call stays below what AWS lets through for an account, 10,000 a second and 5,000 at once.
 */
const LIMITS = {
  // A recruiter's bulk move is a burst of webhooks; a refused one comes again, but minutes later.
  webhook: { rate: 2000, burst: 1500 },
  // Turn sends none again: what is refused is found when the silent check is looked at.
  callback: { rate: 1000, burst: 750 },
  // Far above what the limit of one account lets through.
  settings: { rate: 200, burst: 200 },
  login: { rate: 100, burst: 100 },
  page: { rate: 200, burst: 400 },
};

/** One route of the API. Only requests with a valid access token of Turn's OpenID provider for this API come in, unless `openBecause` says why others may. */
export type Route = {
  id: string;
  method: HttpMethod;
  path: string;
  limit: keyof typeof LIMITS;
  openBecause?: string;
};

/** The HTTP API that Lever, Turn and the settings page call. */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  /** Where callers find the API: the edge, the custom domain, or else what AWS gave it; no slash at the end. */
  readonly url: string;
  /** Answers of 429, in five minutes. */
  readonly tooMany: Metric;
  private readonly signedIn: IHttpRouteAuthorizer;
  /** What access tokens for this API hold, and no ID token. */
  private readonly scope: string;
  private readonly stage: HttpStage;
  private readonly throttles: Record<string, object> = {};

  constructor(
    scope: Construct,
    id: string,
    { customDomain, edge, openId, logs }: Pick<Stage, 'customDomain' | 'edge' | 'openId'> & { logs: LogKeeping },
  ) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Webhooks from Lever and Turn, and the settings of accounts',
      createDefaultStage: false,
      // With an edge, nobody is to come in beside it.
      ...(edge === undefined ? {} : { disableExecuteApiEndpoint: true }),
    });
    // API Gateway adds each of its logs to a policy of 5,120 characters that the whole AWS account shares, but for those of this prefix.
    // No stack's name alone: what outlives one would be in the way of the next.
    const ownName = `${Aws.STACK_NAME}/${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
    const accessLog = createLog(this, 'AccessLog', logs, { logGroupName: `/aws/vendedlogs/${ownName}` });
    // Whoever refuses: the limits here, or an account's own in the functions.
    this.tooMany = new MetricFilter(this, 'TooMany', {
      logGroup: accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: apiMetricNamespace,
      metricName: `${Stack.of(this).stackName}-429`,
    }).metric({ period: Duration.minutes(5), statistic: 'Sum' });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // For a route without a limit of its own; there is none.
      throttle: { rateLimit: LIMITS.login.rate, burstLimit: LIMITS.login.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    if (this.stage.node.defaultChild instanceof CfnStage) {
      this.stage.node.defaultChild.routeSettings = Lazy.any({ produce: () => this.throttles });
    }
    this.scope = openId.scope;
    this.signedIn = new HttpJwtAuthorizer('SignedIn', openId.issuer, { jwtAudience: [openId.audience] });
    const own = edge?.domainName ?? customDomain?.name;
    this.url = own === undefined ? this.api.apiEndpoint : `https://${own}`;
    if (customDomain) {
      // Beside the first address, not instead of it: accounts go on calling that one until they are told.
      const certificate = Certificate.fromCertificateArn(this, 'Certificate', customDomain.certificateArn);
      const domainName = new DomainName(this, 'Domain', { domainName: customDomain.name, certificate });
      new ApiMapping(this, 'Mapping', { api: this.api, domainName, stage: this.stage });
      new CfnOutput(Stack.of(this), 'DomainTarget', { value: domainName.regionalDomainName });
    }
  }

  /** What came in, and what of it was refused (4xx), in a quarter of an hour. */
  requests(): Record<'all' | 'refused', Metric> {
    const each = { period: Duration.minutes(15), statistic: 'Sum' };
    return { all: this.api.metricCount(each), refused: this.api.metricClientError(each) };
  }

  /** Answers that callers got with a status of 500 and more. */
  serverErrors(): Metric {
    return this.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' });
  }

  /** Sends what comes by this route to the function (payload format 2.0), up to the limit of its kind. */
  addRoute({ id, method, path, limit, openBecause }: Route, handler: ServiceFunction): void {
    const route = new HttpRoute(this, id, {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, method),
      integration: new HttpLambdaIntegration(`${id}Integration`, handler.entry),
      ...(openBecause === undefined ? { authorizer: this.signedIn, authorizationScopes: [this.scope] } : {}),
    });
    if (openBecause !== undefined) {
      acknowledge(route, 'AwsSolutions-APIG4', openBecause);
    }
    const { rate, burst } = LIMITS[limit];
    this.throttles[`${method} ${path}`] = { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
    // A stage may name only routes that are there.
    this.stage.node.addDependency(route);
  }
}
