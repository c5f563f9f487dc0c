import { type Check, isLive } from '#shared/domain/check.ts';
import { Failure } from '#shared/domain/failure.ts';
import { desiredDisplay, planWrites } from '#shared/domain/lever-display.ts';
import { begun, stillRefused } from '#shared/domain/lever-knowledge.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { type Planned, postponed } from '#shared/domain/planned.ts';
import { isOfAnotherLever, type LeverShown, type Screening } from '#shared/domain/screening.ts';
import { leverPassMs, nudgeLostMs } from '#shared/domain/waiting.ts';
import { lookAtLever } from './look-at-lever.ts';
import { lookAtTurn } from './look-at-turn.ts';
import type { LeverUpdatePorts } from './ports.ts';
import { recordNews } from './record-news.ts';
import { writeToLever } from './write-to-lever.ts';

const mostRounds = 20;

/**
 * Makes Lever show what Turn says. It compares what should be there with what we know to be there and does only the
 * difference: a repeat does nothing, order does not matter. One pass at a time writes for one opportunity; whoever comes
 * meanwhile asks it to look once more at its end. Throws `Failure`s that are to be tried again.
 */
export const updateLever = async (nudge: Nudge, ports: LeverUpdatePorts): Promise<void> => {
  for (let round = 0; round < mostRounds; round++) {
    if ((await updateOnce(nudge, ports)) === 'finished') return;
  }
  throw new Failure('table_contended', 'There was always something new to show.');
};

const updateOnce = async (
  { accountId, opportunityId }: Nudge,
  ports: LeverUpdatePorts,
): Promise<'finished' | 'again'> => {
  const account = await ports.accounts.find(accountId);
  const loaded = await ports.screenings.load(accountId, opportunityId);
  const { screening: known } = loaded;
  if (account === null || !account.enabled || loaded.version === null || known.erasedAt !== null) {
    const isOver = known.erasedAt !== null && known.refresh !== null;
    if (isOver && (await ports.screenings.save(loaded, { ...known, refresh: null })) === null) return 'again';
    ports.report('callback_unknown', { accountId, opportunityId });
    return 'finished';
  }
  if (account.connection !== 'connected') {
    throw new Failure('lever_not_connected', 'Lever is not connected.', ports.waiting.retryLongestMs);
  }
  if (isOfAnotherLever(known, account)) {
    // Nothing can be shown there; should the customer come back to that Lever, it is.
    const later = { ...known, refresh: { dueAt: ports.now() + ports.waiting.retryLongestMs, attempts: 0 } };
    return (await ports.screenings.save(loaded, later)) === null ? 'again' : 'finished';
  }
  const screening = await lookAtTurn(await lookAtLever(known, ports), ports);
  const writes = planWrites(desiredDisplay(screening, account), screening.lever, account.tagPolicy, ports.now());
  const { pass } = screening.lever;
  if (pass !== null && pass.until > ports.now()) {
    const asked = { ...known, lever: { ...known.lever, pass: { ...pass, again: true } } };
    return (await ports.screenings.save(loaded, asked)) === null ? 'again' : 'finished';
  }
  if (writes.length === 0) {
    // What was refused, is due, and yet not to be written has become pointless; so has a note that speaks of it.
    const refused = stillRefused(screening.lever, ports.now());
    const isPointless = refused.length < screening.lever.refused.length;
    const lever: LeverShown = { ...screening.lever, refused, pass: null };
    const quiet = { ...screening, lever, refresh: nextLook({ ...screening, lever }, ports) };
    if ((await ports.screenings.save(loaded, quiet)) === null) return 'again';
    await recordNews(known, screening, ports);
    // Turn knows of an order that we only claimed: the check worker settles it, and sends us here again. Not while there is something to write: what sent us here may be the check worker.
    if (known.checks.some((check) => check.state === 'claimed'))
      await ports.nudgeStageChange({ accountId, opportunityId });
    return isPointless ? 'again' : 'finished';
  }
  // All slots at once, and before the pass: who holds one must not wait.
  await ports.takeSlots(accountId, `${opportunityId}/show`, writes.length);
  const until = ports.now() + leverPassMs;
  const passId = ports.newId();
  const started = await ports.screenings.save(loaded, {
    ...screening,
    lever: { ...begun(screening.lever, writes), pass: { passId, until, again: false } },
    refresh: postponed(screening.refresh, until),
  });
  if (started === null) return 'again';
  await recordNews(known, screening, ports);
  return writeToLever(screening, writes, { passId, until }, nextLook(screening, ports), account, ports);
};

/**
 * Turn does not promise that callbacks arrive, so a silent check is looked at by ourselves: every few hours while it
 * runs, and more seldom for some weeks after it has ended, for a recheck reopens it. What Lever refused is tried again when its time has come.
 */
const nextLook = ({ checks, lever, refresh }: Screening, ports: LeverUpdatePorts): Planned | null => {
  const { quietMs } = ports.waiting;
  const isRecent = ({ changedAt }: Check): boolean => ports.now() - changedAt < quietMs * 240;
  const isWorthTrying = checks.length === 0 || checks.some(isRecent);
  const times = isWorthTrying ? stillRefused(lever, ports.now()).map(({ until }) => until) : [];
  if (checks.some(isLive)) times.push(ports.now() + quietMs);
  else if (checks.some((check) => check.state === 'started' && isRecent(check))) times.push(ports.now() + quietMs * 4);
  if (times.length === 0) return null;
  // News in between do not put off a look that is planned already.
  const isPlanned =
    refresh !== null && refresh.attempts === 0 && refresh.dueAt > ports.now() + nudgeLostMs(ports.waiting);
  return { dueAt: Math.min(...times, ...(isPlanned ? [refresh.dueAt] : [])), attempts: 0 };
};
