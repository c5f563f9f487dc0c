import type { Account } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { tagsLockedKey } from '#shared/domain/lever-display.ts';
import { begun, done, type LeverWrite, refused } from '#shared/domain/lever-knowledge.ts';
import type { Planned } from '#shared/domain/planned.ts';
import type { LeverShown, Screening } from '#shared/domain/screening.ts';
import { callMarginMs } from '#shared/domain/waiting.ts';
import type { Lever } from '#shared/lever/lever-client.ts';
import type { LeverUpdatePorts } from './ports.ts';

type Pass = { readonly passId: string; readonly until: number };

/** Does the writes of one pass, one after the other, and records how far it came. Rethrows the failure that stopped it. */
export const writeToLever = async (
  screening: Screening,
  writes: readonly LeverWrite[],
  pass: Pass,
  nextLook: Planned | null,
  account: Account,
  ports: LeverUpdatePorts,
): Promise<'finished' | 'again'> => {
  const { accountId, opportunityId } = screening;
  const lever = ports.leverOf(accountId, {
    holder: `${opportunityId}/show`,
    notAfter: pass.until - callMarginMs,
    prepaid: writes.length,
  });
  let shown: LeverShown = screening.lever;
  try {
    for (const write of writes) {
      const before = shown;
      shown = begun(shown, [write]);
      try {
        shown = done(shown, write, await doWrite(lever, screening, shown, write, account));
      } catch (error) {
        if (!(error instanceof Failure) || mayHaveHappened(error)) throw error;
        shown = before;
        const isGone = error.code === 'lever_not_found';
        // The opportunity was deleted, perhaps, without a word to us: the check worker finds out.
        if (isGone) await ports.nudgeStageChange({ accountId, opportunityId });
        if (isGone || error.kind !== 'final') throw error;
        // Lever will not have it, and hardly will soon: the rest is still worth showing.
        ports.report('lever_write_refused', { accountId, opportunityId, reason: `${write.kind}: ${error.code}` });
        shown = refused(shown, write, ports.now() + ports.waiting.retryLongestMs);
      }
    }
  } catch (error) {
    if (error instanceof Failure) await finish(screening, shown, pass, 'unchanged', ports);
    throw error;
  }
  const outcome = await finish(screening, shown, pass, nextLook, ports);
  await recordOutcome(screening, shown, ports);
  ports.report('lever_updated', { accountId, opportunityId, count: writes.length });
  // What Lever refuses, or no longer does, may have to be told, or no longer.
  return [...screening.lever.refused, ...shown.refused].length > 0 ? 'again' : outcome;
};

const recordOutcome = async (screening: Screening, shown: LeverShown, ports: LeverUpdatePorts): Promise<void> => {
  const { accountId, opportunityId, lever: before } = screening;
  const isTold = ({ notes }: LeverShown): boolean => notes.some(({ key }) => key === tagsLockedKey);
  const isNews = isTold(shown) && !isTold(before);
  if (isNews) {
    await ports.journal.record(accountId, { kind: 'problem', opportunityId, detail: 'tags_locked' });
    ports.report('problem_found', { accountId, opportunityId, reason: 'tags_locked' });
  }
  if (shown.refused.length === 0) await ports.journal.note(accountId, 'lastLeverWriteAt');
};

/** Did the call perhaps have its effect although no good answer came? */
const mayHaveHappened = (failure: Failure): boolean =>
  failure.code === 'lever_unavailable' || failure.code === 'lever_unexpected_answer';

const doWrite = async (
  lever: Lever,
  { opportunityId }: Screening,
  shown: LeverShown,
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
      const there = write.mayBeThere ? await findNote(lever, opportunityId, shown, write.key, write.text) : null;
      return there ?? (await lever.postNote(opportunityId, write.text, { secret: secretNotes }));
    }
    case 'delete_note': {
      const { key, text } = write;
      const noteId = write.noteId ?? (text === null ? null : await findNote(lever, opportunityId, shown, key, text));
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
  shown: LeverShown,
  key: string,
  text: string,
): Promise<string | null> => {
  const plain = (value: string): string => value.replaceAll(/\s+/gu, ' ').trim();
  const ofOthers = shown.notes.filter((note) => note.key !== key).map(({ noteId }) => noteId);
  const notes = await lever.readNotes(opportunityId);
  return notes.find((note) => plain(note.text) === plain(text) && !ofOthers.includes(note.noteId))?.noteId ?? null;
};

/** Ends the pass. Overtaken by another one, nothing that we know of Lever is certain any more, and somebody has to look again. */
const finish = async (
  { accountId, opportunityId }: Screening,
  shown: LeverShown,
  pass: Pass,
  nextLook: Planned | null | 'unchanged',
  ports: LeverUpdatePorts,
): Promise<'finished' | 'again'> => {
  let outcome: 'finished' | 'again' = 'finished';
  await ports.screenings.update(accountId, opportunityId, (current) => {
    if (current.lever.pass?.passId !== pass.passId) {
      outcome = 'again';
      return { ...current, lever: unsure(current.lever, shown) };
    }
    outcome = current.lever.pass.again ? 'again' : 'finished';
    return {
      ...current,
      lever: { ...shown, pass: null },
      // Where it is not what the pass planned, somebody else had to put off his look at Turn meanwhile.
      refresh: nextLook === 'unchanged' || current.refresh?.dueAt !== pass.until ? current.refresh : nextLook,
    };
  });
  return outcome;
};

const unsure = (current: LeverShown, ours: LeverShown): LeverShown => ({
  ...current,
  tag: null,
  otherTags: [
    ...new Set([...current.otherTags, ...ours.otherTags, ...[current.tag, ours.tag].filter((tag) => tag !== null)]),
  ],
});
