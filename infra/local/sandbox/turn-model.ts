import { type Answer, createExchange, type Exchange, type SandboxRequest } from './exchange.ts';
import type { Random } from './invented-values.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { answerAction } from './turn-actions.ts';
import { checkDates, createTurnCallbacks, dashboardUrl } from './turn-callbacks.ts';
import { nextState } from './turn-identities.ts';
import type { OddCallback } from './turn-odd-callbacks.ts';
import { type OddStatus, oddFields } from './turn-odd-status.ts';
import { placeOrder } from './turn-order.ts';
import { listPackages } from './turn-packages.ts';
import type { TurnCheck, TurnPartner } from './turn-records.ts';

/** Turn without HTTP: partners, their checks, and the callbacks it wants sent. */
export type TurnModel = Exchange & {
  partners: TurnPartner[];
  checks: TurnCheck[];
  outbox: Outbox;
  addPartner(partner: TurnPartner): TurnPartner;
  /** Puts a check into a state and tells: a always, b once there are results. Throws for an unknown worker. */
  advance(workerId: string, state: string): void;
  /** The same, told in an undocumented shape and by no other callback. */
  advanceOddly(workerId: string, state: string, told: OddCallback): void;
  /** From now on status reads of the check are odd in this way; null: they are not. */
  spoil(workerId: string, odd: OddStatus | null): void;
  /** One step of each check of a test identity that is not at its end; says how many moved. */
  step(): number;
  /** Back to work under the same Turn ID. */
  recheck(workerId: string): void;
  /** Posts c or d, which Turn's support switches on for some customers. */
  sendHook(workerId: string, hook: 'CONSENT_CONFIRMATION' | 'SSN_UPDATED'): void;
  /** E-mails sent to this address, over all checks. */
  invitations(email: string): number;
};

const notFoundAnswers = {
  '422': (id: string) => ({ status: 422, body: { message: `Worker with id ${id} was not found` } }),
  '404': () => ({ status: 404, body: { message: 'Worker not found' } }),
  'empty 404': () => ({ status: 404 }),
  'empty 200': () => ({ status: 200 }),
} satisfies Record<string, (id: string) => Answer>;
export type NotFoundAnswer = keyof typeof notFoundAnswers;

const refusedHeader = (request: SandboxRequest): Answer =>
  request.authorization === undefined
    ? { status: 401, body: { code: 'authorization_header_missing', description: 'Authorization header is expected' } }
    : { status: 400, body: { code: 'invalid_header', description: 'Unable to parse authentication token' } };

/** Turn as its public documentation describes it, on an injected clock. Nothing was ever recorded from it. */
export const createTurnModel = (options: {
  now: () => number;
  random: Random;
  /** How long a status read may still miss a new check; not documented, so both can be had. */
  readDelayMs?: number;
  /** How a status read says that there is no such check: documented is a 422; whether it may be a 404, or nothing at all, is not known. */
  notFound?: NotFoundAnswer;
}): TurnModel => {
  const { now, random, readDelayMs = 0, notFound = '422' } = options;
  const partners: TurnPartner[] = [];
  const checks: TurnCheck[] = [];
  const odds = new Map<string, OddStatus | null>();
  // No retry is documented: one try.
  const outbox = createOutbox({ now, retryWaitsMs: [] });
  const callbacks = createTurnCallbacks({ now, random, outbox });

  const partnerOf = ({ authorization }: SandboxRequest): TurnPartner | undefined =>
    partners.find(({ token }) => authorization === `Bearer ${token}`);
  const worker = (workerId: string): [TurnPartner, TurnCheck] => {
    const check = checks.find((candidate) => candidate.workerId === workerId);
    const partner = partners.find(({ id }) => id === check?.partnerId);
    if (!check || !partner) throw new Error(`No check for worker ${workerId}.`);
    return [partner, check];
  };
  const status = (partner: TurnPartner, id: string): Answer => {
    const check = checks.findLast(
      ({ partnerId, workerId, turnId, referenceId, orderedAt }) =>
        partnerId === partner.id && [workerId, turnId, referenceId].includes(id) && orderedAt + readDelayMs <= now(),
    );
    if (!check) return notFoundAnswers[notFound](id);
    const { state, turnId, email, workerId } = check;
    const named = { dashboard_url: dashboardUrl(check), state, turn_id: turnId, worker_email: email };
    const odd = oddFields(check, odds.get(workerId) ?? null);
    return { status: 200, body: { ...named, worker_id: workerId, ...checkDates(check), ...odd } };
  };
  const answer = (request: SandboxRequest): Answer => {
    const partner = partnerOf(request);
    if (!partner) return refusedHeader(request);
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /public_api/me') return { status: 200, body: { name: partner.name } };
    if (route === 'GET /public_api/me/packages') return listPackages(partner);
    if (route === 'POST /person/search_async') {
      const placed = placeOrder(partner, request.body, { now, random });
      if (placed.check) checks.push(placed.check);
      return placed.answer;
    }
    const acted = answerAction(route, partner, { checks, recheck });
    if (acted !== undefined) return acted;
    const asked = /^GET \/person\/([^/]+)\/status$/.exec(route)?.[1];
    return asked === undefined
      ? { status: 404, body: { message: 'Not found' } }
      : status(partner, decodeURIComponent(asked));
  };
  const today = (): string => new Date(now()).toISOString().slice(0, 10);
  const enter = (check: TurnCheck, state: string): void => {
    check.state = state;
    if (!['initiated', 'emailed', 'withdrawn'].includes(state)) check.consentDate ??= today();
  };
  const advance: TurnModel['advance'] = (workerId, state) => {
    const [partner, check] = worker(workerId);
    const originalState = check.state;
    enter(check, state);
    callbacks.stateChanged(partner, check, originalState);
    if (state === 'approved' || state === 'pending') callbacks.resultsReady(partner, check);
  };

  const recheck: TurnModel['recheck'] = (workerId) => {
    worker(workerId)[1].recheckDate = today();
    advance(workerId, 'processing');
  };

  return {
    ...createExchange({
      now,
      identify: (request) => partnerOf(request)?.id,
      answer,
      errorBody: { message: 'injected fault' },
    }),
    partners,
    checks,
    outbox,
    addPartner: (partner) => {
      partners.push(partner);
      return partner;
    },
    advance,
    advanceOddly: (workerId, state, told) => {
      const [partner, check] = worker(workerId);
      enter(check, state);
      callbacks.oddlyTold(partner, check, told);
    },
    spoil: (workerId, odd) => void odds.set(worker(workerId)[1].workerId, odd),
    step: () => {
      const moving = checks.flatMap((check) => {
        const state = nextState(check);
        return state === undefined ? [] : [{ workerId: check.workerId, state }];
      });
      for (const { workerId, state } of moving) advance(workerId, state);
      return moving.length;
    },
    recheck,
    sendHook: (workerId, hook) => {
      const [partner, check] = worker(workerId);
      if (hook === 'SSN_UPDATED') callbacks.ssnUpdated(partner, check);
      else callbacks.consentGiven(partner, check);
    },
    invitations: (email) =>
      checks.filter((check) => check.email === email).reduce((sum, { invitations }) => sum + invitations, 0),
  };
};
