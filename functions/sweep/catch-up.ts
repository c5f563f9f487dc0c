import type { Account } from '#shared/domain/account.ts';
import { type CatchUp, type CatchUpPage, type CatchUpStep, continued, nextRound } from '#shared/domain/catch-up.ts';
import { nullIfRefused } from '#shared/domain/failure.ts';
import { enteredTriggerAt, type Opportunity } from '#shared/domain/opportunity.ts';
import { isHeld } from '#shared/domain/planned.ts';
import { countsFrom } from '#shared/domain/trigger-stage.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import { noteSilence } from './note-silence.ts';
import type { SweepPorts } from './ports.ts';

/** A run reads so many pages for one account; the next one goes on where it stopped. */
const pagesARun = 6;

/**
 * Finds what no webhook told us of: reads Lever for entries into the trigger stages, and for deletions, since the last
 * round, and after a reconnection wakes the work that was held. Feeds the same two queues as everybody else. Answers
 * whether the round is complete. Throws the `Failure` that stopped it; what was done until then is kept.
 */
export const catchUp = async (account: Account, lever: Lever, ports: SweepPorts): Promise<'complete' | 'more'> => {
  const { accountId } = account;
  let state: CatchUp = nextRound(account, await ports.catchUps.load(accountId), ports.now());
  for (let page = 0; page < pagesARun; page++) {
    const [step] = state.round.steps;
    if (step === undefined) break;
    state = continued(state, await takeStep(step, account, lever, state.round.since, ports));
    await ports.catchUps.save(accountId, state);
  }
  return state.round.steps.length === 0 ? 'complete' : 'more';
};

/** Does one page of one step. */
const takeStep = async (
  step: CatchUpStep,
  account: Account,
  lever: Lever,
  since: number,
  ports: SweepPorts,
): Promise<CatchUpPage> => {
  switch (step.kind) {
    case 'held':
      return { next: await wakeHeld(account.accountId, step.after, ports), isPartial: false };
    case 'entries': {
      const read = (after: string | null) => lever.listMovedSince(step.stageId, since, after);
      // The place in a list may be forgotten by the time we come back to it: from the start, then.
      const page = (await read(step.after).catch(nullIfRefused)) ?? (await read(null).catch(nullIfRefused));
      for (const opportunity of page?.opportunities ?? []) await seeEntry(opportunity, account, ports);
      return page ?? refused;
    }
    case 'deletions': {
      const page = await lever.listDeletedSince(since, step.after).catch(nullIfRefused);
      for (const opportunityId of page?.opportunityIds ?? [])
        await seeDeletion(account.accountId, opportunityId, ports);
      return page === null ? refused : { next: page.next, isPartial: false };
    }
  }
};

/** Not every access covers these lists; webhooks, and what is looked at anyway, then have to do. */
const refused: CatchUpPage = { next: null, isPartial: true };

const wakeHeld = async (accountId: string, after: string | null, ports: SweepPorts): Promise<string | null> => {
  const { screenings, next } = await ports.screenings.list(accountId, after);
  for (const { opportunityId, reconsider, refresh } of screenings) {
    if (reconsider !== null && isHeld(reconsider)) await ports.nudgeStageChange({ accountId, opportunityId });
    if (refresh !== null) await ports.nudgeCheckUpdate({ accountId, opportunityId });
  }
  return next;
};

const seeEntry = async (opportunity: Opportunity, account: Account, ports: SweepPorts): Promise<void> => {
  const { accountId } = account;
  const { opportunityId } = opportunity;
  const enteredAt = enteredTriggerAt(opportunity, account.triggerStages);
  if (enteredAt === null || enteredAt < countsFrom(account, opportunity.stage)) return;
  if (opportunity.isArchived || opportunity.isAnonymized) return;
  const { screening, version } = await ports.screenings.load(accountId, opportunityId);
  const isKnown = screening.reconsider !== null || screening.checks.some((check) => check.enteredAt === enteredAt);
  if (!isKnown) {
    await ports.nudgeStageChange({ accountId, opportunityId });
    ports.report('entry_caught_up', { accountId, opportunityId });
    if (version === null) await noteSilence(accountId, enteredAt, ports);
    return;
  }
  const { tag } = screening.lever;
  if (tag === null || opportunity.tags.includes(tag)) return;
  // The list may be older than the tag: whoever looks reads it anew.
  await ports.screenings.update(accountId, opportunityId, (current) => ({
    ...current,
    refresh: { dueAt: ports.now(), attempts: 0 },
  }));
  await ports.nudgeCheckUpdate({ accountId, opportunityId });
};

const seeDeletion = async (accountId: string, opportunityId: string, ports: SweepPorts): Promise<void> => {
  const { screening, version } = await ports.screenings.load(accountId, opportunityId);
  if (version !== null && screening.erasedAt === null) await ports.nudgeStageChange({ accountId, opportunityId });
};
