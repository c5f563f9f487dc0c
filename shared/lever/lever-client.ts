import * as z from 'zod/mini';
import { Failure, nullIfPermanent } from '#shared/domain/failure.ts';
import type { Opportunity } from '#shared/domain/opportunity.ts';
import { createLeverCall, type LeverAccess, shaped } from './call-lever.ts';
import { createLenientReader, fieldsOf, flagOf, type LenientReader, textOf } from './lenient-reader.ts';
import { readOpportunity } from './read-opportunity.ts';

/** Lever, for one account. Every method is one call (a list: one a page) and throws `lever_*` failures. */
export type Lever = ReturnType<typeof createLever>;

/** `next` leads to the page after this one; null: there is none. `unreadableIds`: of those that lack what a decision needs. `isPartial`: Lever refused to list the confidential ones. */
export type OpportunityPage = {
  readonly opportunities: readonly Opportunity[];
  readonly unreadableIds: readonly string[];
  readonly next: string | null;
  readonly isPartial: boolean;
};

/**
 * One piece of work for which Lever is called. `reservationId` names it, for it may have to come back for its requests; `deadline`:
 * epoch milliseconds after which it must not call any more; `prepaid`: requests that it has acquired already; `again`: requests
 * that it has made, and must make once more if it has to come back.
 */
export type LeverWork = {
  readonly reservationId: string;
  readonly deadline?: number;
  readonly prepaid?: number;
  readonly again?: number;
};

const pageSchema = z.object({
  data: z.array(z.unknown()),
  hasNext: z.optional(z.unknown()),
  next: z.optional(z.unknown()),
});
const foundSchema = z.object({ data: z.optional(z.unknown()) });
/** Live answers hold the whole note and `noteId`; the reference shows `noteId` alone. */
const postedNoteSchema = z.object({ data: z.object({ noteId: z.nullish(z.string()), id: z.nullish(z.string()) }) });

const readStage = (raw: unknown, { text }: LenientReader): readonly [id: string, name: string] | null => {
  const fields = fieldsOf(raw) ?? {};
  const [id, name] = [text(fields['id'], 'id'), text(fields['text'], 'text')];
  return id === null || name === null ? null : [id, name];
};

const readTag = (raw: unknown, { text }: LenientReader): string | null => text(fieldsOf(raw)?.['text'] ?? raw, 'text');

const readId = (raw: unknown, { text }: LenientReader): string | null => text(fieldsOf(raw)?.['id'], 'id');

const readNote = (raw: unknown, reader: LenientReader): { noteId: string; text: string; isDeleted: boolean } | null => {
  const { deletedAt, fields } = fieldsOf(raw) ?? {};
  const noteId = readId(raw, reader);
  if (noteId === null) return null;
  const values = reader.items(fields, 'fields', (field) => fieldsOf(field) ?? null);
  const text = values.map(({ value }) => reader.text(value, 'fields.value') ?? '').join('\n');
  return { noteId, text, isDeleted: (deletedAt ?? null) !== null };
};

/** Of a hundred each: more stages, or notes about one candidate, than there are. */
const mostPages = 50;
/** More tags than companies use; the list is for convenience, and must not use up the budget of checks. */
const mostTagPages = 20;

/** A client of Lever's data API for one account. */
export const createLever = (access: LeverAccess) => {
  const call = createLeverCall(access);
  /** Tells what of an answer had an unknown shape. */
  const readWith = async <T>(of: string, read: (reader: LenientReader) => T): Promise<T> => {
    const reader = createLenientReader();
    const found = read(reader);
    for (const [place, count] of reader.dropped) await access.onDropped(`${of}.${place}`, count);
    return found;
  };
  const readPage = async (path: string, query: URLSearchParams, offset: string | null) => {
    query.set('limit', '100');
    if (offset !== null) query.set('offset', offset);
    const page = shaped(pageSchema, await call('GET', `${path}?${query}`));
    const isMore = flagOf(page.hasNext ?? false);
    const following = textOf(page.next);
    const next = isMore === true ? (following ?? null) : null;
    // A place that leads to itself leads nowhere. A list that breaks off has not ended.
    const isBroken = isMore === undefined || (isMore && (next === null || next === offset));
    return { items: page.data, next: isBroken ? null : next, isBroken };
  };
  const list = async <T>(
    path: string,
    of: string,
    read: (item: unknown, reader: LenientReader) => T | null,
    { mustBeWhole = false, pages: most = mostPages }: { mustBeWhole?: boolean; pages?: number } = {},
  ): Promise<T[]> => {
    const found: T[] = [];
    let offset: string | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(path, new URLSearchParams(), offset);
      found.push(...(await readWith(of, (reader) => reader.items(page.items, 'list', (item) => read(item, reader)))));
      if (page.isBroken && mustBeWhole)
        throw new Failure('lever_unexpected_answer', 'Lever did not say how its list goes on.');
      if (page.isBroken) await access.onDropped(`${of}.next`, 1);
      offset = page.next;
      pages += 1;
    } while (offset !== null && pages < most);
    return found;
  };
  const listOpportunities = async (query: URLSearchParams, offset: string | null): Promise<OpportunityPage> => {
    // Without it, Lever leaves confidential ones out; with it, an access that does not cover them may be refused.
    const everything = new URLSearchParams([...query, ['confidentiality', 'all']]);
    const complete = await readPage('/opportunities', everything, offset).catch(nullIfPermanent);
    const { items, next, isBroken } = complete ?? (await readPage('/opportunities', query, offset));
    return readWith('opportunities', (reader) => {
      const unreadableIds: string[] = [];
      const opportunities = reader.items(items, 'list', (item) => {
        const opportunity = readOpportunity(item, reader);
        const id = textOf(fieldsOf(item)?.['id']);
        if (opportunity === null && id !== undefined) unreadableIds.push(id);
        return opportunity;
      });
      return { opportunities, unreadableIds, next, isPartial: complete === null || isBroken };
    });
  };
  const opportunityPath = (opportunityId: string): string => `/opportunities/${encodeURIComponent(opportunityId)}`;

  return {
    async readOpportunity(opportunityId: string): Promise<Opportunity> {
      const answer = await call('GET', `${opportunityPath(opportunityId)}?expand=stage`);
      const { data } = shaped(foundSchema, answer);
      const opportunity = await readWith('opportunity', (reader) => readOpportunity(data, reader));
      if (opportunity === null) throw new Failure('lever_unexpected_answer', 'Lever showed no id, or no stage.');
      return opportunity;
    },
    /** A cheap call, to learn whether Lever still lets us see candidates. */
    async probe(): Promise<void> {
      await call('GET', '/opportunities?limit=1');
    },
    /** All stages of the account: id → name, in Lever's order. */
    async readStages(): Promise<Record<string, string>> {
      return Object.fromEntries(await list('/stages', 'stages', readStage));
    },
    /** The tags in use in the account. Of a list that is very long, or cannot be read to its end, its beginning. */
    async readTags(): Promise<string[]> {
      return list('/tags', 'tags', readTag, { pages: mostTagPages });
    },
    async addTag(opportunityId: string, tag: string): Promise<void> {
      await call('POST', `${opportunityPath(opportunityId)}/addTags`, { tags: [tag] });
    },
    async removeTags(opportunityId: string, tags: readonly string[]): Promise<void> {
      await call('POST', `${opportunityPath(opportunityId)}/removeTags`, { tags });
    },
    /** The answer shows the candidate with a blank name (seen live, 2026-07): nothing of it is read. */
    async moveToStage(opportunityId: string, stageId: string): Promise<void> {
      await call('PUT', `${opportunityPath(opportunityId)}/stage`, { stage: stageId });
    },
    /** Posts a note and answers its id; a secret one is seen by those only who have Lever's Sensitive Information Privileges. Not idempotent: after a lost answer, `readNotes` first. */
    async postNote(opportunityId: string, text: string, { secret } = { secret: false }): Promise<string> {
      const body = { value: text, ...(secret ? { secret } : {}) };
      const { data } = shaped(postedNoteSchema, await call('POST', `${opportunityPath(opportunityId)}/notes`, body));
      return data.noteId ?? data.id ?? '';
    },
    async readNotes(opportunityId: string): Promise<{ noteId: string; text: string }[]> {
      // Of a note that is not seen, it would be concluded that it is not there.
      const path = `${opportunityPath(opportunityId)}/notes`;
      const notes = await list(path, 'notes', readNote, { mustBeWhole: true });
      return notes.flatMap(({ noteId, text, isDeleted }) => (isDeleted ? [] : [{ noteId, text }]));
    },
    /** One page of the opportunities that are in the stage and moved since then, confidential ones too where our access covers them. */
    listMovedSince: (stageId: string, since: number, offset: string | null): Promise<OpportunityPage> =>
      listOpportunities(new URLSearchParams({ stage_id: stageId, advanced_at_start: String(since) }), offset),
    /** One page of the opportunities that are in the stage and not archived, whenever they entered it. */
    listInStage: (stageId: string, offset: string | null): Promise<OpportunityPage> =>
      listOpportunities(new URLSearchParams({ stage_id: stageId, archived: 'false' }), offset),
    /** One page of a person's opportunities, archived ones too. Lever's guides tell partners to find a person's others so. */
    listOfContact: (contactId: string, offset: string | null): Promise<OpportunityPage> =>
      listOpportunities(new URLSearchParams({ contact_id: contactId }), offset),
    /** One page of the ids of opportunities deleted since then. */
    async listDeletedSince(
      since: number,
      offset: string | null,
    ): Promise<{ opportunityIds: string[]; next: string | null; isPartial: boolean }> {
      const query = new URLSearchParams({ deleted_at_start: String(since) });
      const { items, next, isBroken } = await readPage('/opportunities/deleted', query, offset);
      const read = (reader: LenientReader) => reader.items(items, 'list', (item) => readId(item, reader));
      return { opportunityIds: await readWith('deleted', read), next, isPartial: isBroken };
    },
    async deleteNote(opportunityId: string, noteId: string): Promise<void> {
      await call('DELETE', `${opportunityPath(opportunityId)}/notes/${encodeURIComponent(noteId)}`);
    },
  };
};

/** Where a person sees an opportunity in Lever, without its id at the end. Lever's answers show such addresses (`urls.show`), and its two hosts for people are named like those for apps. */
export const candidatesUrl = (apiUrl: string): string =>
  new URL('/candidates/', apiUrl.replace('://api.', '://hire.')).href;
