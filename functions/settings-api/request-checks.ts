import type * as z from 'zod/mini';
import { Failure } from '#shared/domain/failure.ts';
import { isOpportunityId } from '#shared/domain/ids.ts';
import { alreadyInStageOf } from '#shared/domain/in-stage.ts';
import { checkRequested, decisionRequested } from '#shared/domain/transitions.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { notConnected } from './ask-lever.ts';
import { type backfillAnswerSchema, backfillSchema, type decisionAnswerSchema } from './in-stage-schemas.ts';
import { readBody } from './read-body.ts';

const atOnce = 20;

/**
 * Asks a check for each of these entries, which were before the account's start. Each is marked on its own record, for the sweep
 * to find within a minute: asking twice, or again after a lost answer, marks nobody twice, and only that very entry is ordered for.
 */
export const requestChecks = async ({ account, caller, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const read = readBody(incoming, backfillSchema);
  if ('refusal' in read) return read.refusal;
  if (account.connectionState !== 'connected') return notConnected;
  const { accountId } = account;
  const { candidates } = read.value;
  const counts = { requested: 0, leftOut: 0, failed: 0 };
  let news = 0;
  for (let from = 0; from < candidates.length; from += atOnce) {
    const marking = candidates.slice(from, from + atOnce).map(async ({ opportunityId, enteredAt }) => {
      try {
        const { after, effects } = await ports.records.apply({ accountId, opportunityId }, (record) =>
          checkRequested(record, { enteredAt, by: caller.userId }, ports.now()),
        );
        news += effects.length;
        counts[after.requested?.enteredAt === enteredAt && after.entries.length === 0 ? 'requested' : 'leftOut'] += 1;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        counts.failed += 1;
      }
    });
    await Promise.all(marking);
  }
  if (news > 0) {
    await forgetCounted(accountId, news, ports);
    await ports.emit('backfill_requested', { accountId, by: caller.userId, count: news, detail: String(news) });
  }
  const json: z.infer<typeof backfillAnswerSchema> = counts;
  return { status: 200, json };
};

/** Whom somebody asked a check for is not left out any more. Maintenance counts anew anyway, so that this is not worth failing for. */
const forgetCounted = async (accountId: string, requested: number, ports: AppPorts): Promise<void> => {
  const lessen = ports.accounts.update(accountId, (account) => {
    const counted = alreadyInStageOf(account);
    if (counted === null) return account;
    return { ...account, alreadyInStage: { ...counted, count: Math.max(0, counted.count - requested) } };
  });
  await lessen.catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
  });
};

/** Has a candidate that we hold looked at again: the sweep finds it within a minute. */
export const checkAgain = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const { opportunityId = '' } = incoming.path;
  if (!isOpportunityId(opportunityId)) return noSuchCandidate;
  const { record, version } = await ports.records.load(accountId, opportunityId);
  if (version === null || record.erasedAt !== null) return noSuchCandidate;
  await ports.records.apply(record, (current) =>
    current.erasedAt === null ? decisionRequested(current, ports.now()) : { record: current, effects: [] },
  );
  await ports.emit('decision_requested', { accountId, opportunityId });
  const json: z.infer<typeof decisionAnswerSchema> = { requested: true };
  return { status: 202, json };
};

const noSuchCandidate = {
  status: 404,
  code: 'no_such_candidate',
  message: 'We do not know this candidate.',
} as const;
