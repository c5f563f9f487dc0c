import * as z from 'zod';
import type { Opportunity } from '#shared/domain/opportunity.ts';

/**
 * What we read of an opportunity; Lever may add fields. Recorded answers differ from the reference: `archived` is an
 * object, stage ids are not all UUIDs, e-mails and phones may be empty, null or missing, a phone may lack its type.
 */
export const opportunitySchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  emails: z.array(z.string().nullable()).nullish(),
  phones: z.array(z.object({ type: z.string().nullish(), value: z.string().nullish() }).nullable()).nullish(),
  tags: z.array(z.string().nullable()).nullish(),
  /** An object under `expand=stage`, else the id alone. */
  stage: z.union([z.string(), z.object({ id: z.string(), text: z.string().nullish() })]),
  stageChanges: z.array(z.object({ toStageId: z.string(), updatedAt: z.number() })).nullish(),
  lastAdvancedAt: z.number().nullish(),
  archived: z.unknown().optional(),
  /** The older shape, which the reference still prints. */
  archivedAt: z.number().nullish(),
  isAnonymized: z.boolean().nullish(),
  dataProtection: z.object({ contact: z.object({ allowed: z.boolean().nullish() }).nullish() }).nullish(),
});

/** The opportunity in our own words. */
export const toOpportunity = (raw: z.infer<typeof opportunitySchema>): Opportunity => ({
  opportunityId: raw.id,
  name: raw.name ?? '',
  emails: (raw.emails ?? []).filter((email) => email !== null),
  phones: (raw.phones ?? []).flatMap((phone) =>
    phone?.value === null || phone?.value === undefined ? [] : [{ type: phone.type ?? null, value: phone.value }],
  ),
  tags: (raw.tags ?? []).filter((tag) => tag !== null),
  stage:
    typeof raw.stage === 'string' ? { id: raw.stage, name: null } : { id: raw.stage.id, name: raw.stage.text ?? null },
  stageChanges: raw.stageChanges ?? [],
  lastAdvancedAt: raw.lastAdvancedAt ?? null,
  isArchived: (raw.archived ?? null) !== null || (raw.archivedAt ?? null) !== null,
  isAnonymized: raw.isAnonymized ?? false,
  mayBeContacted: raw.dataProtection?.contact?.allowed !== false,
});
