import { authorize } from '#shared/edge/authorize.ts';
import type { Answer, Incoming, Routes } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { changeSettings, showSettings } from './change-settings.ts';
import { revokePreviousSecret, setWebhookSecret } from './change-webhook-secret.ts';
import { describeApi } from './describe-api.ts';
import type { Request } from './request.ts';
import { showAccount } from './show-account.ts';
import { showActivity } from './show-activity.ts';
import { showStages } from './show-stages.ts';

const only =
  (who: 'anyone' | 'super_admin', useCase: (request: Request, ports: AppPorts) => Promise<Answer>) =>
  async (incoming: Incoming, ports: AppPorts): Promise<Answer> => {
    const authorized = await authorize(incoming, who, ports);
    return 'refusal' in authorized ? authorized.refusal : useCase({ ...authorized, incoming }, ports);
  };

/** The settings API: for each route, who is let in and what is done. */
export const settingsRoutes: Routes<AppPorts> = {
  'GET /api/account': only('anyone', showAccount),
  'GET /api/settings': only('anyone', showSettings),
  'PUT /api/settings': only('super_admin', changeSettings),
  'PUT /api/webhook-secret': only('super_admin', setWebhookSecret),
  'DELETE /api/webhook-secret/previous': only('super_admin', revokePreviousSecret),
  'GET /api/stages': only('anyone', showStages),
  'GET /api/activity': only('anyone', showActivity),
  'GET /api/openapi.json': async (_incoming, { config }) => ({ status: 200, json: describeApi(config.publicUrl) }),
};
