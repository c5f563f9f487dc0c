import { dashboardUrl } from './turn-callbacks.ts';
import type { TurnCheck } from './turn-records.ts';

/** What a status read may say of a check though Turn documents none of it: addresses that are not its dashboard's, Turn IDs in no form of its own. */
const fields = {
  'an address elsewhere': ({ workerId }) => ({
    dashboard_url: `https://partners.turn.ai.elsewhere.example/${workerId}`,
  }),
  'an address without https': (check) => ({ dashboard_url: dashboardUrl(check).replace('https:', 'http:') }),
  'an address at another port': (check) => ({ dashboard_url: dashboardUrl(check).replace('.ai/', '.ai:8443/') }),
  'an address behind a name': ({ workerId }) => ({
    dashboard_url: `https://partners.turn.ai@elsewhere.example/${workerId}`,
  }),
  'an address that is a script': () => ({ dashboard_url: 'javascript:alert(1)' }),
  'no address': () => ({ dashboard_url: null }),
  'a Turn ID that is a number': ({ turnId }) => ({ turn_id: Number(turnId.slice(1)) }),
  'a Turn ID with an address': ({ turnId }) => ({ turn_id: `${turnId} https://elsewhere.example/` }),
} satisfies Record<string, (check: TurnCheck) => object>;

export type OddStatus = keyof typeof fields;

const isOddStatus = (name: string): name is OddStatus => Object.hasOwn(fields, name);
export const oddStatuses: readonly OddStatus[] = Object.keys(fields).filter(isOddStatus);

/** The fields of a status read that are odd. */
export const oddFields = (check: TurnCheck, odd: OddStatus | null): object => (odd === null ? {} : fields[odd](check));
