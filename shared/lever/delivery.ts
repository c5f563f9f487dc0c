import * as z from 'zod';

const opaqueId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/u);

/** A signed delivery. `triggeredAt` has exactly 13 digits (years 2001 to 2286) and `token` exactly 48, so that the signed text has one reading. */
const signedSchema = z.object({
  event: z.string().min(1).max(100),
  triggeredAt: z.int().min(1_000_000_000_000).max(9_999_999_999_999),
  token: z.string().regex(/^[0-9a-f]{48}$/u),
  signature: z.string().regex(/^[0-9a-f]{64}$/u),
  data: z.record(z.string(), z.unknown()),
});
/** *Verify connection* can be pressed before a secret exists; then nothing in it but the emptiness counts. */
const unsignedTestSchema = z.object({ event: z.string().min(1).max(100), data: z.strictObject({}) });

/** Where the stage is odd, Lever is asked. */
const subjectSchema = z.object({
  opportunityId: opaqueId,
  toStageId: z.string().min(1).max(100).nullish().catch(null),
});
/** The events that an entry, its end or its return may follow from. */
const eventsOfInterest: ReadonlySet<string> = new Set([
  'candidateStageChange',
  'candidateDeleted',
  'candidateArchiveChange',
]);

export type SignedDelivery = z.infer<typeof signedSchema>;

/** What came in, by shape alone; null where it is nothing that Lever sends. */
export const readDelivery = (
  body: unknown,
): { readonly kind: 'signed'; readonly delivery: SignedDelivery } | { readonly kind: 'unsigned_test' } | null => {
  const signed = signedSchema.safeParse(body);
  if (signed.success) return { kind: 'signed', delivery: signed.data };
  return unsignedTestSchema.safeParse(body).success ? { kind: 'unsigned_test' } : null;
};

/** Is this Lever's own test request, sent by *Verify connection*? */
export const isTestDelivery = (delivery: SignedDelivery): boolean => Object.keys(delivery.data).length === 0;

/** The opportunity that an event is about, and the stage it moved to; null for events that do not concern us; `unreadable` where one that does lacks its ids. */
export const readSubject = (
  delivery: SignedDelivery,
): { readonly opportunityId: string; readonly toStageId: string | null } | 'unreadable' | null => {
  if (!eventsOfInterest.has(delivery.event)) return null;
  const subject = subjectSchema.safeParse(delivery.data);
  if (!subject.success) return 'unreadable';
  const toStageId = delivery.event === 'candidateStageChange' ? (subject.data.toStageId ?? null) : null;
  return { opportunityId: subject.data.opportunityId, toStageId };
};
