import { CfnOutput, Duration, Lazy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '#infra/stages.ts';
import type { ServiceFunction } from './service-function.ts';

// No path (it holds the account and its callback key), no address, no user agent.
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

/** How much of each kind all callers together may send: requests a second, and at once. Whoever floods one kind leaves the others alone. */
const LIMITS = {
  // A recruiter's bulk move is a burst of webhooks; a refused one comes again, but minutes later.
  webhook: { rate: 500, burst: 1000 },
  // Turn sends none again: what is refused is found when the silent check is looked at.
  callback: { rate: 200, burst: 1000 },
  settings: { rate: 50, burst: 100 },
  login: { rate: 10, burst: 20 },
  page: { rate: 100, burst: 200 },
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
  /** Where callers find the API: the custom domain, or else what AWS gave it; no slash at the end. */
  readonly url: string;
  private readonly signedIn: IHttpRouteAuthorizer;
  /** What access tokens for this API hold, and no ID token. */
  private readonly scope: string;
  private readonly stage: HttpStage;
  private readonly throttles: Record<string, object> = {};

  constructor(scope: Construct, id: string, { customDomain, openId }: Pick<Stage, 'customDomain' | 'openId'>) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Webhooks from Lever and Turn, and the settings of accounts',
      createDefaultStage: false,
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
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
    this.url = this.api.apiEndpoint;
    if (customDomain) {
      // Beside the first address, not instead of it: accounts go on calling that one until they are told.
      const certificate = Certificate.fromCertificateArn(this, 'Certificate', customDomain.certificateArn);
      const domainName = new DomainName(this, 'Domain', { domainName: customDomain.name, certificate });
      new ApiMapping(this, 'Mapping', { api: this.api, domainName, stage: this.stage });
      this.url = `https://${customDomain.name}`;
      new CfnOutput(this, 'DomainTarget', { value: domainName.regionalDomainName });
    }
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
      integration: new HttpLambdaIntegration(`${id}Integration`, handler.function),
      ...(openBecause === undefined ? { authorizer: this.signedIn, authorizationScopes: [this.scope] } : {}),
    });
    if (openBecause !== undefined) {
      Validations.of(route).acknowledge({ id: 'AwsSolutions::AwsSolutions-APIG4', reason: openBecause });
    }
    const { rate, burst } = LIMITS[limit];
    this.throttles[`${method} ${path}`] = { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
    // A stage may name only routes that are there.
    this.stage.node.addDependency(route);
  }
}
