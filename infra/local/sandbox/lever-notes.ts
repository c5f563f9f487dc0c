import * as z from 'zod';
import type { Answer } from './exchange.ts';
import { inventUuid, type Random } from './invented-values.ts';
import { found, notFound, readNote, refused } from './lever-answers.ts';
import { page } from './lever-listing.ts';
import type { LeverNote, LeverOpportunity, LeverOrganization } from './lever-records.ts';

const newNoteSchema = z.object({
  value: z.string().min(1),
  secret: z.boolean().default(false),
  score: z.number().int().min(1).max(4).nullable().default(null),
  createdAt: z.number().optional(),
});
const changedNoteSchema = z.object({
  values: z.tuple([z.object({ value: z.string().min(1), createdAt: z.number().optional() })]),
  secret: z.boolean().optional(),
  score: z.number().int().min(1).max(4).optional(),
});

type NoteRequest = {
  method: string;
  noteId: string | undefined;
  query: URLSearchParams;
  body: unknown;
};

/** Answers everything below `/opportunities/:id/notes`. Posting twice makes two notes: there is no idempotency key. */
export const answerNotes = (
  organization: LeverOrganization,
  opportunity: LeverOpportunity,
  request: NoteRequest,
  options: { now: () => number; random: Random },
): Answer => {
  const { method, noteId, query, body } = request;
  const notes = organization.notes.filter((note) => note.opportunityId === opportunity.id);

  if (noteId === undefined) {
    // Deleted notes stay in the list, with `deletedAt` set.
    if (method === 'GET') return page(notes.map(readNote), query);
    const input = newNoteSchema.safeParse(body).data;
    if (!input) return refused(400, 'BadRequestError', 'The note has no value.');
    const { value, secret, score, createdAt = options.now() } = input;
    const note: LeverNote = {
      id: inventUuid(options.random),
      opportunityId: opportunity.id,
      stageId: opportunity.stageId,
      userId: query.get('perform_as'),
      value,
      secret,
      score,
      createdAt,
      deletedAt: null,
      madeByApi: true,
    };
    organization.notes.push(note);
    return found({ ...readNote(note), noteId: note.id }, 201);
  }

  const note = notes.find(({ id }) => id === noteId);
  if (!note) return notFound('notes', noteId);
  if (method === 'GET') return found(readNote(note));
  if (!note.madeByApi) return refused(403, 'ForbiddenError', 'Only notes created by the API can be changed by it.');
  if (method === 'DELETE') {
    note.deletedAt = options.now();
    return { status: 204 };
  }
  const change = changedNoteSchema.safeParse(body).data;
  if (!change) return refused(400, 'BadRequestError', 'The note has no values.');
  note.value = change.values[0].value;
  note.secret = change.secret ?? note.secret;
  note.score = change.score ?? note.score;
  return found({ noteId: note.id });
};
