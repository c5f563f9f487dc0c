import type { Account } from '#shared/domain/account.ts';
import { tagsLockedKey } from '#shared/domain/desired-lever-state.ts';
import { moveEvents } from '#shared/domain/due-move.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import {
  type LeverState,
  type LeverWrite,
  type WriteLease,
  writeConfirmed,
  writeDeferred,
  writeStarted,
} from '#shared/domain/lever-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { isSameNote } from '#shared/domain/read-note.ts';
import { callMarginMs, isBackingOff, type ScheduledWork } from '#shared/domain/retry-policy.ts';
import { leaseReleased } from '#shared/domain/transitions.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { AppPorts } from '#shared/vendors.ts';

/** `again`: there is news, so that it must be compared once more. */
export type SyncOutcome = 'finished' | 'again';

const moveWithinMs = 10_000;

type Lease = Omit<WriteLease, 'dirty'>;

/** Does the writes of one lease, one after the other, and records how far it came. Rethrows the failure that stopped it. */
export const applyWrites = async (
  record: OpportunityRecord,
  writes: readonly LeverWrite[],
  lease: Lease,
  nextSync: ScheduledWork | null,
  account: Account,
  ports: AppPorts,
): Promise<SyncOutcome> => {
  const { accountId, opportunityId } = record;
  const lever = ports.leverOf(accountId, {
    reservationId: `${opportunityId}/sync`,
    deadline: Math.min(lease.until - callMarginMs, ...writes.map(mustBeSentBy)),
    prepaid: writes.length,
  });
  let state = record.lever;
  try {
    for (const write of writes) {
      const before = state;
      state = writeStarted(state, [write]);
      try {
        state = writeConfirmed(state, write, await doWrite(lever, opportunityId, state, write, account));
      } catch (error) {
        if (!(error instanceof Failure) || mayHaveHappened(error)) throw error;
        state = before;
        // Who is moved has just been read: what Lever does not know is the stage.
        const isGone = error.code === 'lever_not_found' && write.kind !== 'move_stage';
        // The opportunity was deleted, perhaps, without a word to us: the check worker finds out, when its time has come.
        if (isGone && !isBackingOff(record.nextDecision, ports.now()))
          await ports.enqueueDecision({ accountId, opportunityId });
        if (isGone || kindOf(error) !== 'permanent') throw error;
        // Lever will not have it, and hardly will soon: the rest is still worth showing.
        await ports.emit('lever_write_refused', {
          accountId,
          opportunityId,
          reason: `${write.kind}: ${error.code}`,
        });
        state = writeDeferred(state, write, ports.now() + ports.config.retryPolicy.retryLongestMs);
      }
    }
  } catch (error) {
    if (error instanceof Failure) await releaseLease(record, lease, state, 'unchanged', ports);
    throw error;
  }
  const outcome = await releaseLease(record, lease, state, nextSync, ports);
  await emitOutcome(record, state, writes.length, ports);
  // What Lever refuses, or no longer does, may have to be told, or no longer.
  return record.lever.deferred.length + state.deferred.length > 0 ? 'again' : outcome;
};

/** A move goes by what was just read: whoever was held up since reads again. */
const mustBeSentBy = (write: LeverWrite): number =>
  write.kind === 'move_stage' ? write.move.startedAt + moveWithinMs : Number.POSITIVE_INFINITY;

const releaseLease = async (
  record: OpportunityRecord,
  lease: Lease,
  state: LeverState,
  nextSync: ScheduledWork | null | 'unchanged',
  { records }: AppPorts,
): Promise<SyncOutcome> => {
  const { effects } = await records.apply(record, (current) => leaseReleased(current, lease, state, nextSync));
  return effects.some(({ kind }) => kind === 'sync_again') ? 'again' : 'finished';
};

const emitOutcome = async (
  { accountId, opportunityId, lever: before }: OpportunityRecord,
  state: LeverState,
  count: number,
  ports: AppPorts,
): Promise<void> => {
  const isTold = ({ notes }: LeverState): boolean => notes.some(({ key }) => key === tagsLockedKey);
  if (isTold(state) && !isTold(before)) {
    await ports.emit('problem_found', { accountId, opportunityId, reason: 'tags_locked' });
  }
  for (const moved of moveEvents(before, state))
    await ports.emit(moved.code, { accountId, opportunityId, detail: moved.detail });
  const code = state.deferred.length === 0 ? 'lever_synced' : 'lever_synced_partly';
  await ports.emit(code, { accountId, opportunityId, count });
};

/** Did the call perhaps have its effect although no good answer came? */
const mayHaveHappened = (failure: Failure): boolean =>
  failure.code === 'lever_unavailable' || failure.code === 'lever_unexpected_answer';

/** Does one write, and answers the id of a note that was posted or found. */
const doWrite = async (
  lever: Lever,
  opportunityId: string,
  state: LeverState,
  write: LeverWrite,
  { secretNotes }: Account,
): Promise<string | null> => {
  switch (write.kind) {
    case 'add_tag':
      await lever.addTag(opportunityId, write.tag);
      return null;
    case 'remove_tags':
      await lever.removeTags(opportunityId, write.tags);
      return null;
    case 'post_note': {
      const there = write.mayBeThere ? await findNote(lever, opportunityId, state, write.key, write.text) : null;
      return there ?? (await lever.postNote(opportunityId, write.text, { secret: secretNotes }));
    }
    case 'move_stage':
      if (write.move.stageId !== null) await lever.moveToStage(opportunityId, write.move.stageId);
      return null;
    case 'delete_note': {
      const { key, text } = write;
      const noteId = write.noteId ?? (text === null ? null : await findNote(lever, opportunityId, state, key, text));
      if (noteId !== null) await lever.deleteNote(opportunityId, noteId).catch(unlessGone);
      return null;
    }
  }
};

/** A note that Lever does not know is deleted already. */
const unlessGone = (error: unknown): void => {
  if (!(error instanceof Failure) || error.code !== 'lever_not_found') throw error;
};

/** The note of this key by its text. The same problem of another entry reads the same: what is known as another's is not it. */
const findNote = async (
  lever: Lever,
  opportunityId: string,
  state: LeverState,
  key: string,
  text: string,
): Promise<string | null> => {
  const ofOthers = state.notes.filter((note) => note.key !== key).map(({ noteId }) => noteId);
  const notes = await lever.readNotes(opportunityId);
  return notes.find((note) => isSameNote(note.text, text) && !ofOthers.includes(note.noteId))?.noteId ?? null;
};
