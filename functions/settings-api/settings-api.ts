import { admit } from '#shared/edge/admit.ts';
import { byRoute } from '#shared/edge/by-route.ts';
import type { Answer, Incoming } from '#shared/edge/http-handler.ts';
import { changeSettings, showSettings } from './change-settings.ts';
import { revokePreviousSecret, setWebhookSecret } from './change-webhook-secret.ts';
import { describeApi } from './describe-api.ts';
import type { Request, SettingsApiPorts } from './ports.ts';
import { showAccount } from './show-account.ts';
import { showActivity } from './show-activity.ts';
import { showStages } from './show-stages.ts';

/** The settings API: for each route, who is let in and what is done. */
export const settingsApi = (ports: SettingsApiPorts): ((incoming: Incoming) => Promise<Answer>) => {
  const only =
    (who: 'anyone' | 'super_admin', useCase: (request: Request, ports: SettingsApiPorts) => Promise<Answer>) =>
    async (incoming: Incoming): Promise<Answer> => {
      const admitted = await admit(incoming, who, ports);
      return 'refusal' in admitted ? admitted.refusal : useCase({ ...admitted, incoming }, ports);
    };
  return byRoute({
    'GET /api/account': only('anyone', showAccount),
    'GET /api/settings': only('anyone', showSettings),
    'PUT /api/settings': only('super_admin', changeSettings),
    'PUT /api/webhook-secret': only('super_admin', setWebhookSecret),
    'DELETE /api/webhook-secret/previous': only('super_admin', revokePreviousSecret),
    'GET /api/stages': only('anyone', showStages),
    'GET /api/activity': only('anyone', showActivity),
    'GET /api/openapi.json': async () => ({ status: 200, json: describeApi(ports.publicUrl) }),
  });
};
