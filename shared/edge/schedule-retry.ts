import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import { retryScheduled } from '#shared/domain/transitions.ts';
import type { WorkItem, WorkType } from '#shared/domain/work-item.ts';
import type { Ports } from '#shared/ports.ts';
import type { HandleWorkItem } from './queue-handler.ts';

/**
 * The queue's work, made patient: a foreseen failure is written into the table to be tried again later, for days if need be.
 * What has only to wait some seconds goes back to the queue, as long as the queue gives it out again.
 */
export const scheduleRetry =
  (
    workType: WorkType,
    work: (item: WorkItem) => Promise<void>,
    ports: Pick<Ports, 'now' | 'random' | 'moment' | 'accounts' | 'mailLists' | 'records' | 'emit'>,
  ): HandleWorkItem =>
  async (item, { canRedeliver }) => {
    const beganAt = ports.now();
    try {
      await work(item);
    } catch (error) {
      if (!(error instanceof Failure) || (kindOf(error) === 'throttled' && canRedeliver)) throw error;
      if (kindOf(error) === 'needs_reconnect') await markDisconnected(item.accountId, beganAt, ports);
      await ports.records.apply(item, (record) =>
        retryScheduled(record, workType, error, ports.moment(), ports.random()),
      );
    }
  };
