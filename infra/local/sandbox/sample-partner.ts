import { SAMPLE_PACKAGES } from './sample-people.ts';
import type { TurnModel } from './turn-model.ts';
import type { TurnPartner } from './turn-records.ts';

/** The sample customer at Turn: two packages, no webhook URL yet (set `webhookUrl` once the callback URL is known). */
export const createSamplePartner = (model: TurnModel): TurnPartner =>
  model.addPartner({
    id: 'sample-turn-partner',
    name: 'Brightwater Mills',
    token: 'sandbox-turn-token',
    packageIds: Object.values(SAMPLE_PACKAGES),
    defaultPackageId: SAMPLE_PACKAGES.standard,
    webhookUrl: null,
    teamMemberEmail: 'screening@brightwater-mills.example',
  });
