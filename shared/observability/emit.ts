import type { ActivityKind } from '#shared/domain/activity.ts';
import { startedPackage } from '#shared/domain/stage-entry.ts';
import type { ActivityLog } from '#shared/stores/activity-log.ts';
import type { createHeartbeats, Heartbeat } from '#shared/stores/heartbeats.ts';
import type { createUsage } from '#shared/stores/usage.ts';

/** How loud an event is in the log, the metric that counts it, the metric of how long it took (its `seconds`), the line that the account's activity log gets, the heartbeat that it is, and whether the account's usage counts it. */
export type EventRow = {
  readonly level: 'info' | 'warn' | 'error';
  readonly metric?: string;
  readonly measure?: string;
  readonly activity?: ActivityKind;
  readonly heartbeat?: Heartbeat;
  readonly isUsage?: true;
};

/** A table of events: what each means to each who hears of it. */
export type EventTable<Code extends string> = Readonly<Record<Code, EventRow>>;

/** Ids, codes and counts: nothing that a person could be recognized by, nothing secret. */
export type LogFields = {
  readonly accountId?: string;
  readonly opportunityId?: string;
  readonly referenceId?: string;
  readonly reason?: string;
  readonly count?: number;
  /** How long it took. */
  readonly seconds?: number;
};

/** Writes one line of the log and counts one in a metric. */
export type LogOf<Code extends string> = (code: Code, fields: LogFields) => void;

/** `by`: the person who did it, as the OpenID provider names them; `movedBy`: the user of Lever whose move it came from. `detail` is for the activity log alone; not given, it is the reason. `isForgotten`: the activity log must not name the opportunity. */
export type EventFields = LogFields & {
  readonly by?: string;
  readonly movedBy?: string;
  readonly detail?: string | null;
  readonly isForgotten?: boolean;
};

/** Tells everybody of an event whom it concerns. Never fails: better to lose a line than to do the work again for it. */
export type EmitOf<Code extends string> = (code: Code, fields: EventFields) => Promise<void>;

/** What telling may have to tell of itself. */
export const emitEvents = { activity_line_lost: { level: 'warn' } } as const satisfies Record<string, EventRow>;

/** Whoever is told, beside the log, what happens to an account. Null: the event does not concern them. */
export type Hearer = (row: EventRow, accountId: string, fields: EventFields) => Promise<unknown> | null;

export const createEmit =
  <Code extends string>(
    events: EventTable<Code>,
    log: LogOf<NoInfer<Code> | keyof typeof emitEvents>,
    hearers: readonly Hearer[],
  ): EmitOf<Code> =>
  async (code, fields) => {
    const { by: _by, movedBy: _movedBy, detail: _detail, isForgotten: _isForgotten, ...logged } = fields;
    log(code, logged);
    const { accountId } = logged;
    if (accountId === undefined) return;
    for (const hear of hearers) {
      await hear(events[code], accountId, fields)?.catch(() => log('activity_line_lost', { accountId }));
    }
  };

export const activityHearer =
  (activities: Pick<ActivityLog, 'record'>): Hearer =>
  ({ activity: kind }, accountId, fields) => {
    if (kind === undefined) return null;
    const { by = null, movedBy, opportunityId = null, reason = null, detail = reason, isForgotten = false } = fields;
    const mover = movedBy === undefined || isForgotten ? {} : { movedBy };
    const subject = isForgotten ? null : opportunityId;
    return activities.record(accountId, { kind, opportunityId: subject, by, ...mover, detail });
  };

export const usageHearer =
  (usage: Pick<ReturnType<typeof createUsage>, 'count'>): Hearer =>
  ({ isUsage = false }, accountId, { detail = null }) =>
    isUsage ? usage.count(accountId, startedPackage(detail)) : null;

export const heartbeatHearer =
  (heartbeats: Pick<ReturnType<typeof createHeartbeats>, 'touch'>): Hearer =>
  ({ heartbeat }, accountId) =>
    heartbeat === undefined ? null : heartbeats.touch(accountId, heartbeat);
