import { createExchange, type Exchange } from './exchange.ts';
import type { Random } from './invented-values.ts';
import { refused } from './lever-answers.ts';
import { answerConsent, type LeverApp } from './lever-consent.ts';
import type { LeverOrganization, LeverStage, LeverUser } from './lever-records.ts';
import { createLeverRecruiter, type LeverRecruiter } from './lever-recruiter.ts';
import { answerLever } from './lever-routes.ts';
import { createLeverTokens, type LeverTokens } from './lever-tokens.ts';
import { createLeverWebhooks } from './lever-webhooks.ts';
import { createOutbox, type Delivery, type Outbox } from './outbox.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** The app that the sandbox knows: what the operator would put into LEVER_APP. */
export const SANDBOX_LEVER_APP = { clientId: 'sandbox-lever-client', clientSecret: 'sandbox-lever-client-secret' };

/** Lever without HTTP: any number of organizations behind one API, and the webhooks it wants sent. */
export type LeverModel = Exchange & {
  tokens: LeverTokens;
  /** The apps that Lever's staff has set up; a callback address more is pushed into one. */
  apps: LeverApp[];
  outbox: Outbox;
  addOrganization(organization: { id: string; name: string; stages: LeverStage[]; users: LeverUser[] }): LeverRecruiter;
  organizations(): LeverOrganization[];
  /** The recruiter of one organization; throws for an unknown id. */
  recruiter(organizationId: string): LeverRecruiter;
  /** The admin's Rerun button: the same bytes again. */
  redeliver(deliveryId: string): Delivery | undefined;
  /** Switches a group of events off or on, as a Super Admin can on the Webhooks page. */
  switchEvents(organizationId: string, event: string, on: boolean): void;
};

// Five tries, waiting longer and longer; Lever does not say how long.
const RETRY_WAITS_MS = [10_000, 60_000, 600_000, 3_600_000];

/** Lever as its reference and the recordings of its live API show it, on an injected clock. */
export const createLeverModel = (options: {
  now: () => number;
  random: Random;
  apps?: { clientId: string; clientSecret: string }[];
  retryWaitsMs?: readonly number[];
}): LeverModel => {
  const { now, random } = options;
  const recruiters = new Map<string, LeverRecruiter>();
  const buckets = new Map<string, TokenBucket>();
  const apps = (options.apps ?? [SANDBOX_LEVER_APP]).map((app) => ({ ...app, name: 'Turn', redirectUris: [] }));
  const tokens = createLeverTokens({ now, random, apps });
  const outbox = createOutbox({ now, retryWaitsMs: options.retryWaitsMs ?? RETRY_WAITS_MS });
  const webhooks = createLeverWebhooks({ now, random, outbox });

  const recruiter = (organizationId: string): LeverRecruiter => {
    const known = recruiters.get(organizationId);
    if (!known) throw new Error(`No Lever organization ${organizationId}.`);
    return known;
  };
  const exchange = createExchange({
    now,
    errorBody: { code: 'InjectedFault', message: 'injected fault' },
    identify: ({ authorization }) => tokens.bearer(authorization)?.organizationId,
    answer: (request) => {
      if (request.path === '/authorize') {
        const organizations = [...recruiters.values()].map(({ organization }) => organization);
        return answerConsent(request, { apps, organizations, tokens });
      }
      if (request.path === '/oauth/token' && request.method === 'POST') return tokens.exchange(request.body);
      const bearer = tokens.bearer(request.authorization);
      if (!bearer) return refused(401, 'UnauthorizedError', 'The request requires authentication.');
      if (!buckets.get(bearer.organizationId)?.take())
        return refused(429, 'TooManyRequestsError', 'The rate limit is exceeded.');
      const session = { recruiter: recruiter(bearer.organizationId), webhooks, scope: bearer.scope, now, random };
      return answerLever(session, request);
    },
  });

  return {
    ...exchange,
    tokens,
    apps,
    outbox,
    organizations: () => [...recruiters.values()].map(({ organization }) => organization),
    recruiter,
    addOrganization: ({ id, name, stages, users }) => {
      const organization = {
        id,
        name,
        stages: stages.map((stage) => ({ ...stage })),
        users: [...users],
        contacts: new Map(),
        opportunities: new Map(),
        deleted: [],
        notes: [],
        webhooks: [],
        silencedEvents: new Set<string>(),
        oddShapes: new Map(),
      };
      const added = createLeverRecruiter(organization, { now, random, webhooks });
      recruiters.set(id, added);
      buckets.set(id, createTokenBucket({ now, perSecond: 10, burst: 20 }));
      return added;
    },
    redeliver: outbox.postAgain,
    switchEvents: (organizationId, event, on) => {
      const { silencedEvents } = recruiter(organizationId).organization;
      if (on) silencedEvents.delete(event);
      else silencedEvents.add(event);
    },
  };
};
