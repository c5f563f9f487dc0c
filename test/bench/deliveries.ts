import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** The account that webhooks come for, here and in every contender. */
export const ACCOUNT_ID = 'acct_bench';
export const SECRET = '5e'.repeat(24);
export const TRIGGER_STAGE_ID = 'b81e6a94-0c57-4f2d-8b36-1a2b3c4d5e6f';
const otherStages = ['applicant-new', '7d0a3c58-2f1b-4d0e-9a43-e0b1c2d3e4f5'] as const;

export const sdkAccountKey = (accountId: string) => ({ pk: `BENCH#${accountId}`, sk: 'ACCOUNT' });
export const sdkDeliveryKey = (accountId: string, signature: string) => ({
  pk: `BENCH#${accountId}`,
  sk: `DELIVERY#${signature}`,
});

/** What can come of a webhook: its move matters; it is between other stages; it came before; it is signed with another secret. */
export const scenarios = ['accepted', 'ignored', 'replayed', 'forged'] as const;
export type Scenario = (typeof scenarios)[number];

export const wantedStatus: Readonly<Record<Scenario, number>> = {
  accepted: 200,
  ignored: 200,
  replayed: 200,
  forged: 401,
};

const signature = (token: string, triggeredAt: number, secret = SECRET): string =>
  createHmac('sha256', secret).update(`${token}${triggeredAt}`).digest('hex');

const known = { token: 'ab'.repeat(24), triggeredAt: 1_790_000_000_000 };
export const KNOWN_SIGNATURE = signature(known.token, known.triggeredAt);

/** The event of API Gateway with a new delivery of Lever's. */
export const webhookEvent = (scenario: Scenario): object => {
  const fresh = { token: randomBytes(24).toString('hex'), triggeredAt: Date.now() };
  const { token, triggeredAt } = scenario === 'replayed' ? known : fresh;
  const opportunityId = randomUUID();
  const [from, to] = otherStages;
  const data = {
    opportunityId,
    candidateId: opportunityId,
    contactId: randomUUID(),
    toStageId: scenario === 'ignored' ? to : TRIGGER_STAGE_ID,
    fromStageId: from,
  };
  const signed = signature(token, triggeredAt, scenario === 'forged' ? `not-${SECRET}` : SECRET);
  const body = { triggeredAt, event: 'candidateStageChange', data, signature: signed, token };
  return httpEvent('POST', '/lever/{account}/webhook', { account: ACCOUNT_ID }, JSON.stringify(body));
};

export const httpEvent = (
  method: 'GET' | 'POST',
  route: string,
  pathParameters: Readonly<Record<string, string>>,
  body = '',
  queryStringParameters: Readonly<Record<string, string>> = {},
): object => {
  const path = route.replaceAll(/\{(\w+)\}/gu, (_, name: string) => pathParameters[name] ?? '');
  return {
    version: '2.0',
    routeKey: `${method} ${route}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'Lever', host: 'api.example' },
    pathParameters,
    queryStringParameters,
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'Lever' },
      requestId: randomUUID(),
      routeKey: `${method} ${route}`,
      stage: '$default',
      time: '29/Nov/2026:12:00:00 +0000',
      timeEpoch: Date.now(),
    },
    body,
    isBase64Encoded: false,
  };
};
