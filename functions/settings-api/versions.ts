import type { Incoming } from '#shared/edge/http-handler.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import { hashOf } from '#shared/stores/authorization-store.ts';

/** A strong ETag: the same for the same text, and for no other. */
export const etagOfText = (text: string): string => `"${hashOf(text)}"`;

/** The version that the caller changes; refused where they name none. `what`: in their words (`settings`); `them`: how the sentence goes on about it. */
export const expectedVersion = (
  { headers }: Pick<Incoming, 'headers'>,
  what: string,
  them: 'it' | 'them',
): { readonly version: string } | { readonly refusal: Refusal } => {
  const version = headers['if-match'];
  if (version !== undefined) return { version };
  const message = `Say in If-Match which version of the ${what} you change: the ETag that you read ${them} with.`;
  return { refusal: { status: 428, code: 'precondition_required', message } };
};

/** Somebody else was faster. */
export const staleRefusal = (message: string): Refusal => ({ status: 412, code: 'stale', message });
