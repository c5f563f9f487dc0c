import type { Routes } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { beginAuthorization } from './begin-authorization.ts';
import { disconnectLever } from './disconnect-lever.ts';
import { finishAuthorization } from './finish-authorization.ts';
import { replaceConnection } from './replace-connection.ts';

/** Connecting an account to Lever, and disconnecting it. */
export const leverRoutes: Routes<AppPorts> = {
  'POST /api/lever/authorize': beginAuthorization,
  'GET /lever/oauth/callback': finishAuthorization,
  'POST /api/lever/replace': replaceConnection,
  'POST /api/lever/disconnect': disconnectLever,
};
