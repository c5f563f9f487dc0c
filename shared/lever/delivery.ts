import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { webhookEvents } from '#shared/domain/ids.ts';

const opaqueId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/u);

/** *Verify connection* sends empty data; none at all says the same. */
const noData = z.null().transform(() => ({}));

/**
 * A signed delivery. `triggeredAt` has exactly 13 digits (years 2001 to 2286): that alone gives the signed text one reading,
 * whatever the token looks like (48 hex characters where seen; Lever's reference prints others). The signature decides.
 */
const signedSchema = z.object({
  event: z.string().min(1).max(100),
  triggeredAt: z.int().min(1_000_000_000_000).max(9_999_999_999_999),
  token: z.string().regex(/^[\x20-\x7e]{16,256}$/u),
  signature: z
    .string()
    .regex(/^[0-9a-f]{64}$/iu)
    // A repeated delivery is known by its signature, in whatever case it comes.
    .toLowerCase(),
  data: z.record(z.string(), z.unknown()).or(noData).default({}),
});
/** *Verify connection* can be pressed before a secret exists; then nothing in it but the emptiness counts. */
const unsignedTestSchema = z.object({ event: z.string().min(1).max(100), data: z.strictObject({}).nullish() });

/** Undefined where it is not said; null: there is none. Anything else that is no id says nothing. */
const stageId = z.string().min(1).max(100).nullish().catch(undefined);
const subjectSchema = z.object({
  opportunityId: opaqueId,
  fromStageId: stageId,
  toStageId: stageId,
  toArchived: z.unknown().optional(),
});
/** The events that an entry, its end or its return may follow from. */
const eventsOfInterest: ReadonlySet<string> = new Set(webhookEvents);

export type SignedDelivery = z.infer<typeof signedSchema>;

/** The stages between which somebody moved, as Lever said it: undefined where it did not, null where there was none. */
export type StageMove = {
  readonly fromStageId?: string | null | undefined;
  readonly toStageId?: string | null | undefined;
};

/** Whom an event is about; `move` is null where it is none. */
export type DeliverySubject = { readonly opportunityId: string; readonly move: StageMove | null };

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

/** The opportunity that an event is about, and of a move the stages at its ends; null for events that do not concern us; `unreadable` where one that does lacks its ids. */
export const readSubject = (delivery: SignedDelivery): DeliverySubject | 'unreadable' | null => {
  if (!eventsOfInterest.has(delivery.event)) return null;
  const subject = subjectSchema.safeParse(delivery.data);
  if (!subject.success) return 'unreadable';
  const { opportunityId, fromStageId, toStageId, toArchived } = subject.data;
  // Who is archived gets no check, and loses none: only who comes back is news.
  if (delivery.event === 'candidateArchiveChange' && (toArchived ?? null) !== null) return null;
  return { opportunityId, move: delivery.event === 'candidateStageChange' ? { fromStageId, toStageId } : null };
};

/**
 * Does this signature belong to one of these secrets? Lever signs `token` followed by `triggeredAt`, keyed with the
 * secret as the string it is, in hex; neither event nor data are covered, and without strict shapes digits could move
 * between the two parts unnoticed.
 */
export const isSignedBy = (
  secrets: readonly string[],
  delivery: { readonly token: string; readonly triggeredAt: number; readonly signature: string },
): boolean => {
  const given = Buffer.from(delivery.signature, 'hex');
  let isSigned = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(`${delivery.token}${delivery.triggeredAt}`).digest();
    isSigned = (given.length === expected.length && timingSafeEqual(given, expected)) || isSigned;
  }
  return isSigned;
};
