import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

/** Where AWS keeps what CloudFront uses, wherever the service is. */
export const edgeRegion = 'us-east-1';

/** What runs, by the name and version of its package. */
const product = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

// Lever keeps separate hosts, apps and data for its sandbox; Turn documents one host, and the account's token decides there.
const LEVER_HOSTS = {
  production: { apiUrl: 'https://api.lever.co/v1', authUrl: 'https://auth.lever.co' },
  sandbox: { apiUrl: 'https://api.sandbox.lever.co/v1', authUrl: 'https://sandbox-lever.auth0.com' },
} as const;

export const stageNames = ['production', 'sandbox'] as const;
export type StageName = (typeof stageNames)[number];

/** Where Turn's customers read reports: the host that its documentation names, and the one before. */
export const turnDashboardHosts = 'partners.turn.ai,partners.turning.io';

const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https:// address' })
  .refine((url) => !url.endsWith('/'), {
    error: 'must not end with a slash',
  });

const required = (what: string, otherwise: string) => ({
  error: ({ input }: { input: unknown }) => (input === undefined ? `is missing: ${what}` : otherwise),
});

// Compared with the token's `iss` letter by letter, so a slash at the end stays where the provider has one. Plain http serves one machine alone.
const issuer = z
  .url({
    protocol: /^https?$/,
    abort: true,
    ...required("the address of Turn's OpenID provider", 'must be the https:// address of an OpenID provider'),
  })
  .refine((url) => url.startsWith('https:') || ['127.0.0.1', 'localhost'].includes(new URL(url).hostname), {
    error: 'must be an https:// address (http:// is for this machine alone)',
  });
const name = (what: string) => z.string(required(what, 'must be text')).min(1, { error: `is missing: ${what}` });
const claim = name('the name of a claim');
const told = z
  .union([z.email(), z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/)], {
    error: 'must be an e-mail address or the ARN of an SNS topic',
  })
  .optional();

const daysThatLogsMayBeKept = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const hostName = z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, { error: 'must be a host name' });

/** What the file of a stage may say. */
export const valuesSchema = z
  .strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/, { error: 'must be the twelve digits of an AWS account' })
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'must be an AWS region, like eu-central-1' })
      .optional(),
    turnApiUrl: httpsUrl.default('https://api.turn.ai/v1'),
    turnDashboardHosts: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}(,([a-z0-9-]+\.)+[a-z]{2,})*$/, {
        error: 'must be host names, with commas between them',
      })
      .default(turnDashboardHosts),
    oidcIssuer: issuer,
    oidcAudience: name('what its access tokens for this API say in aud'),
    oidcClientId: name('under which id the settings page is known to it'),
    oidcAccountClaim: claim.default('account_id'),
    oidcRoleClaim: claim.default('role'),
    oidcSuperAdminRole: name('which role may change settings').default('super_admin'),
    oidcMemberRoles: z
      .string()
      .regex(/^[^,\s]+(,[^,\s]+)*$/, { error: 'must be roles, parted by commas' })
      .default('member'),
    oidcScope: z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: 'must be one scope, without spaces' })
      .default('settings'),
    contact: z
      .string()
      .regex(/^[\w@.:/+~-]{1,100}$/, { error: 'must be an address of the web or an e-mail address' })
      .optional(),
    runbookUrl: httpsUrl.default('https://github.com/turnhq/lever-turn-background-checks/blob/main/infra/RUNBOOK.md'),
    alarmPage: told,
    alarmTicket: told,
    alarmCustomer: told,
    defaultHourlyCap: z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be 1 to 10000' })
      .max(10_000, { error: 'must be 1 to 10000' })
      .optional(),
    maintenanceWorkers: z
      .int({ error: 'must be a whole number' })
      .min(2, { error: 'must be 2 to 10' })
      .max(10, { error: 'must be 2 to 10' })
      .default(2),
    monthlyBudgetUsd: z
      .number({ error: 'must be an amount in US dollars, without quotation marks' })
      .positive({ error: 'must be more than nothing' })
      .optional(),
    mailSender: z.email({ error: 'must be an e-mail address' }).optional(),
    logRetentionDays: z
      .literal(daysThatLogsMayBeKept, {
        error: `must be one of the numbers of days that CloudWatch knows: ${daysThatLogsMayBeKept.join(', ')}`,
      })
      .default(RetentionDays.THREE_MONTHS),
    restoredTable: z
      .string()
      .regex(/^[\w.-]{3,255}$/, { error: 'must be the name of a table' })
      .optional(),
    domainName: hostName.optional(),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
        error: 'must be the ARN of a certificate',
      })
      .optional(),
    edgeDomainName: hostName.optional(),
    edgeCertificateArn: z
      .string()
      .regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, {
        error: 'must be the ARN of a certificate in us-east-1, where CloudFront looks for it',
      })
      .optional(),
  })
  .refine(({ oidcAudience, oidcClientId }) => oidcAudience === undefined || oidcAudience !== oidcClientId, {
    path: ['oidcAudience'],
    error:
      'must not be oidcClientId: ID tokens, which name the client there, would open the API. Give the API an audience of its own',
    when: () => true,
  })
  .refine((values) => Boolean(values.domainName) === Boolean(values.certificateArn), {
    path: ['domainName'],
    error: 'domainName and certificateArn come together',
    when: () => true,
  })
  .refine((values) => Boolean(values.edgeDomainName) === Boolean(values.edgeCertificateArn), {
    path: ['edgeDomainName'],
    error: 'edgeDomainName and edgeCertificateArn come together',
    when: () => true,
  })
  .refine(({ domainName, edgeDomainName }) => !edgeDomainName || (domainName && domainName !== edgeDomainName), {
    path: ['edgeDomainName'],
    error: 'needs a domainName that is another: there the edge finds the API',
    when: () => true,
  });

export type StageValues = z.infer<typeof valuesSchema>;

/** The stage in the words of the stacks. `openId`: Turn's OpenID provider, who signs people in, and which claims of its access tokens say who they are. */
export const stageOf = (
  name: StageName,
  { account, region, domainName, certificateArn, edgeDomainName, edgeCertificateArn, ...values }: StageValues,
) => ({
  name,
  /** Where CloudFormation works; undefined: wherever the credentials lead, as on this machine and in tests. */
  env: account === undefined || region === undefined ? undefined : { account, region },
  leverApiUrl: LEVER_HOSTS[name].apiUrl,
  leverAuthUrl: LEVER_HOSTS[name].authUrl,
  /** Who we are to Lever and Turn, in every request. */
  userAgent: `${product.name}/${product.version}${values.contact === undefined ? '' : ` (+${values.contact})`}`,
  turnApiUrl: values.turnApiUrl,
  turnDashboardHosts: values.turnDashboardHosts.split(','),
  /** Where people read RUNBOOK.md. */
  runbookUrl: values.runbookUrl,
  alarms: { page: values.alarmPage, ticket: values.alarmTicket, customer: values.alarmCustomer },
  /** Whom mails to people of accounts come from, an identity that SES has verified; undefined: none are sent. */
  mailSender: values.mailSender,
  /** For how many days every log is kept. */
  logRetention: values.logRetentionDays,
  /** How many checks an account that chose no hourly limit may order within one hour; undefined: any number. */
  defaultHourlyCap: values.defaultHourlyCap,
  /** How many maintain accounts at once. */
  maintenanceWorkers: values.maintenanceWorkers,
  /** What the AWS account may cost in a month before somebody is told; undefined: nobody is. */
  monthlyBudgetUsd: values.monthlyBudgetUsd,
  /** The table that the service works on in place of the data stack's own: one that was restored from its backups. */
  restoredTable: values.restoredTable,
  openId: {
    issuer: values.oidcIssuer,
    audience: values.oidcAudience,
    clientId: values.oidcClientId,
    accountClaim: values.oidcAccountClaim,
    roleClaim: values.oidcRoleClaim,
    superAdminRole: values.oidcSuperAdminRole,
    memberRoles: values.oidcMemberRoles.split(','),
    scope: values.oidcScope,
  },
  /** CloudFront and a web firewall before the API; undefined: callers reach it without. */
  edge:
    edgeDomainName && edgeCertificateArn
      ? { domainName: edgeDomainName, certificateArn: edgeCertificateArn }
      : undefined,
  customDomain: domainName && certificateArn ? { name: domainName, certificateArn } : undefined,
});

/** What differs from one deployment to another; everything else is the same everywhere. */
export type Stage = ReturnType<typeof stageOf>;
