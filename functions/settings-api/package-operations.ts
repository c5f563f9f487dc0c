import type { OnRequest } from '#shared/edge/authorize.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { changePackages } from './change-packages.ts';
import type { Operation } from './describe-api.ts';
import { enteredPackagesSchema, packagesSchema } from './package-schemas.ts';
import { showPackages } from './show-packages.ts';

/** What the settings API tells of packages, and takes. */
export const packageOperations = {
  'GET /api/packages': {
    useCase: showPackages,
    summary: 'The account’s packages by name, as Turn, the tags in Lever and its people name them',
    who: 'anyone',
    answer: packagesSchema,
    hasEtag: true,
  },
  'PUT /api/packages': {
    useCase: changePackages,
    summary: 'Replaces the packages that were entered by hand',
    who: 'super_admin',
    body: enteredPackagesSchema,
    answer: packagesSchema,
    hasEtag: true,
    headers: { 'If-Match': 'The ETag with which the packages were read.' },
    refusals: [400, 412, 413, 422, 428],
  },
} satisfies Record<
  string,
  Operation & { readonly who: 'anyone' | 'super_admin'; readonly useCase: OnRequest<AppPorts> }
>;
