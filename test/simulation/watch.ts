import type { LeverOpportunity } from '#infra/local/sandbox/lever-records.ts';
import type { TurnCheck } from '#infra/local/sandbox/turn-records.ts';
import type { Settings } from '#shared/domain/account.ts';
import type { HttpAnswer, HttpRequest } from '#shared/http/send-request.ts';
import { webhookPartitionPrefix } from '#shared/stores/keys.ts';
import type { Item, Key } from '#shared/stores/table.ts';
import { readCheckStatus } from '#shared/turn/check-status.ts';
import {
  type Customer,
  goodPhone,
  isOnePerson,
  type Models,
  packageNames,
  packages,
  privateWords,
} from './machine/customers.ts';
import type { Environment } from './machine/environment.ts';
import { leverHost, turnDashboardHost } from './machine/vendors.ts';
import { createMoveWatch, isMove } from './watch-moves.ts';
import { createPressWatch, type Presses } from './watch-presses.ts';

/** What is known of a run that excuses what would else be wrong. */
export type Truth = {
  /** Opportunities as they were before somebody did something to them that a decision depends on. */
  readonly pasts: Pasts<LeverOpportunity>;
  /** The states that the check of this worker was in before. */
  readonly turnPasts: Pasts<string>;
  /** Workers of whose checks Turn gave addresses or Turn IDs that may not be shown. */
  readonly oddAtTurn: Set<string>;
  /** Packages that were asked for and not ordered, by the Turn ID of the check that was ordered instead: the note must say so. */
  readonly replaced: Map<string, string>;
  /** What Lever signs with already, and we have not been told yet. */
  readonly unsavedSecrets: Set<string>;
  /** Accounts whose access somebody revoked. */
  readonly revoked: Set<string>;
  /** Faults that may cost an access: whoever renews it dies or learns nothing of the answer. */
  readonly maySpoilAccess: boolean;
  /** Opportunities that somebody forged news of to another account: `accountId opportunityId`. */
  readonly forged: Set<string>;
  /** Opportunities of which nobody knows for certain whose they are: contacts were merged, and who belongs to whom is known once both were read again; or Lever showed too little. */
  readonly unclear: Set<string>;
  /** Who was in the stage before the account's start, and entered it when. */
  readonly stoodBefore: Map<string, number>;
  /** The entries from before the start for which a check was asked, as references of an order; and those of which somebody was told that it worked. */
  readonly asked: Set<string>;
  readonly surelyAsked: Set<string>;
  /** Buttons that were pressed, by what they ask of Turn about which check. */
  readonly presses: Map<string, Presses>;
  /** Opportunities that we have moved to another stage. */
  readonly moved: Set<string>;
  /** Opportunities whose status tags a person deleted. */
  readonly tagDeleted: Set<string>;
  /** Opportunities that were archived in the stage while a problem of their entry stood in Lever, and left alone since. */
  readonly toldWhenArchived: Set<string>;
  /** Accounts whose trigger stage could not be known by its name, or whose news was replayed by somebody else. */
  readonly hidden: Set<string>;
  /** Lever refuses writes at times: where a tag is refused, the old one goes all the same, and a note says so. */
  readonly mayBeRefused: boolean;
  /** Since when nothing may be ordered, by who paused it: an account's id, with `turn` in front where Turn did, or `all`. */
  readonly paused: Map<string, number>;
  /** Somebody may be late with what he read: workers stand still, or are slow. */
  readonly mayLag: boolean;
  /** Settings were changed on the way: what they forbid may have been allowed. */
  settingsChanged: boolean;
  /** Since when a table restored from a backup is in use; null: none is. */
  restoredAt: number | null;
  /** Messages that lay in the queues when it became quiet, and dead letters that were moved back. */
  leftOver: number;
  /** Nothing goes wrong any more, and nobody does anything. */
  isQuiet: boolean;
  /** By our own clocks; infinity: not yet. */
  quietSince: number;
};

/** So long after something happened, whoever orders must know of it. */
const settled = 600_000;

/** What was, each until a time. */
export type Pasts<T> = {
  note(id: string, past: T): void;
  /** What somebody may still go by: all that was true within the last ten minutes, other than what is true now. */
  recent(id: string, withinMs?: number): T[];
  /** All that was ever true, other than what is true now. */
  ever(id: string): T[];
  changedSince(id: string, time: number): boolean;
};
export const createPasts = <T>(now: () => number): Pasts<T> => {
  const pasts = new Map<string, { past: T; until: number }[]>();
  const of = (id: string) => pasts.get(id) ?? [];
  return {
    note: (id, past) => void pasts.set(id, [...of(id), { past, until: now() }]),
    recent: (id, withinMs = settled) => of(id).flatMap(({ past, until }) => (now() - until < withinMs ? [past] : [])),
    ever: (id) => of(id).map(({ past }) => past),
    changedSince: (id, time) => of(id).some(({ until }) => until > time - settled),
  };
};

/** So soon a pause holds. */
const pauseHoldsAfterMs = 60_000;

/** Turn may refuse the package, the phone and the e-mail address, one after the other, before it accepts: one place of the hour serves them all. */
const mostRefusedOrders = 3;

/** Hours of the clock, each with room for so many orders. */
const createHours = (cap: number) => {
  const taken = new Map<string, number>();
  const hourOf = (time: number): number => Math.floor(time / 3_600_000);
  return {
    /** Takes a place in the first hour between these times that has one. */
    take(account: string, from: number, until: number): boolean {
      for (let hour = hourOf(from); hour <= hourOf(until); hour++) {
        const before = taken.get(`${account} ${hour}`) ?? 0;
        if (before >= cap) continue;
        taken.set(`${account} ${hour}`, before + 1);
        return true;
      }
      return false;
    },
  };
};

/** After so long a quiet, what was left over is done. */
const restingMs = 3 * 3_600_000;
/** From then on, so much of a day may hold so many looks at one candidate: one a day, one more where a tag was missing, and what a move takes. */
const mostLooks = 3;
const looksWithinMs = 23 * 3_600_000;

const statusTag = /^TurnStatus:/u;
export const isStatusTag = (tag: string): boolean => statusTag.test(tag);
export const entryOf = (reference: string): [opportunityId: string, enteredAt: number] => {
  const at = reference.lastIndexOf('-');
  return [reference.slice(0, at), Number(reference.slice(at + 1))];
};
/** The packages that tags name, as the help article writes them. */
export const packagesOf = (tags: readonly string[]): string[] =>
  tags.flatMap((tag) => /^turnpackage:\s*(p\d+)/iu.exec(tag)?.[1]?.toUpperCase() ?? []);
/** A note as it reads, whatever became of its spaces. */
export const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** The promises that can be broken at any moment, watched while the simulation runs. */
export const createWatch = (options: {
  customers: () => readonly Customer[];
  models: Models;
  now: () => number;
  truth: Truth;
  settings: Partial<Settings>;
  /** How far our clocks are apart, in milliseconds. */
  vendorClockSkewMs: number;
  /** How long Turn takes for an order. */
  orderTakesMs: number;
  violate: (what: string) => void;
}) => {
  const { models, now, truth, violate } = options;
  const slots = new Map<string, number>();
  const calls = new Map<string, number>();
  const orders = createHours(options.settings.hourlyCap ?? Number.POSITIVE_INFINITY);
  const budget = new Map<string, { held: number; at: number }>();
  const noted = new Map<string, Set<string>>();
  const looks = createPasts<string>(now);
  /** Orders that named their package. */
  const named = new Set<string>();

  const ownerOf = (opportunityId: string): Customer | undefined =>
    options.customers().find((customer) => customer.find(opportunityId) !== undefined);
  const isForeign = (customer: Customer, opportunityId: string): boolean => {
    const owner = ownerOf(opportunityId);
    const isForged = truth.forged.has(`${customer.accountId} ${opportunityId}`);
    return owner !== undefined && owner !== customer && !isForged;
  };
  const byBearer = (request: HttpRequest): Customer | undefined => {
    const organizationId = models.lever.tokens.bearer(request.headers['authorization'])?.organizationId;
    return options.customers().find(({ recruiter }) => recruiter.organization.id === organizationId);
  };
  const byTurnToken = (request: HttpRequest): Customer | undefined =>
    options.customers().find(({ partner }) => request.headers['authorization'] === `Bearer ${partner.token}`);

  /** 7: within the budget, and only with an acquired request. */
  const spend = (customer: Customer): void => {
    const { accountId } = customer;
    const left = (slots.get(accountId) ?? 0) - 1;
    slots.set(accountId, left);
    if (left < 0) violate(`7: Lever was called without an acquired request, for ${accountId}`);
    if (truth.isQuiet) {
      const hour = `${accountId} ${Math.floor(now() / 3_600_000)}`;
      calls.set(hour, (calls.get(hour) ?? 0) + 1);
      // What is left over all at once is read for one by one, and gets into one another's way.
      if ((calls.get(hour) ?? 0) > 100 + truth.leftOver * 5) violate(`8: ${accountId} does not come to rest`);
    }
    const before = budget.get(accountId) ?? { held: 20, at: now() };
    const held = Math.min(20, before.held + (now() - before.at) / 100) - 1;
    budget.set(accountId, { held, at: now() });
    if (held < 0 && !truth.mayLag) violate(`7: Lever was called more often than it allows, for ${accountId}`);
  };

  /** 7: who shows what Turn says looks at Lever itself about once a day, not with each poll. */
  const onLook = (opportunityId: string): void => {
    // Of whom Lever shows too little, whoever has to know more tries again.
    if (now() - truth.quietSince < restingMs || truth.unclear.has(opportunityId)) return;
    looks.note(opportunityId, opportunityId);
    if (looks.recent(opportunityId, looksWithinMs).length > mostLooks)
      violate(`7: ${opportunityId} is looked at in Lever more than ${mostLooks} times a day`);
  };

  const onOrder = (customer: Customer, body: string): void => {
    const check = models.turn.checks.at(-1);
    if (check === undefined) return;
    if (body.includes('"package_id"')) named.add(check.workerId);
    const reference = check.referenceId ?? '';
    const [opportunityId, enteredAt] = entryOf(reference);
    const opportunity = customer.find(opportunityId);
    if (opportunity === undefined || !check.email.includes(`customer${customer.accountId.slice(5)}.`)) {
      violate(`5: ${customer.accountId} ordered a check for somebody else's candidate`);
      return;
    }
    if (check.phoneNumber !== null && check.phoneNumber !== goodPhone) {
      violate(`5: ${customer.accountId} had a stranger's phone texted`);
    }
    if (!check.callbackUrl.includes(`/turn/${customer.accountId}/`)) {
      violate(`5: ${customer.accountId} gave out another account's callback address`);
    }
    const sameEntry = models.turn.checks.filter(({ referenceId }) => referenceId === reference);
    if (sameEntry.length > 1) violate(`1: the entry ${reference} was ordered ${sameEntry.length} times`);
    if (truth.stoodBefore.get(opportunityId) === enteredAt && !truth.asked.has(reference))
      violate(`1: ${reference} was ordered although the entry was before the start, and nobody asked`);
    const stageId = customer.recruiter.stageId('Reference check');
    const offer = customer.recruiter.stageId('Offer');
    const entries = opportunity.stageChanges.filter(
      (change) => change.toStageId === stageId || (truth.settingsChanged && change.toStageId === offer),
    );
    if (!entries.some((entry) => entry.updatedAt === enteredAt)) violate(`1: ${reference} is no entry into the stage`);
    onPausedOrder(customer.accountId, reference);
    onPersonsOrder(customer, opportunity, check);
    if (truth.mayLag) return;

    const settings = options.settings;
    // By our own clocks: how far Lever's is from them, nobody can know.
    const age = now() - enteredAt;
    const graceMs = (settings.graceSeconds ?? 0) * 1000;
    if (graceMs > 0 && age < graceMs - 5_000 && !truth.settingsChanged) {
      violate(`1: ${reference} was ordered within the grace`);
    }
    const isWithinCap = orders.take(
      customer.accountId,
      now() - 2_000 - options.vendorClockSkewMs - mostRefusedOrders * options.orderTakesMs,
      now() + options.vendorClockSkewMs,
    );
    if (!isWithinCap) violate('1: more was ordered than the cap allows');

    if (truth.settingsChanged) return;
    const before = models.turn.checks.filter(
      (each) => each !== check && entryOf(each.referenceId ?? '')[0] === opportunityId,
    );
    for (const earlier of before) {
      const possible = [earlier.state, ...truth.turnPasts.recent(earlier.workerId)].map(readCheckStatus);
      // Which package Turn takes where none is named, we cannot know.
      const isSame = earlier.packageId === check.packageId && named.has(earlier.workerId) === named.has(check.workerId);
      const isForbidden = isSame && settings.rerun?.kind === 'never';
      if (possible.every(({ isComplete }) => !isComplete)) {
        violate(`1: ${reference} was ordered while an earlier check is running`);
      } else if (isForbidden && possible.every(({ isWithdrawn }) => !isWithdrawn)) {
        violate(`1: ${reference} was ordered although the account's rule forbids a second check`);
      }
    }
    const possible = [opportunity, ...truth.pasts.recent(opportunityId)];
    const faults = possible.map((each) => whyNot(each, enteredAt, stageId, check));
    if (faults.every((fault) => fault !== null)) violate(`1: ${reference} ${faults[0]}`);
    const wasUnknown = possible.every(({ tags }) => packagesOf(tags).includes(packages.unknown));
    if (faults[0] === null && wasUnknown) truth.replaced.set(check.turnId, packages.unknown);
  };

  /** 11: while it is paused, nothing is ordered but what was on its way. */
  const onPausedOrder = (accountId: string, reference: string): void => {
    for (const who of ['all', `turn ${accountId}`, accountId]) {
      const since = truth.paused.get(who);
      if (since !== undefined && now() - since > pauseHoldsAfterMs && !truth.mayLag)
        violate(`11: ${reference} was ordered although new checks are paused`);
    }
  };

  /** 1: one check for one person and package, with whichever opportunity it was ordered, as long as one of them shows it. */
  const onPersonsOrder = (customer: Customer, opportunity: LeverOpportunity, check: TurnCheck): void => {
    if (truth.settingsChanged || truth.mayBeRefused || truth.unclear.has(opportunity.id)) return;
    const versionsOf = (one: LeverOpportunity) => [one, ...truth.pasts.recent(one.id)];
    const others = [...customer.recruiter.organization.opportunities.values()].filter(
      (other) =>
        other.id !== opportunity.id &&
        !truth.unclear.has(other.id) &&
        versionsOf(opportunity).every((one) => versionsOf(other).every((each) => isOnePerson(customer, one, each))),
    );
    const isShownBy =
      ({ turnId, referenceId }: TurnCheck) =>
      ({ id }: LeverOpportunity): boolean =>
        entryOf(referenceId ?? '')[0] === id ||
        customer.recruiter.notes(id).some((note) => note.includes(`Turn ID: ${turnId}`));
    // Which package was ordered, only the lost table and our note would tell; the tags may have changed since.
    const isForgotten = ({ turnId, orderedAt }: TurnCheck): boolean =>
      truth.restoredAt !== null &&
      orderedAt < truth.restoredAt &&
      !others.some(({ id }) => customer.recruiter.notes(id).some((note) => note.includes(`Turn ID: ${turnId}`)));
    for (const earlier of models.turn.checks) {
      const isOwn = entryOf(earlier.referenceId ?? '')[0] === opportunity.id;
      if (isForgotten(earlier)) continue;
      if (earlier === check || isOwn || !others.some(isShownBy(earlier))) continue;
      if (earlier.packageId !== check.packageId || named.has(earlier.workerId) !== named.has(check.workerId)) continue;
      const possible = [earlier.state, ...truth.turnPasts.recent(earlier.workerId)].map(readCheckStatus);
      if (possible.every(({ isComplete }) => !isComplete)) {
        violate(`1: ${check.referenceId} was ordered while a check of the same person is running`);
      } else if (options.settings.rerun?.kind === 'never' && possible.every(({ isWithdrawn }) => !isWithdrawn)) {
        violate(`1: ${check.referenceId} was ordered although the account's rule forbids the person a second check`);
      }
    }
  };

  /** Why this check should not have been ordered for the opportunity as it is, or was; null where it is right. */
  const whyNot = (
    opportunity: LeverOpportunity,
    enteredAt: number,
    stageId: string,
    check: TurnCheck,
  ): string | null => {
    const entries = opportunity.stageChanges.filter(({ toStageId }) => toStageId === stageId);
    const isIn = opportunity.stageId === stageId && entries.at(-1)?.updatedAt === enteredAt;
    if (!isIn) return 'was ordered although the candidate is not in the stage by that entry';
    if (opportunity.archived !== null) return 'was ordered for an archived candidate';
    const ids = new Set(packagesOf(opportunity.tags));
    if (ids.size > 1) return 'was ordered although the tags name several packages';
    const [wanted = packages.standard] = ids;
    const right = wanted === packages.unknown ? packages.standard : wanted;
    return check.packageId === right ? null : `was ordered with ${check.packageId} instead of ${right}`;
  };

  const onNote = (customer: Customer, opportunityId: string): void => {
    const notes = customer.recruiter.organization.notes.filter((note) => note.opportunityId === opportunityId);
    const last = notes.at(-1);
    if (last === undefined) return;
    const standing = notes.filter(({ deletedAt, value }) => deletedAt === null && plain(value) === plain(last.value));
    // A problem that comes again with another entry is told anew before the old note goes.
    const entries = (customer.find(opportunityId)?.stageChanges.length ?? 0) - 1;
    const most = last.value.includes('Turn ID') ? 1 : Math.max(1, entries);
    if (standing.length > most) violate(`4: a note was written twice: ${plain(last.value).slice(0, 80)}`);
    for (const [, address = ''] of last.value.matchAll(/(\w+:\/\/\S*|javascript:\S*)/gu)) {
      if (!address.startsWith(`https://${turnDashboardHost}/`)) violate(`3: a note leads to ${address}`);
    }
    const turnId = /Turn ID: (C\d+)/u.exec(last.value)?.[1];
    const line = /Turn ID: .*/u.exec(last.value)?.[0];
    if (line !== undefined && line !== `Turn ID: ${turnId}`) violate(`3: a note says ${line}`);
    const check = models.turn.checks.find((each) => each.turnId === turnId);
    if (turnId !== undefined && check?.partnerId !== customer.partner.id) violate('5: a note names a foreign Turn ID');
    const kind = `${turnId ?? ''} ${plain(last.value).slice(0, 40)}`;
    const known = noted.get(opportunityId) ?? new Set();
    if (turnId !== undefined && known.has(kind)) violate(`4: a second note about ${turnId}`);
    noted.set(opportunityId, known.add(kind));
    const [, name, packageId = ''] = /^Package: (.+) \((P\d+)\)$/mu.exec(last.value) ?? [];
    if (name !== undefined && packageNames[packageId]?.includes(name) !== true) {
      violate(`3: a note calls package ${packageId} ${name}, which is another`);
    }
    if (privateWords.test(last.value)) violate('6: a note names the candidate');
  };

  const moves = createMoveWatch(models, truth, violate);
  const presses = createPressWatch(models, truth, violate);
  /** 3: nobody is shown as clear of whom Turn says anything but exactly that. */
  const onClear = (customer: Customer, opportunityId: string): void => {
    const isApproved = ({ partnerId, workerId, state }: TurnCheck): boolean =>
      partnerId === customer.partner.id && [state, ...truth.turnPasts.recent(workerId)].includes('approved');
    if (!truth.mayLag && !models.turn.checks.some(isApproved)) violate(`3: ${opportunityId} is shown as clear`);
  };

  const onTags = (customer: Customer, opportunityId: string, action: string): void => {
    const opportunity = customer.find(opportunityId);
    if (
      action !== 'removeTags' ||
      truth.mayBeRefused ||
      opportunity === undefined ||
      truth.tagDeleted.has(opportunityId)
    )
      return;
    // A problem that is over leaves nothing to show where nothing was ordered.
    if (!models.turn.checks.some(({ referenceId }) => referenceId?.startsWith(`${opportunityId}-`))) return;
    if (!opportunity.tags.some(isStatusTag)) violate('3: for a while there is no status tag at all');
  };

  return {
    onSlots: (accountId: string, count: number, reachesBackMs: number): void => {
      slots.set(accountId, (slots.get(accountId) ?? 0) + count);
      if (reachesBackMs > 2_000) violate(`7: more slots are handed out at once than Lever's burst, for ${accountId}`);
    },
    onSent: ({ name }: Environment, request: HttpRequest): void => {
      presses.onSent(request);
      if (request.url.hostname !== leverHost || request.url.pathname === '/oauth/token') return;
      const customer = byBearer(request);
      if (customer === undefined) return;
      spend(customer);
      const opportunityId = /^\/opportunities\/([^/]+)/u.exec(request.url.pathname)?.[1];
      if (opportunityId !== undefined && isForeign(customer, opportunityId)) {
        violate(`5: ${customer.accountId} asked its Lever for another account's candidate`);
      }
      if (opportunityId !== undefined && isMove(request)) moves.onSent(customer, opportunityId);
      const isLook = request.method === 'GET' && request.url.pathname === `/opportunities/${opportunityId}`;
      if (opportunityId !== undefined && isLook && name.startsWith('lever-update')) onLook(opportunityId);
    },
    onAnswered: (_: Environment, request: HttpRequest, answer: HttpAnswer): void => {
      const { pathname, hostname } = request.url;
      if (hostname === leverHost) {
        const customer = byBearer(request);
        const [, , opportunityId = '', action = ''] = pathname.split('/');
        if (answer.status === 429 && !truth.mayLag) violate('7: Lever refused a call for being one too many');
        if (customer === undefined || answer.status >= 300) return;
        if (isMove(request)) moves.onMoved(customer, opportunityId, request.body ?? '');
        if (request.method !== 'POST') return;
        if (action === 'notes') moves.onNote(customer, opportunityId);
        if (action === 'notes') onNote(customer, opportunityId);
        else onTags(customer, opportunityId, action);
        if (action === 'addTags' && request.body?.includes('TurnStatus:clear')) onClear(customer, opportunityId);
        return;
      }
      const customer = byTurnToken(request);
      if (customer === undefined) return;
      if (pathname === '/person/search_async' && answer.status === 200) onOrder(customer, request.body ?? '');
      if (answer.status === 200) presses.onDone(request);
      const id = decodeURIComponent(/^\/person\/([^/]+)\/status$/u.exec(pathname)?.[1] ?? '');
      const check = models.turn.checks.find(({ workerId, referenceId }) => workerId === id || referenceId === id);
      if (check !== undefined && check.partnerId !== customer.partner.id) {
        violate(`5: ${customer.accountId} asked Turn for another account's check`);
      }
    },
    /** 6: the function that anybody can call gets at nothing that it does not need; deployed, its policy sees to that. */
    onTouch: ({ name }: Environment, { pk, sk }: Key): void => {
      if (name.startsWith('webhook-verify') && !pk.startsWith(webhookPartitionPrefix)) {
        violate(`6: webhook-verify asked for what it may not have: ${pk} ${sk}`);
      }
    },
    onWrite: (item: Item): void => {
      if (item.pk.startsWith('LEVER#')) return;
      const accountId = item.pk.replace(/^(ACCOUNT|WEBHOOK|CALLBACK|AUDIT)#/u, '');
      const customer = options.customers().find((each) => each.accountId === accountId);
      if (customer === undefined) {
        violate(`5: something is stored outside of any account: ${item.pk}`);
        return;
      }
      const text = JSON.stringify(item.content);
      if (privateWords.test(text)) violate(`6: ${item.sk} holds what must not be stored`);
      for (const other of options.customers()) {
        if (other === customer) continue;
        const strangers = other.opportunities.filter((id) => text.includes(id) || item.sk.includes(id));
        if (text.includes(`"${other.accountId}"`) || strangers.some((id) => isForeign(customer, id))) {
          violate(`5: ${other.accountId}'s things are stored with ${accountId}: ${item.sk}`);
        }
      }
    },
    /** 5, 6: the settings page is told nothing of another account, and of candidates no more than their ids. */
    onReply: (customer: Customer, body: string): void => {
      if (privateWords.test(body)) violate('6: the settings page was told what must stay private');
      const others = options.customers().filter((each) => each !== customer);
      const strangers = others.flatMap(({ opportunities }) => opportunities).filter((id) => body.includes(id));
      if (strangers.some((id) => isForeign(customer, id)))
        violate("5: the settings page shows another account's candidate");
    },
    onDisconnected: (accountId: string): void => {
      if (!truth.revoked.has(accountId) && !truth.maySpoilAccess) violate(`7: the access of ${accountId} was spoilt`);
    },
    /** 6: nothing personal or secret in logs and messages. */
    onText: (where: string, text: string): void => {
      if (privateWords.test(text)) violate(`6: ${where} holds what must stay private`);
    },
  };
};

export type Watch = ReturnType<typeof createWatch>;
