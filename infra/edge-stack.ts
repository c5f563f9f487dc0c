import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { headersOfAll } from '#shared/edge/posted-handler.ts';
import type { Stage } from './stages.ts';

/** How much one address may send in five minutes. */
const LIMITS = {
  // Lever and Turn send the moves of all customers from a few addresses: as much as ten bulk moves at once.
  vendors: 60_000,
  // An office of some hundred people behind one address.
  people: 6_000,
};

type EdgeStackProps = StackProps & { edge: NonNullable<Stage['edge']>; originName: string; serviceName: string };

/** CloudFront with a web firewall, before the API: it refuses a flood from one address before the service, or its bill, notices. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { edge, originName, serviceName } = props;
    const firewall = new CfnWebACL(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: seenAs('Firewall'),
      rules: [
        perAddress('VendorFlood', 0, LIMITS.vendors, sentByVendors),
        perAddress('Flood', 1, LIMITS.people, { notStatement: { statement: sentByVendors } }),
        {
          name: 'CommonAttacks',
          priority: 2,
          overrideAction: { none: {} },
          visibilityConfig: seenAs('CommonAttacks'),
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: 'AWSManagedRulesCommonRuleSet',
              // A candidate may be called anything; what vendors send is judged by its signature or key alone.
              scopeDownStatement: { notStatement: { statement: ofVendors } },
              // Settings and lists of packages are longer than its 8 KB; the functions have a limit of their own.
              ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }],
            },
          },
        },
      ],
    });
    const distribution = new Distribution(this, 'Edge', {
      comment: serviceName,
      domainNames: [edge.domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', edge.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: firewall.attrArn,
      defaultBehavior: {
        origin: new HttpOrigin(originName, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: headersOfEveryAnswer(this),
      },
    });
    new CfnOutput(this, 'EdgeTarget', { value: distribution.distributionDomainName });
  }
}

/** The functions set these themselves, and what they say stands; API Gateway's own refusals come without them. */
const headersOfEveryAnswer = (scope: Construct): ResponseHeadersPolicy => {
  const override = false;
  const {
    'content-security-policy': contentSecurityPolicy,
    'strict-transport-security': hsts,
    'referrer-policy': _referrer,
    'x-content-type-options': _nosniff,
    ...custom
  } = headersOfAll;
  return new ResponseHeadersPolicy(scope, 'Headers', {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override },
      contentTypeOptions: { override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.seconds(Number(hsts.slice('max-age='.length))),
        override,
      },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override })),
    },
  });
};

const beginsWith = (path: string): CfnWebACL.StatementProperty => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString: path,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

/** What Lever and Turn send: webhooks, callbacks, and browsers on their way back. */
const ofVendors: CfnWebACL.StatementProperty = {
  orStatement: { statements: [beginsWith('/lever/'), beginsWith('/turn/')] },
};

/** Webhooks and callbacks alone: a browser that Lever sends back is one of people, and its route bears no more. */
const sentByVendors: CfnWebACL.StatementProperty = {
  andStatement: { statements: [ofVendors, { notStatement: { statement: beginsWith('/lever/oauth/') } }] },
};

const seenAs = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // A sample would hold paths.
  sampledRequestsEnabled: false,
});

const perAddress = (
  name: string,
  priority: number,
  limit: number,
  scopeDownStatement: CfnWebACL.StatementProperty,
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  visibilityConfig: seenAs(name),
  statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit, scopeDownStatement } },
  action: {
    block: { customResponse: { responseCode: 429, responseHeaders: [{ name: 'retry-after', value: '60' }] } },
  },
});
