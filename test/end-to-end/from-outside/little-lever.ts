import { randomBytes, randomUUID } from 'node:crypto';
import { type Asked, type Given, type PlainServer, serve } from './plain-http.ts';

/** A candidate as this Lever keeps it. */
export type Candidate = {
  id: string;
  contactId: string;
  name: string;
  emails: string[];
  phones: { type: string; value: string }[];
  tags: string[];
  stage: string;
  archived: { reason: string; archivedAt: number } | null;
  stageChanges: { toStageId: string; toStageIndex: number; updatedAt: number }[];
  createdAt: number;
  /** What Lever shows of it in another way than it should. */
  odd?: Record<string, unknown>;
  /** Left out of every list, as what is confidential is: nothing but a delivery can bring it up. */
  unlisted?: boolean;
};

export type Note = { id: string; opportunityId: string; value: string; at: number };

/** One customer of Lever; tokens as in the accounts file. */
export type Tenant = {
  accessToken: string;
  refreshToken: string;
  refreshes: number;
  candidates: Map<string, Candidate>;
  notes: Note[];
  calls: { method: string; path: string; status: number; at: number }[];
  /** How full its bucket of requests is: 10 a second drain, 20 fit. */
  bucket: { level: number; at: number };
  /** What Lever's login answers with the tokens that it has just issued, otherwise than it should; null: it issues none. */
  login?: ((tokens: object) => Given) | null;
  /** What every call gets instead of its answer. */
  forbids?: Given | undefined;
  agents: Set<string>;
};

export type LittleLever = PlainServer & { tenants: Tenant[] };

export const STAGES = [
  { id: 'lead-new', text: 'New lead' },
  { id: 'applicant-new', text: 'New applicant' },
  { id: '7d0a3c58-2f1b-4d0e-9a43-e0b1c2d3e4f5', text: 'Phone screen' },
  // The spelling that Lever's own default pipeline has.
  { id: 'b81e6a94-0c57-4f2d-8b36-1a2b3c4d5e6f', text: 'Reference check' },
  { id: 'offer', text: 'Offer' },
];

const whole = (candidate: Candidate, blank: boolean) => ({
  id: candidate.id,
  name: blank ? '' : candidate.name,
  contact: candidate.contactId,
  headline: '',
  stage: candidate.stage,
  confidentiality: 'non-confidential',
  location: '',
  phones: blank ? [] : candidate.phones,
  emails: blank ? [] : candidate.emails,
  links: [],
  archived: candidate.archived,
  tags: candidate.tags,
  sources: [],
  stageChanges: candidate.stageChanges,
  origin: 'applied',
  sourcedBy: null,
  owner: null,
  followers: [],
  applications: [],
  createdAt: candidate.createdAt,
  updatedAt: null,
  lastInteractionAt: candidate.createdAt,
  lastAdvancedAt: candidate.stageChanges.at(-1)?.updatedAt ?? candidate.createdAt,
  snoozedUntil: null,
  urls: { list: 'https://hire.lever.co/candidates', show: `https://hire.lever.co/candidates/${candidate.id}` },
  isAnonymized: false,
  dataProtection: null,
  ...candidate.odd,
});

const shownNote = ({ id, value, at }: Note) => ({
  id,
  text: 'Note',
  fields: [{ createdAt: at, score: null, stage: 'offer', text: 'Comment', type: 'note', user: null, value }],
  user: null,
  secret: false,
  completedAt: at,
  deletedAt: null,
  createdAt: at,
});

const missing = (kind: string, id: string): Given => ({
  status: 404,
  json: { code: 'ResourceNotFound', message: `${kind} ${id} was not found` },
});

const refresh = (tenants: Tenant[], text: string): Given => {
  const sent = text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  const tenant = tenants.find(({ refreshToken }) => refreshToken === sent.refresh_token);
  if (!tenant || sent.grant_type !== 'refresh_token')
    return { status: 403, json: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' } };
  if (tenant.login === null) return { status: 403, json: { error: 'access_denied', error_description: 'Revoked.' } };
  tenant.refreshes += 1;
  tenant.accessToken = `rotated-access-${randomBytes(16).toString('hex')}`;
  tenant.refreshToken = `rotated-refresh-${randomBytes(16).toString('hex')}`;
  const { accessToken: access_token, refreshToken: refresh_token } = tenant;
  const tokens = { access_token, refresh_token, token_type: 'Bearer', scope: 'offline_access', expires_in: 3600 };
  return tenant.login?.(tokens) ?? { status: 200, json: tokens };
};

const answerNotes = (tenant: Tenant, id: string, asked: Asked, noteId: string | undefined): Given => {
  const notes = tenant.notes.filter(({ opportunityId }) => opportunityId === id);
  if (asked.method === 'POST') {
    const note = { id: randomUUID(), opportunityId: id, value: JSON.parse(asked.text).value, at: Date.now() };
    tenant.notes.push(note);
    return { status: 201, json: { data: { ...shownNote(note), noteId: note.id } } };
  }
  if (noteId === undefined) return { status: 200, json: { data: notes.map(shownNote), hasNext: false } };
  const note = notes.find((candidate) => candidate.id === noteId);
  if (!note) return missing('notes', noteId);
  if (asked.method !== 'DELETE') return { status: 200, json: { data: shownNote(note) } };
  tenant.notes = tenant.notes.filter((candidate) => candidate !== note);
  return { status: 204 };
};

const listed = (tenant: Tenant, { query }: Asked): Given => {
  const since = Number(query.get('advanced_at_start') ?? 0);
  const stages = query.getAll('stage_id');
  const data = [...tenant.candidates.values()]
    .filter(({ stage, unlisted }) => !unlisted && (stages.length === 0 || stages.includes(stage)))
    .map((candidate) => whole(candidate, false))
    .filter(({ lastAdvancedAt }) => lastAdvancedAt >= since);
  return { status: 200, json: { data, hasNext: false } };
};

const answerTenant = (tenant: Tenant, asked: Asked): Given => {
  const [, , kind, id, action, noteId] = asked.path.split('/');
  if (kind === 'stages' && id === undefined) return { status: 200, json: { data: STAGES, hasNext: false } };
  if (kind === 'stages') {
    const stage = STAGES.find((candidate) => candidate.id === id);
    return stage ? { status: 200, json: { data: stage } } : missing('stages', id ?? '');
  }
  if (kind !== 'opportunities') return missing(kind ?? '', id ?? '');
  if (id === undefined) return listed(tenant, asked);
  const candidate = tenant.candidates.get(id);
  if (!candidate) return missing('opportunities', id);
  if (action === undefined) {
    const stage = asked.query.getAll('expand').includes('stage') && STAGES.find((each) => each.id === candidate.stage);
    return { status: 200, json: { data: { ...whole(candidate, false), ...(stage && { stage }) } } };
  }
  if (action === 'notes') return answerNotes(tenant, id, asked, noteId);
  const { tags } = JSON.parse(asked.text) as { tags: string[] };
  const others = candidate.tags.filter((tag) => !tags.includes(tag));
  candidate.tags = action === 'addTags' ? [...others, ...tags] : others;
  // A write never shows the person: seen live.
  return { status: 200, json: { data: whole(candidate, true) } };
};

const takes = ({ bucket }: Tenant): boolean => {
  const now = Date.now();
  bucket.level = Math.max(0, bucket.level - (now - bucket.at) / 100);
  bucket.at = now;
  if (bucket.level > 19) return false;
  bucket.level += 1;
  return true;
};

/** Lever as the product may know it, with any number of customers told apart by their access tokens. */
export const startLittleLever = async (tenants: Tenant[]): Promise<LittleLever> => {
  const server = await serve((asked) => {
    if (asked.path === '/oauth/token') return refresh(tenants, asked.text);
    const token = asked.headers.authorization?.replace('Bearer ', '');
    const tenant = tenants.find(({ accessToken }) => accessToken === token);
    if (!tenant)
      return { status: 401, json: { code: 'UnauthorizedError', message: 'The request requires authentication.' } };
    tenant.agents.add(asked.headers['user-agent'] ?? '');
    const given: Given = takes(tenant)
      ? (tenant.forbids ?? answerTenant(tenant, asked))
      : { status: 429, json: { code: 'TooManyRequests' } };
    tenant.calls.push({
      method: asked.method,
      path: asked.path,
      status: given === 'cut' ? 0 : given.status,
      at: Date.now(),
    });
    return given;
  });
  return { ...server, tenants };
};
