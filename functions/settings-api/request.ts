import type { Authorized } from '#shared/edge/authorize.ts';
import type { Incoming } from '#shared/edge/http-handler.ts';

/** A request of somebody whom the token lets in. */
export type Request = Authorized & { readonly incoming: Incoming };
