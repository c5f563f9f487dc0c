import { unreadableOddShapes } from '#infra/local/sandbox/lever-odd-shapes.ts';
import type { LeverOpportunity } from '#infra/local/sandbox/lever-records.ts';
import { currentEntry, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { isBackingOff } from '#shared/domain/retry-policy.ts';
import { changedAt, isOrdered, isRunning } from '#shared/domain/stage-entry.ts';
import * as keys from '#shared/stores/keys.ts';
import { hasExpired } from '#shared/stores/table.ts';
import { readCheckStatus } from '#shared/turn/check-status.ts';
import { judgeEnded } from './ended-secrets.ts';
import { healthFaults, isLostFromSight, recordOf, triggerOf } from './judge-health.ts';
import { type Customer, isOnePerson, personOf } from './machine/customers.ts';
import type { Service } from './machine/service.ts';
import { referenceOf } from './presses.ts';
import { entryOf, isStatusTag, packagesOf } from './watch.ts';
import { isLeftBehind } from './watch-moves.ts';
import { judgePresses } from './watch-presses.ts';

/** What must be true of everything once it is quiet. */
export const judge = async (service: Service): Promise<void> => {
  const { violate, queues } = service;
  for (const { name, queue, deadLetters } of queues) {
    const { visible, inFlight, delayed } = queue.counts();
    if (visible + inFlight + delayed > 0) violate(`8: ${name} is not empty: ${JSON.stringify(queue.counts())}`);
    if (deadLetters.counts().visible > 0) violate(`8: there are dead letters of ${name}`);
  }
  judgePresses(service.truth, violate);
  await judgeEnded(service);
  for (const customer of service.customers) {
    const account = await customer.account();
    for (const found of await healthFaults(service, customer)) violate(`${found} (${customer.accountId})`);
    if (account.connectionState !== 'connected') violate(`8: ${customer.accountId} is ${account.connectionState}`);
    for (const id of customer.opportunities) {
      for (const found of await faultsOf(service, customer, id)) {
        violate(`${found} (candidate ${customer.opportunities.indexOf(id)} of ${customer.accountId})`);
      }
    }
  }
};

const problems = ['The Turn background check was not started', 'For a day, Turn has not confirmed'];

/** In the note of a report without an address. */
const openInTurn = 'Open the check in Turn';

const problemNotesOf = ({ recruiter }: Customer, id: string): string[] =>
  recruiter.notes(id).filter((note) => problems.some((words) => note.startsWith(words)));

/** The checks that Turn has for this opportunity, by the entry that each was ordered for. */
const ordersOf = ({ models }: Service, id: string) =>
  models.turn.checks
    .filter(({ referenceId }) => referenceId?.startsWith(`${id}-`))
    .toSorted((one, other) => entryOf(one.referenceId ?? '')[1] - entryOf(other.referenceId ?? '')[1]);

/** The checks that an opportunity shows, by the entry that each belongs to: its own, and those of the same person that it follows. */
const checksOf = (service: Service, id: string, record: OpportunityRecord | null) => {
  const own = ordersOf(service, id).map((check) => {
    return { ...check, enteredAt: entryOf(check.referenceId ?? '')[1], isFollowed: false };
  });
  const followed = (record?.entries ?? []).flatMap((entry) => {
    if (entry.state !== 'ordered' || entry.isFollowed !== true) return [];
    const check = service.models.turn.checks.find(({ workerId }) => workerId === entry.workerId);
    return check === undefined ? [] : [{ ...check, enteredAt: entry.enteredAt, isFollowed: true }];
  });
  return [...own, ...followed].toSorted((one, other) => one.enteredAt - other.enteredAt);
};

/** 1: what is followed was ordered for the same person. Of whom that is unclear, or who was deleted, it cannot be seen any more. */
const strangersOf = (service: Service, customer: Customer, opportunity: LeverOpportunity, record: OpportunityRecord) =>
  checksOf(service, opportunity.id, record).filter(({ isFollowed, referenceId }) => {
    const { opportunities, contacts } = customer.recruiter.organization;
    const leader = opportunities.get(entryOf(referenceId ?? '')[0]);
    if (!isFollowed || leader === undefined || service.truth.unclear.has(opportunity.id)) return false;
    return contacts.get(opportunity.contactId)?.isAnonymized !== true && !isOnePerson(customer, opportunity, leader);
  });

const entriesOf = (customer: Customer, { stageChanges }: LeverOpportunity) =>
  stageChanges.filter(({ toStageId }) => toStageId === triggerOf(customer));

/** Is the last entry one from before the start, for which nobody was told that a check is asked for? */
const isLeftOut = ({ truth }: Service, id: string, lastEntry: number | undefined): boolean =>
  lastEntry !== undefined &&
  truth.stoodBefore.get(id) === lastEntry &&
  !truth.surelyAsked.has(referenceOf(id, lastEntry));

/** So soon everything is done where nothing goes wrong, without any help of the sweep. */
export const promptMs = 40_000;

/**
 * When every check that has ended and is not shown as Turn has it must have been polled: at the latest when it has been
 * ended for twice as long as by now. A person may have deleted its tag, or the news that it runs again were lost.
 */
export const polledBy = async (service: Service): Promise<number> => {
  const times: number[] = [];
  for (const customer of service.customers) {
    for (const id of customer.opportunities) {
      const record = await recordOf(service, customer, id);
      const ordered = record?.entries.filter(isOrdered) ?? [];
      const latest = checksOf(service, id, record).at(-1);
      if (latest === undefined || ordered.length === 0 || ordered.some(isRunning)) continue;
      if (customer.find(id)?.tags.includes(`TurnStatus:${readCheckStatus(latest.state).name}`) === true) continue;
      const endedAt = Math.max(...ordered.map(changedAt));
      times.push(endedAt + 2 * (service.now() - endedAt));
    }
  }
  return Math.max(0, ...times);
};

/** So soon an order in flight is waited for, and the follower shows it, the sweep included. */
const followedWithinMs = 180_000;

const sharesPerson = ({ recruiter }: Customer, opportunity: LeverOpportunity | undefined): boolean =>
  [...recruiter.organization.opportunities.values()].some(
    ({ id, contactId }) => id !== opportunity?.id && contactId === opportunity?.contactId,
  );

/** Where nothing went wrong and nobody did anything odd, all is done within seconds, without the sweep. */
export const judgePromptness = async (service: Service): Promise<void> => {
  for (const customer of service.customers) {
    for (const id of customer.opportunities) {
      const latest = checksOf(service, id, await recordOf(service, customer, id)).at(-1);
      const opportunity = customer.find(id);
      const isIn =
        opportunity?.stageId === triggerOf(customer) &&
        !isLeftOut(service, id, opportunity && entriesOf(customer, opportunity).at(-1)?.updatedAt);
      const isPossible = new Set(packagesOf(opportunity?.tags ?? [])).size < 2;
      const isTold = !isPossible && opportunity?.tags.includes('TurnStatus:error') === true;
      // Who shares a person may wait for the other's order, and then for the sweep.
      if (latest === undefined && !isTold && isIn && service.isOrdinary && !sharesPerson(customer, opportunity))
        service.violate('2: an entry was not seen to at once');
      // Whoever left without a check has nothing to show any more.
      const isOut =
        opportunity?.stageId !== triggerOf(customer) && customer.recruiter.organization.opportunities.has(id);
      if (isOut && problemNotesOf(customer, id).length > 0) service.violate('3: a problem was not taken back at once');
      if (latest === undefined || opportunity === undefined) continue;
      // A cap or a grace had it wait for the sweep: it may have been ordered just now.
      if (!service.isOrdinary && service.vendorNow() - latest.orderedAt < promptMs) continue;
      const right = `TurnStatus:${readCheckStatus(latest.state).name}`;
      // A later entry that came to nothing is shown instead.
      const { enteredAt } = latest;
      if (latest.isFollowed && service.vendorNow() - enteredAt < followedWithinMs) continue;
      const isLater = entriesOf(customer, opportunity).some(({ updatedAt }) => updatedAt > enteredAt);
      const isShownInstead = opportunity.tags.some((tag) => tag === 'TurnStatus:error' || tag === 'TurnStatus:waiting');
      if (isLater && isShownInstead) continue;
      if (!opportunity.tags.includes(right)) service.violate(`3: ${latest.state} was not shown at once`);
    }
  }
};

/** Does the activity log say why an entry of this candidate came to nothing? A line of it may be lost to the table. */
const isReasonTold = async ({ memory, log }: Service, { accountId }: Customer, id: string): Promise<boolean> => {
  if (log.some(({ code, fields }) => code === 'activity_line_lost' && fields.accountId === accountId)) return true;
  const { items } = await memory.list(`ACCOUNT#${accountId}`, 'ACTIVITY#', { limit: 1_000, after: null });
  const told = items.map(({ content }) => JSON.stringify(content));
  return told.some((line) => line.includes('stage_change_ignored') && line.includes(id));
};

/** Whom Lever shows without what a decision needs, and how. */
export const unreadableOf = ({ recruiter }: Customer) =>
  [...recruiter.organization.oddShapes].filter(([, shape]) => Object.hasOwn(unreadableOddShapes, shape));

/** Whom Lever shows without what a decision needs: who entered and has no check is told of as a problem. */
export const judgeUnreadable = async (service: Service): Promise<void> => {
  for (const customer of service.customers) {
    for (const [id, shape] of unreadableOf(customer)) {
      const opportunity = customer.recruiter.organization.opportunities.get(id);
      const isIn = opportunity?.stageId === triggerOf(customer) && opportunity?.archived === null;
      const checks = checksOf(service, id, await recordOf(service, customer, id));
      const isKnown = checks.length > 0 || problemNotesOf(customer, id).length > 0;
      const isExcused = service.truth.settingsChanged || service.truth.hidden.has(customer.accountId);
      const lastEntry = opportunity && entriesOf(customer, opportunity).at(-1)?.updatedAt;
      if (!isIn || isKnown || isExcused || isLeftOut(service, id, lastEntry)) continue;
      if (await isReasonTold(service, customer, id)) continue;
      service.violate(`2: Lever shows too little of a candidate (${shape}), and nobody is told`);
    }
  }
};

/** An hour after the connection is there again, nothing waits for it any more. */
export const judgeResumption = async (service: Service): Promise<void> => {
  for (const customer of service.customers) {
    for (const id of customer.opportunities) {
      const why = (await recordOf(service, customer, id))?.nextDecision?.lastFailure;
      if (why === 'lever_not_connected' || why === 'lever_grant_lapsed')
        service.violate('8: what waited for a reconnection is not resumed');
    }
  }
};

/** One round of reconciliation after everything went well again, nothing is held any more of whom Lever has deleted, unless it was tried in vain and waits for its time. */
export const judgeErasures = async (service: Service): Promise<void> => {
  for (const customer of service.customers) {
    const { opportunities } = customer.recruiter.organization;
    for (const id of customer.opportunities.filter((each) => !opportunities.has(each))) {
      const record = await recordOf(service, customer, id);
      if (isBackingOff(record?.nextDecision ?? null, service.now())) continue;
      for (const found of keptOfDeleted(record, await linesAbout(service, customer, id))) service.violate(found);
    }
  }
};

/** How many lines of the activity log name the candidate. */
const linesAbout = async ({ memory: table, now }: Service, { accountId }: Customer, id: string): Promise<number> => {
  const stories = await table.list(keys.accountPartition(accountId), keys.storyPrefix(id), {
    limit: 1_000,
    after: null,
  });
  const items = stories.items.filter((item) => !hasExpired(item, now()));
  const all = await table.list(keys.accountPartition(accountId), 'ACTIVITY#', { limit: 100_000, after: null });
  return items.length + all.items.filter(({ content }) => JSON.stringify(content).includes(id)).length;
};

const keptOfDeleted = (record: OpportunityRecord | null, lines: number): string[] => {
  // Of whom nothing was ever held, only a reason was told. What somebody at work then wrote later, the look that is still due takes away.
  if (record !== null && record.erasedAt !== null && record.nextDecision === null && lines > 0)
    return ['6: the candidate was erased, and lines of the activity log still name them'];
  const isErased = record === null || record.erasedAt !== null || record.entries.length === 0;
  if (!isErased) return ['2: the candidate was deleted in Lever, and we still hold the checks'];
  const isKept = record?.entries.some(({ state }) => state !== 'erased');
  return isKept === true ? ['6: the candidate was deleted in Lever, and we still know the Turn ID'] : [];
};

const faultsOf = async (service: Service, customer: Customer, id: string): Promise<string[]> => {
  const record = await recordOf(service, customer, id);
  const opportunity = customer.recruiter.organization.opportunities.get(id);
  if (opportunity === undefined) {
    // Where nothing is ever looked at again, whom Lever refused to show when the deletion was told is not found out about.
    const isHidden = !service.hasNets && service.truth.mayBeRefused && (await isReasonTold(service, customer, id));
    return isHidden ? [] : keptOfDeleted(record, await linesAbout(service, customer, id));
  }
  if (record !== null && record.erasedAt !== null) {
    const isAnonymized = customer.recruiter.organization.contacts.get(opportunity.contactId)?.isAnonymized === true;
    if (isAnonymized) return keptOfDeleted(record, await linesAbout(service, customer, id));
    return ['2: it was erased although Lever has the candidate'];
  }
  if (isLostFromSight(service, customer, opportunity, record)) return [];
  const found: string[] = [];
  const orders = checksOf(service, id, record);
  const strangers = record === null ? [] : strangersOf(service, customer, opportunity, record);
  if (strangers.length > 0) found.push('1: the check of somebody else is shown');
  const tags = opportunity.tags.filter(isStatusTag);
  const notes = customer.recruiter.notes(id);
  const problemNotes = problemNotesOf(customer, id);
  const latest = orders.at(-1);
  const lastEntry = entriesOf(customer, opportunity).at(-1)?.updatedAt ?? 0;

  // 2: something came of the entry that the candidate is in.
  const contact = customer.recruiter.organization.contacts.get(opportunity.contactId);
  const isWaitedFor =
    opportunity.stageId === triggerOf(customer) &&
    opportunity.archived === null &&
    !isLeftOut(service, id, lastEntry) &&
    contact?.isAnonymized === false &&
    !service.truth.hidden.has(customer.accountId);
  const person = personOf(customer, opportunity);
  const isPossible = person.emails.length > 0 && new Set(packagesOf(opportunity.tags)).size < 2;
  if (isWaitedFor && orders.length === 0) {
    if (problemNotes.length === 0) found.push('2: nothing came of an entry');
    else if (isPossible) found.push(`2: nothing was ordered although nothing stands in the way: ${problemNotes[0]}`);
  }
  const before = service.truth.stoodBefore.get(id);
  const isUnasked = before !== undefined && !service.truth.asked.has(referenceOf(id, before));
  if (isUnasked && record?.entries.some(({ enteredAt }) => enteredAt === before))
    found.push('1: something came of an entry before the start, and nobody asked');
  const isSeen = record?.entries.some(({ enteredAt }) => enteredAt === lastEntry) ?? false;
  if (isWaitedFor && !isSeen && !service.truth.settingsChanged && !(await isReasonTold(service, customer, id))) {
    found.push('2: nothing came of the last entry, and no reason is told');
  }
  if (record?.entries.some(({ state }) => state === 'ordering')) found.push('2: an order was never settled');
  if ((record?.nextDecision?.attempts ?? 0) > 0) {
    found.push(`8: still to be decided: ${JSON.stringify(record?.nextDecision)}`);
  }
  if (record?.nextSync !== null && (record?.nextSync?.attempts ?? 0) > 0) {
    found.push(`8: still to be shown: ${JSON.stringify(record?.nextSync)}`);
  }

  // 3: being archived ends no problem.
  const isForgiven = service.truth.settingsChanged || service.truth.mayBeRefused || orders.length > 0;
  if (service.truth.toldWhenArchived.has(id) && !isForgiven && problemNotes.length === 0) {
    found.push('3: the problem of an archived candidate was forgotten');
  }

  // 3: one tag, and the right one.
  const isExcused = !service.hasNets && service.truth.tagDeleted.has(id);
  if (tags.length > 1) found.push(`3: several status tags: ${tags.join(' ')}`);
  // Who is above the cap waits, and a note says so.
  const isError = tags.includes('TurnStatus:error') || (tags.includes('TurnStatus:waiting') && problemNotes.length > 0);
  if (isError && problemNotes.length === 0) found.push('3: an error is shown that no note explains');
  if (problemNotes.length > 1) found.push('3: several problems stand at once');
  // Nobody looks after the tag of who has left the stage, was archived, or anonymized, without a check.
  const isLeft =
    opportunity.stageId !== triggerOf(customer) || opportunity.archived !== null || contact?.isAnonymized === true;
  const isNobodys = isLeft && service.truth.tagDeleted.has(id);
  // Where Lever refuses to show a candidate, or what we write, it may take a while.
  const isOut =
    opportunity.stageId !== triggerOf(customer) &&
    contact?.isAnonymized === false &&
    !service.truth.settingsChanged &&
    !service.truth.hidden.has(customer.accountId);
  const isWithheld = service.truth.mayBeRefused || isBackingOff(record?.nextDecision ?? null, service.now());
  if (isOut && !isWithheld && (isError || problemNotes.length > 0)) {
    found.push(`3: a problem outlasts the stage: ${problemNotes[0] ?? 'a tag'}`);
  }
  if (!isError && !isExcused && !isNobodys && problemNotes.length > 0)
    found.push(`3: a problem's note stands beside ${tags.join(' ')}`);
  if (latest !== undefined) {
    const right = `TurnStatus:${readCheckStatus(latest.state).name}`;
    const mayBeError = lastEntry > latest.enteredAt || service.truth.settingsChanged;
    if (!isExcused && !tags.includes(right) && !(isError && mayBeError)) {
      found.push(`3: shows ${tags.join(' ') || 'no tag'} where Turn says ${latest.state}`);
    }
  } else if (tags.length > 0 && !isError) found.push(`3: shows ${tags.join(' ')} without a check`);

  // 4: every note is there, once.
  for (const [index, note] of notes.entries()) {
    if (notes.indexOf(note) !== index) found.push(`4: a note stands twice: ${note.slice(0, 60)}`);
  }
  for (const order of orders) {
    const startNotes = notes.filter(
      (note) =>
        note.includes(`Turn ID: ${order.turnId}`) &&
        note.includes(order.isFollowed ? 'another application' : 'was started'),
    );
    const replaced = service.truth.replaced.get(order.turnId);
    if (
      // Of an order that the table has forgotten, nobody knows what Turn refused.
      replaced !== undefined &&
      service.truth.restoredAt === null &&
      !order.isFollowed &&
      startNotes.some((note) => !note.includes(`does not know package ${replaced}`))
    ) {
      found.push(`4: the note does not say that ${replaced} was not ordered`);
    }
    const isPhoneLess =
      service.truth.restoredAt === null && !order.isFollowed && person.phones.length > 0 && order.phoneNumber === null;
    if (isPhoneLess && startNotes.some((note) => !note.includes('phone number'))) {
      found.push('4: the note does not say that Turn was given no phone number');
    }
    // A Turn ID in no form of Turn's is not told.
    const isUntold = startNotes.length === 0 && service.truth.oddAtTurn.has(order.workerId);
    if (startNotes.length !== 1 && !isUntold)
      found.push(`4: ${startNotes.length} notes tell the Turn ID ${order.turnId}`);
  }
  const current = record === null ? undefined : currentEntry(record);
  const isCurrent = current?.state === 'ordered' && current.turnId === latest?.turnId;
  if (latest !== undefined && isCurrent && readCheckStatus(latest.state).hasReport) {
    const isOdd = service.truth.oddAtTurn.has(latest.workerId);
    const reports = notes.filter((note) => {
      const isOfCheck = note.includes(`workers/${latest.workerId}`);
      return isOfCheck || (isOdd && note.includes(openInTurn) && note.includes(latest.turnId));
    });
    const isUntold = isOdd && (current.turnId === null || current.dashboardUrl === null) && !current.isAddressUnusable;
    if (reports.length !== 1 && !(isUntold && reports.length === 0))
      found.push(`4: ${reports.length} notes lead to the report`);
  }
  const isMoveTold = notes.some((note) => note.startsWith('Moved to “'));
  if (service.truth.moved.has(id) && !isMoveTold && !service.truth.unclear.has(id))
    found.push('10: a candidate was moved, and no note says so');
  const wantsMoves = (await customer.account()).stageAfter.clear !== null && !service.truth.settingsChanged;
  const isSettled = latest !== undefined && isCurrent && !service.truth.hidden.has(customer.accountId);
  if (wantsMoves && isSettled && isLeftBehind(customer, id, service.truth, latest.state, latest.enteredAt))
    found.push('10: who is clear was not moved, and no note says why');
  return found;
};
