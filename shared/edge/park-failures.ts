import { Failure } from '#shared/domain/failure.ts';
import type { Nudge } from '#shared/domain/nudge.ts';
import { failedAgain, type Planned } from '#shared/domain/planned.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { Waiting } from '#shared/domain/waiting.ts';
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

/** Not before the other side, or our own budget, allows it; a reserved slot comes when it comes, however often it was waited for. */
const later = (before: Planned | null, failure: Failure, { waiting, now, random }: ParkOptions): Planned => {
  const planned = failedAgain(before, failure.code, now(), waiting, random());
  const allowedAt = now() + (failure.retryAfterMs ?? 0);
  return { ...planned, dueAt: failure.code === 'lever_slot_reserved' ? allowedAt : Math.max(planned.dueAt, allowedAt) };
};
