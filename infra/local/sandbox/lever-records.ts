import type { OddShape } from './lever-odd-shapes.ts';

/** A stage of the pipeline. Built-in ids are words, the customers' own are UUIDs (recorded 2026-07-02). */
export type LeverStage = { id: string; text: string };

export type LeverUser = { id: string; name: string; username: string; email: string; accessRole: string };

/** A person; one person may have several opportunities. */
export type LeverContact = {
  id: string;
  name: string;
  headline: string;
  location: string;
  emails: string[];
  phones: { type: string; value: string }[];
  links: string[];
  isAnonymized: boolean;
};

export type LeverStageChange = { toStageId: string; toStageIndex: number; updatedAt: number; userId?: string };

export type LeverOpportunity = {
  id: string;
  contactId: string;
  /** What it shows in place of its contact's, which belonged to somebody else before a merge. */
  shown?: Pick<LeverContact, 'name' | 'emails' | 'phones'>;
  stageId: string;
  confidentiality: 'non-confidential' | 'confidential';
  archived: { reason: string; archivedAt: number } | null;
  /** False: the candidate's consent to be contacted is missing; null: nobody asked. */
  contactAllowed: boolean | null;
  tags: string[];
  sources: string[];
  stageChanges: LeverStageChange[];
  origin: string;
  owner: string | null;
  applications: string[];
  createdAt: number;
  updatedAt: number | null;
  lastAdvancedAt: number;
  opportunityLocation?: string;
};

export type LeverNote = {
  id: string;
  opportunityId: string;
  value: string;
  stageId: string;
  userId: string | null;
  secret: boolean;
  score: number | null;
  createdAt: number;
  deletedAt: number | null;
  /** Only notes made by the API can be changed or deleted by it. */
  madeByApi: boolean;
};

export type LeverWebhook = {
  id: string;
  event: string;
  url: string;
  origins: string[] | null;
  /** Null: no signing token was generated, deliveries are unsigned. */
  signatureToken: string | null;
  /** What a Super Admin sets up by hand is invisible to the API. */
  madeByApi: boolean;
  createdAt: number;
  updatedAt: number;
};

/** Everything one Lever customer has: its own stages, people and webhooks. */
export type LeverOrganization = {
  id: string;
  name: string;
  stages: LeverStage[];
  users: LeverUser[];
  contacts: Map<string, LeverContact>;
  opportunities: Map<string, LeverOpportunity>;
  deleted: (LeverOpportunity & { deletedAt: number; deletedBy: string })[];
  notes: LeverNote[];
  webhooks: LeverWebhook[];
  /** Event groups that a Super Admin switched off: nothing of them is sent. */
  silencedEvents: Set<string>;
  /** Opportunities that reads show in an odd way. */
  oddShapes: Map<string, OddShape>;
};
