import { onlyFor } from '#shared/edge/authorize.ts';
import type { Routes } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { beginAuthorization } from './begin-authorization.ts';
import { disconnectLever } from './disconnect-lever.ts';
import { finishAuthorization } from './finish-authorization.ts';
import { replaceConnection } from './replace-connection.ts';
import { showReplacement } from './show-replacement.ts';

/** Connecting an account to Lever, and disconnecting it. */
export const leverRoutes = {
  'POST /api/lever/authorize': onlyFor('super_admin', beginAuthorization),
  'GET /lever/oauth/callback': finishAuthorization,
  'GET /api/lever/replace': onlyFor('super_admin', showReplacement),
  'POST /api/lever/replace': onlyFor('super_admin', replaceConnection),
  'POST /api/lever/disconnect': onlyFor('super_admin', disconnectLever),
} satisfies Routes<AppPorts>;
