import { createHmac, timingSafeEqual } from 'node:crypto';

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
