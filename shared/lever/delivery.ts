import { createHmac, timingSafeEqual } from 'node:crypto';
import { webhookEvents } from '#shared/domain/ids.ts';
import { hasFields, isObject, isText } from '#shared/guards.ts';

const isOpaqueId = (id: unknown): id is string => isText(id) && /^[A-Za-z0-9-]{1,64}$/u.test(id);
const isShortText = (text: unknown): text is string => isText(text) && text !== '' && text.length <= 100;

/**
 * A signed delivery. `triggeredAt` has exactly 13 digits (years 2001 to 2286): that alone gives the signed text one reading,
 * whatever the token looks like (48 hex characters where seen; Lever's reference prints others). The signature decides.
 */
export type SignedDelivery = {
  readonly event: string;
  readonly triggeredAt: number;
  readonly token: string;
  readonly signature: string;
  readonly data: Readonly<Record<string, unknown>>;
};
const isSigned = hasFields<Omit<SignedDelivery, 'data'>>({
  event: isShortText,
  triggeredAt: (at): at is number =>
    typeof at === 'number' && Number.isInteger(at) && at >= 1_000_000_000_000 && at <= 9_999_999_999_999,
  token: (token): token is string => isText(token) && /^[\x20-\x7e]{16,256}$/u.test(token),
  signature: (signature): signature is string => isText(signature) && /^[0-9a-f]{64}$/iu.test(signature),
});

/** *Verify connection* sends empty data; none at all, or null, says the same. Undefined where it is no data at all. */
const dataOf = (data: unknown): SignedDelivery['data'] | undefined =>
  isObject(data) ? data : (data ?? null) === null ? {} : undefined;

/** Undefined where it is not said; null: there is none. Anything else that is no id says nothing. */
const readStageId = (given: unknown): string | null | undefined =>
  given === null || isShortText(given) ? given : undefined;

/** The events that an entry, its end or its return may follow from. */
const eventsOfInterest: ReadonlySet<string> = new Set(webhookEvents);

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
  if (!isObject(body) || !isShortText(body['event'])) return null;
  const { event } = body;
  const data = dataOf(body['data']);
  if (data === undefined) return null;
  if (isSigned(body)) {
    const { triggeredAt, token, signature } = body;
    // A repeated delivery is known by its signature, in whatever case it comes.
    return { kind: 'signed', delivery: { event, triggeredAt, token, signature: signature.toLowerCase(), data } };
  }
  // *Verify connection* can be pressed before a secret exists; then nothing in it but the emptiness counts.
  return Object.keys(data).length === 0 ? { kind: 'unsigned_test' } : null;
};

/** Is this Lever's own test request, sent by *Verify connection*? */
export const isTestDelivery = (delivery: SignedDelivery): boolean => Object.keys(delivery.data).length === 0;

/** The opportunity that an event is about, and of a move the stages at its ends; null for events that do not concern us; `unreadable` where one that does lacks its ids. */
export const readSubject = (delivery: SignedDelivery): DeliverySubject | 'unreadable' | null => {
  if (!eventsOfInterest.has(delivery.event)) return null;
  const { opportunityId, fromStageId, toStageId, toArchived } = delivery.data;
  if (!isOpaqueId(opportunityId)) return 'unreadable';
  // Who is archived gets no check, and loses none: only who comes back is news.
  if (delivery.event === 'candidateArchiveChange' && (toArchived ?? null) !== null) return null;
  const isMove = delivery.event === 'candidateStageChange';
  const move = isMove ? { fromStageId: readStageId(fromStageId), toStageId: readStageId(toStageId) } : null;
  return { opportunityId, move };
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
  // Compared as text: of a digest as bytes node makes an object, and these are many where somebody forges.
  const given = Buffer.from(delivery.signature);
  const signed = `${delivery.token}${delivery.triggeredAt}`;
  // How long it takes tells whoever knows a secret which one it is, and nobody else anything.
  return secrets.some((secret) => {
    const expected = Buffer.from(createHmac('sha256', secret).update(signed).digest('hex'));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};
