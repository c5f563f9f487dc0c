import type { Account } from '#shared/domain/account.ts';
import { nullIfPermanent } from '#shared/domain/failure.ts';
import { enteredTriggerAt, type Opportunity } from '#shared/domain/opportunity.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import {
  continued,
  nextRound,
  type Reconciliation,
  type ReconciliationPage,
  type ReconciliationStep,
} from '#shared/domain/reconciliation.ts';
import { isAwaitingReconnect } from '#shared/domain/retry-policy.ts';
import { tagMissed } from '#shared/domain/transitions.ts';
import { countsFrom, nameIn } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** A run reads so many pages for one account; the next one goes on where it stopped. */
const pagesARun = 6;

/**
 * Finds what no webhook told us of: reads Lever for entries into the trigger stages, and for deletions, since the last
 * round, and after a reconnection enqueues the work that waited for it. Feeds the same two queues as everybody else. Answers
 * whether the round is complete. Throws the `Failure` that stopped it; what was done until then is kept.
 */
export const reconcile = async (account: Account, lever: Lever, ports: AppPorts): Promise<'complete' | 'more'> => {
  const { accountId } = account;
  let state: Reconciliation = nextRound(account, await ports.reconciliations.load(accountId), ports.now());
  try {
    for (let page = 0; page < pagesARun; page++) {
      const [step] = state.round.steps;
      if (step === undefined) break;
      state = continued(state, await takeStep(step, account, lever, state.round.since, ports));
    }
  } finally {
    // Once a run: whoever dies before reads some pages again, which does no harm.
    await ports.reconciliations.save(accountId, state);
  }
  return state.round.steps.length === 0 ? 'complete' : 'more';
};

/** Does one page of one step. */
const takeStep = async (
  step: ReconciliationStep,
  account: Account,
  lever: Lever,
  since: number,
  ports: AppPorts,
): Promise<ReconciliationPage> => {
  switch (step.kind) {
    case 'awaiting_reconnect':
      return { next: await requeueAwaitingReconnect(account.accountId, step.after, ports), isPartial: false };
    case 'entries': {
      const read = (after: string | null) => lever.listMovedSince(step.stageId, since, after);
      // The place in a list may be forgotten by the time we come back to it: from the start, then.
      const page = (await read(step.after).catch(nullIfPermanent)) ?? (await read(null).catch(nullIfPermanent));
      for (const opportunity of page?.opportunities ?? []) await enqueueMissedEntry(opportunity, account, ports);
      for (const opportunityId of page?.unreadableIds ?? [])
        await enqueueUnreadable(account.accountId, opportunityId, ports);
      return page ?? refused;
    }
    case 'deletions': {
      const page = await lever.listDeletedSince(since, step.after).catch(nullIfPermanent);
      for (const opportunityId of page?.opportunityIds ?? [])
        await enqueueMissedDeletion(account.accountId, opportunityId, ports);
      return page ?? refused;
    }
  }
};

/** Not every access covers these lists; webhooks, and what is polled anyway, then have to do. */
const refused: ReconciliationPage = { next: null, isPartial: true };

const requeueAwaitingReconnect = async (
  accountId: string,
  after: string | null,
  ports: AppPorts,
): Promise<string | null> => {
  const { records, next } = await ports.records.list(accountId, after);
  for (const { opportunityId, nextDecision, nextSync } of records) {
    if (nextDecision !== null && isAwaitingReconnect(nextDecision))
      await ports.enqueueDecision({ accountId, opportunityId });
    if (nextSync !== null) await ports.enqueueSync({ accountId, opportunityId });
  }
  return next;
};

const enqueueMissedEntry = async (listed: Opportunity, account: Account, ports: AppPorts): Promise<void> => {
  const { accountId } = account;
  const { opportunityId } = listed;
  // Lists name a stage by its id alone, and a trigger may be one by its name.
  const { id, name } = listed.stage;
  const opportunity = { ...listed, stage: { id, name: name ?? nameIn(account.stages, id) ?? null } };
  const enteredAt = enteredTriggerAt(opportunity, account.triggerStages);
  if (enteredAt === null || opportunity.isAnonymized) return;
  if (enteredAt === 'unknown') return enqueueUnreadable(accountId, opportunityId, ports);
  if (enteredAt < countsFrom(account, opportunity.stage)) return;
  const { record, version } = await ports.records.load(accountId, opportunityId);
  if (!isExpected(record, opportunity) && entryAt(record, enteredAt) === undefined) {
    await ports.enqueueDecision({ accountId, opportunityId });
    await ports.emit('missed_entry_found', { accountId, opportunityId });
    if (version === null) await detectMissingWebhooks(accountId, enteredAt, ports);
    return;
  }
  const { tag } = record.lever;
  if (tag === null || opportunity.tags.includes(tag)) return;
  // The list may be older than the tag: whoever looks reads it anew.
  await ports.records.apply(record, (current) => tagMissed(current, ports.now()));
};

/** Is it about to be decided? Of who was archived, and is no more, the next look may be a day away. */
const isExpected = ({ nextDecision }: OpportunityRecord, { isArchived }: Opportunity): boolean =>
  nextDecision !== null && (isArchived || nextDecision.archivedLook === undefined);

/** The list does not show what a decision needs: the opportunity itself may. */
const enqueueUnreadable = async (accountId: string, opportunityId: string, ports: AppPorts): Promise<void> => {
  const { record } = await ports.records.load(accountId, opportunityId);
  if (record.nextDecision === null) await ports.enqueueDecision({ accountId, opportunityId });
};

const enqueueMissedDeletion = async (accountId: string, opportunityId: string, ports: AppPorts): Promise<void> => {
  const { record, version } = await ports.records.load(accountId, opportunityId);
  if (version !== null && record.erasedAt === null) await ports.enqueueDecision({ accountId, opportunityId });
};

/** Lever may try a webhook five times, ever more slowly; an entry younger than this may yet be told of. */
const patienceMs = 15 * 60_000;

/**
 * Lever shows an entry of which no webhook told us: says so, once, until a webhook comes. A webhook of later than the
 * entry means that one was lost, not that they are switched off.
 */
export const detectMissingWebhooks = async (
  accountId: string,
  enteredAt: number,
  { now, heartbeats, emit }: AppPorts,
): Promise<void> => {
  if (now() - enteredAt < patienceMs) return;
  const { lastWebhookAt, silentSince } = await heartbeats.load(accountId);
  if (silentSince !== null || (lastWebhookAt ?? 0) >= enteredAt) return;
  await heartbeats.setSilentSince(accountId, enteredAt);
  await emit('webhooks_silent', { accountId });
};
