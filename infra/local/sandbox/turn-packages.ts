import type { Answer } from './exchange.ts';
import type { TurnPartner } from './turn-records.ts';

type Listed = { package_id: string; name: string | null };

/** `GET /public_api/me/packages` is called by a customer of Turn's, and documented nowhere: it may answer in any of these ways, or not at all. */
const listings = {
  'in an object': (packages: readonly Listed[]): Answer => ({ status: 200, body: { packages } }),
  'in two layers': (packages: readonly Listed[]) => ({ status: 200, body: { data: { items: packages }, total: 2 } }),
  'as a list': (packages: readonly Listed[]) => ({ status: 200, body: packages }),
  'under other names': (packages: readonly Listed[]) => ({
    status: 200,
    body: packages.map(({ package_id, name }) => ({ id: 7, uuid: package_id, title: name, current_county: true })),
  }),
  'ids alone': (packages: readonly Listed[]) => ({ status: 200, body: packages.map(({ package_id }) => package_id) }),
  'as something else': () => ({ status: 200, body: { message: 'See your dashboard.', packages: 2 } }),
  'not at all': () => ({ status: 404, body: { message: 'Not found' } }),
} satisfies Record<string, (packages: readonly Listed[]) => Answer>;
export type PackageListing = keyof typeof listings;

/** The partner's packages, as its Turn lists them. */
export const listPackages = ({ packageIds, packageNames = {}, packageListing = 'in an object' }: TurnPartner): Answer =>
  listings[packageListing](packageIds.map((id) => ({ package_id: id, name: packageNames[id] ?? null })));
