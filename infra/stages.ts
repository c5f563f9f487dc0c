import { readFileSync } from 'node:fs';
import type { Node } from 'constructs';
import * as z from 'zod';

/** What runs, by the name and version of its package. */
const product = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

// Lever keeps separate hosts, apps and data for its sandbox; Turn documents one host, and the account's token decides there.
const LEVER_HOSTS = {
  production: { apiUrl: 'https://api.lever.co/v1', authUrl: 'https://auth.lever.co' },
  sandbox: { apiUrl: 'https://api.sandbox.lever.co/v1', authUrl: 'https://sandbox-lever.auth0.com' },
} as const;

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

const contextSchema = z
  .object({
    stage: z.enum(['production', 'sandbox'], { error: 'must be production or sandbox' }).default('production'),
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
    mailSender: z.email({ error: 'must be an e-mail address' }).optional(),
    domainName: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, { error: 'must be a host name' })
      .optional(),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
        error: 'must be the ARN of a certificate',
      })
      .optional(),
  })
  .refine(({ oidcAudience, oidcClientId }) => oidcAudience === undefined || oidcAudience !== oidcClientId, {
    path: ['oidcAudience'],
    error:
      'must not be oidcClientId: ID tokens, which name the client there, would open the API. Give the API an audience of its own',
    when: () => true,
  })
  .refine((context) => Boolean(context.domainName) === Boolean(context.certificateArn), {
    path: ['domainName'],
    error: 'domainName and certificateArn come together',
    when: () => true,
  });

/** The stage in the words of the stacks. `openId`: Turn's OpenID provider, who signs people in, and which claims of its access tokens say who they are. */
const stageSchema = contextSchema.transform(({ stage, domainName, certificateArn, ...context }) => ({
  name: stage,
  leverApiUrl: LEVER_HOSTS[stage].apiUrl,
  leverAuthUrl: LEVER_HOSTS[stage].authUrl,
  /** Who we are to Lever and Turn, in every request. */
  userAgent: `${product.name}/${product.version}${context.contact === undefined ? '' : ` (+${context.contact})`}`,
  turnApiUrl: context.turnApiUrl,
  turnDashboardHosts: context.turnDashboardHosts.split(','),
  /** Where people read RUNBOOK.md. */
  runbookUrl: context.runbookUrl,
  alarms: { page: context.alarmPage, ticket: context.alarmTicket, customer: context.alarmCustomer },
  /** Whom mails to people of accounts come from, an identity that SES has verified; undefined: none are sent. */
  mailSender: context.mailSender,
  openId: {
    issuer: context.oidcIssuer,
    audience: context.oidcAudience,
    clientId: context.oidcClientId,
    accountClaim: context.oidcAccountClaim,
    roleClaim: context.oidcRoleClaim,
    superAdminRole: context.oidcSuperAdminRole,
    memberRoles: context.oidcMemberRoles.split(','),
    scope: context.oidcScope,
  },
  customDomain: domainName && certificateArn ? { name: domainName, certificateArn } : undefined,
}));

/** What differs from one deployment to another; everything else is the same everywhere. */
export type Stage = z.infer<typeof stageSchema>;

/** Reads the stage from the context values (`cdk -c name=value`); throws one error that names every value at fault. */
export const readStage = (node: Node): Stage => {
  const given = Object.fromEntries(Object.keys(contextSchema.shape).map((key) => [key, node.tryGetContext(key)]));
  const { success, data, error } = stageSchema.safeParse(given);
  if (success) return data;
  const faults = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Context values (cdk -c name=value) are wrong:\n${faults.join('\n')}`);
};
