import { SAMPLE_PACKAGE_NAMES, SAMPLE_PACKAGES } from './sample-people.ts';
import type { TurnModel } from './turn-model.ts';
import type { TurnPartner } from './turn-records.ts';

/** A sample customer at Turn: two packages, no webhook URL yet (set `webhookUrl` once the callback URL is known). */
export const createSamplePartner = (
  model: TurnModel,
  { id, name } = { id: 'sandbox-turn', name: 'Brightwater Mills' },
): TurnPartner =>
  model.addPartner({
    id,
    name,
    token: `${id}-token`,
    packageIds: Object.values(SAMPLE_PACKAGES),
    packageNames: SAMPLE_PACKAGE_NAMES,
    defaultPackageId: SAMPLE_PACKAGES.standard,
    webhookUrl: null,
    teamMemberEmail: 'checks@brightwater-mills.example',
  });
