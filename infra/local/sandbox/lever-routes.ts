import * as z from 'zod';
import type { Answer, SandboxRequest } from './exchange.ts';
import type { Random } from './invented-values.ts';
import { found, notFound, readContact, readOpportunity, refused, writtenOpportunity } from './lever-answers.ts';
import { expandedOpportunity } from './lever-expand.ts';
import { listOpportunities, page } from './lever-listing.ts';
import { answerNotes } from './lever-notes.ts';
import { inShape } from './lever-odd-shapes.ts';
import type { LeverOpportunity } from './lever-records.ts';
import type { LeverRecruiter } from './lever-recruiter.ts';
import { answerWebhooks } from './lever-webhook-routes.ts';
import type { LeverWebhooks } from './lever-webhooks.ts';

/** What an authenticated request may touch: one organization, with one grant's scopes. */
export type LeverSession = {
  recruiter: LeverRecruiter;
  webhooks: LeverWebhooks;
  scope: string;
  now: () => number;
  random: Random;
};

const tagsSchema = z.object({ tags: z.array(z.string()) });
const stageSchema = z.object({ stage: z.string() });
const archiveSchema = z.object({ reason: z.string().nullable() });

const unknownRoute = (request: SandboxRequest): Answer =>
  refused(404, 'ResourceNotFound', `${request.path} does not exist`);

const listTags = (session: LeverSession): { id: string; text: string; count: number }[] => {
  const counts = new Map<string, number>();
  for (const { tags } of session.recruiter.organization.opportunities.values())
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ id: text, text, count })).sort((a, b) => a.text.localeCompare(b.text));
};

/** Changes an opportunity as the request says; undefined when the request's body is not what the action needs. */
const change = (session: LeverSession, { id }: LeverOpportunity, action: string, body: unknown): true | undefined => {
  const { recruiter } = session;
  const { stages } = recruiter.organization;
  const stage = stageSchema.safeParse(body).data?.stage;
  const tags = tagsSchema.safeParse(body).data?.tags;
  const archive = archiveSchema.safeParse(body).data;
  if (action === 'addTags' && tags) for (const tag of tags) recruiter.addTag(id, tag);
  else if (action === 'removeTags' && tags) for (const tag of tags) recruiter.removeTag(id, tag);
  else if (action === 'stage' && stages.some((known) => known.id === stage)) recruiter.moveToStage(id, stage ?? '');
  else if (action === 'archived' && archive)
    archive.reason === null ? recruiter.unarchive(id) : recruiter.archive(id, archive.reason, 'api');
  else return undefined;
  return true;
};

const METHOD_OF_CHANGE: Record<string, string> = { addTags: 'POST', removeTags: 'POST', stage: 'PUT', archived: 'PUT' };

const answerOpportunities = (session: LeverSession, request: SandboxRequest, path: string[]): Answer => {
  const { organization } = session.recruiter;
  const { method, query, body } = request;
  const [id, action, noteId] = path;
  const show = (opportunity: LeverOpportunity) =>
    inShape(expandedOpportunity(organization, opportunity, query), organization.oddShapes.get(opportunity.id) ?? null);
  const mayReadConfidential = session.scope.split(' ').includes('confidential:access:admin');
  if (id === undefined) {
    const listed = listOpportunities(organization, query, mayReadConfidential);
    return method === 'GET' ? page(listed, query, show) : unknownRoute(request);
  }
  if (id === 'deleted') {
    const [start, end] = [Number(query.get('deleted_at_start') ?? 0), Number(query.get('deleted_at_end') ?? Infinity)];
    const deleted = organization.deleted.filter(({ deletedAt }) => deletedAt >= start && deletedAt <= end);
    const shown = deleted.map((gone) => {
      const { deletedAt, deletedBy } = gone;
      return { ...readOpportunity(organization, gone), deletedAt, deletedBy };
    });
    return page(shown, query);
  }
  const opportunity = organization.opportunities.get(id);
  if (!opportunity) return notFound('opportunities', id);
  if (opportunity.confidentiality === 'confidential' && !mayReadConfidential)
    return refused(403, 'ForbiddenError', 'This opportunity is confidential.');
  if (action === 'notes') return answerNotes(organization, opportunity, { method, noteId, query, body }, session);
  if (action === undefined && method === 'GET') return found(show(opportunity));
  if (action === undefined || METHOD_OF_CHANGE[action] !== method) return unknownRoute(request);
  if (!change(session, opportunity, action, body)) return refused(400, 'BadRequestError', 'The body is not valid.');
  return found(writtenOpportunity(organization, opportunity));
};

const oneOrPage = <T extends { id: string }>(
  kind: string,
  items: T[],
  id: string | undefined,
  query: URLSearchParams,
) => {
  if (id === undefined) return page(items, query);
  const one = items.find((item) => item.id === id);
  return one ? found(one) : notFound(kind, id);
};

/** Answers a request that carries a living access token, in the shapes recorded from Lever on 2026-07-02. */
export const answerLever = (session: LeverSession, request: SandboxRequest): Answer => {
  const { organization } = session.recruiter;
  const { method, query, body } = request;
  const [kind = '', ...rest] = request.path.split('/').slice(1).map(decodeURIComponent);
  const [id] = rest;
  if (kind === 'opportunities') return answerOpportunities(session, request, rest);
  if (kind === 'webhooks')
    return answerWebhooks(organization, session.webhooks, { method, webhookId: id, body }, session.now);
  if (method !== 'GET') return unknownRoute(request);
  if (kind === 'stages') return oneOrPage(kind, organization.stages, id, query);
  if (kind === 'users') return oneOrPage(kind, organization.users, id, query);
  if (kind === 'contacts' && id !== undefined) {
    const contact = organization.contacts.get(id);
    return contact ? found(readContact(contact)) : notFound(kind, id);
  }
  if (kind === 'tags' && !session.scope.split(' ').includes('tags:read:admin'))
    return refused(403, 'ForbiddenError', 'The access does not cover tags.');
  if (kind === 'tags') return page(listTags(session), query, ({ text, count }) => ({ text, count }));
  return unknownRoute(request);
};
