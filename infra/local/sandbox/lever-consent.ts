import * as z from 'zod';
import { consentPage, faultPage } from './consent-page.ts';
import type { Answer, SandboxRequest } from './exchange.ts';
import type { LeverOrganization } from './lever-records.ts';
import type { LeverTokens } from './lever-tokens.ts';

/** An app that Lever's staff has set up: `redirectUris` are compared letter by letter. */
export type LeverApp = { clientId: string; clientSecret: string; name: string; redirectUris: string[] };

const querySchema = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.literal('code', 'response_type must be "code".'),
  state: z.string('state is missing.').min(1, 'state is empty.'),
  code_challenge: z
    .string()
    .length(43, 'code_challenge must be the SHA-256 of the proof key, in base64url.')
    .optional(),
  code_challenge_method: z.literal('S256', 'code_challenge_method must be "S256".').optional(),
  audience: z.string('audience is missing: the consent would hold nothing but offline_access.'),
  scope: z
    .string('scope is missing.')
    .regex(
      /^(offline_access|[a-z_]+:(read|write|access):admin)( (offline_access|[a-z_]+:(read|write|access):admin)){0,19}$/,
      'scope must be one to twenty scopes of Lever, separated by spaces.',
    ),
});
const decisionSchema = z.object({ organization: z.string(), decision: z.enum(['allow', 'deny']) });

/** Answers `/authorize`: the page on which a Super Admin allows or denies, and the way back to the app. */
export const answerConsent = (
  { method, query, body }: SandboxRequest,
  options: { apps: readonly LeverApp[]; organizations: readonly LeverOrganization[]; tokens: LeverTokens },
): Answer => {
  const parsed = querySchema.safeParse(Object.fromEntries(query));
  const app = options.apps.find(({ clientId }) => clientId === query.get('client_id'));
  const faults = [
    ...(app ? [] : ['client_id is of no app that Lever knows.']),
    ...(app?.redirectUris.includes(query.get('redirect_uri') ?? '') === false
      ? ['redirect_uri is not one of the app’s callback addresses, letter by letter.']
      : []),
    ...(parsed.error?.issues.filter(({ path }) => !/client_id|redirect_uri/.test(path.join())) ?? []).map(
      ({ message }) => message,
    ),
  ];
  // Lever sends nobody anywhere while the app itself is in doubt.
  if (!app || !parsed.success || faults.length > 0) return { status: 400, html: faultPage(faults) };
  const { redirect_uri: redirectUri, state, audience, code_challenge: codeChallenge = null } = parsed.data;
  // Seen in Lever's own list of common faults: without its audience a consent holds nothing but offline_access.
  const scope = /^https?:\/\/[^/]+\/v1\/$/.test(audience) ? parsed.data.scope : 'offline_access';
  if (method === 'GET') {
    const { organizations, tokens } = options;
    // Who has let the app in already belongs to somebody, who would have to let go of it first.
    const isFree = ({ id }: LeverOrganization): boolean =>
      !tokens.grants(id).some(({ clientId }) => clientId === app.clientId);
    const preselectedId = (organizations.find(isFree) ?? organizations[0])?.id;
    return { status: 200, html: consentPage({ app: app.name, scope, query, organizations, preselectedId }) };
  }
  const choice = decisionSchema.safeParse(body).data;
  const organization = options.organizations.find(({ id }) => id === choice?.organization);
  if (!choice || !organization) return { status: 400, html: faultPage(['The form is not whole.']) };
  if (choice.decision === 'deny') {
    const refusal = { error: 'access_denied', error_description: 'User did not authorize the request' };
    return { status: 302, location: withQuery(redirectUri, { ...refusal, state }) };
  }
  const userId = organization.users.find(({ accessRole }) => accessRole === 'super admin')?.id ?? organization.id;
  const grant = { organizationId: organization.id, userId, clientId: app.clientId, scope, redirectUri, codeChallenge };
  return { status: 302, location: withQuery(redirectUri, { code: options.tokens.issueCode(grant), state }) };
};

const withQuery = (address: string, parameters: Record<string, string>): string => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};
