import { Failure } from '#shared/domain/failure.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import type { Planned, Screening } from '#shared/domain/screening.ts';
import { retryDelayMs, type Waiting } from '#shared/domain/waiting.ts';
import type { ScreeningStore } from '#shared/stores/screening-store.ts';
import { type LapsePorts, noteLapse } from './note-lapse.ts';
import type { WorkOnNudge } from './queue-handler.ts';

type ParkOptions = LapsePorts & {
  lane: 'reconsider' | 'refresh';
  work: (nudge: Nudge) => Promise<void>;
  screenings: Pick<ScreeningStore, 'update'>;
  waiting: Waiting;
  random: () => number;
};

/**
 * The queue's work, made patient: a foreseen failure puts it into the table to be tried again later, for days if need be.
 * What has only to wait some seconds goes back to the queue, as long as the queue lets it come back.
 */
export const parkFailures =
  (options: ParkOptions): WorkOnNudge =>
  async (nudge, { mayComeBack }) => {
    const { accountId, opportunityId } = nudge;
    const beganAt = options.now();
    try {
      await options.work(nudge);
    } catch (error) {
      if (!(error instanceof Failure) || (error.kind === 'soon' && mayComeBack)) throw error;
      if (error.kind === 'hold') await noteLapse(accountId, beganAt, options);
      await options.screenings.update(accountId, opportunityId, (screening) => parked(screening, error, options));
      options.report('work_parked', { accountId, opportunityId, reason: error.code });
    }
  };

const parked = (screening: Screening, failure: Failure, options: ParkOptions): Screening => ({
  ...screening,
  [options.lane]: later(screening[options.lane], failure, options),
});

/**
 * Failures of another kind than before begin a new count: three times "not found" is not two time-outs and one of these.
 * What failed before without a kind counts on, but not towards a deletion.
 */
const later = (before: Planned | null, failure: Failure, { waiting, now, random }: ParkOptions): Planned => {
  const mayCountOn = before?.why === undefined && failure.code !== 'lever_not_found';
  const isAsBefore = mayCountOn || before?.why === failure.code;
  const attempts = isAsBefore ? (before?.attempts ?? 0) + 1 : 1;
  const dueInMs = failure.code === 'lever_slot_reserved' ? 0 : retryDelayMs(attempts, waiting, random());
  return { attempts, why: failure.code, dueAt: now() + Math.max(failure.retryAfterMs ?? 0, dueInMs) };
};
