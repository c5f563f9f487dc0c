import * as z from 'zod/mini';
import { emptyPackageList, nameOfPackage, type PackageList, tagsReadings } from '#shared/domain/packages.ts';
import * as keys from './keys.ts';
import { storedObject } from './stored-object.ts';
import { itemOver, type Table } from './table.ts';
import { untilSaved } from './until-saved.ts';

const packages = z.array(storedObject({ id: z.string(), name: z.nullable(z.string()) }));
const read = z.catch(z.nullable(storedObject({ readAt: z.number(), packages })), null);
const asked = storedObject({ at: z.number(), turnAnswers: z.boolean(), leverTags: z.enum(tagsReadings) });
const listSchema: z.ZodMiniType<PackageList> = storedObject({
  asked: z.exactOptional(asked),
  entered: z.catch(packages, []),
  turn: read,
  leverTags: read,
});

/** What is known of each account's packages, in the table. A list that cannot be read counts as empty: checks go by ids alone. */
export const createPackageStore = (table: Pick<Table, 'get' | 'put'>) => {
  const loadItem = async (accountId: string) => {
    const item = await table.get(keys.packages(accountId));
    const list = listSchema.safeParse(item?.content).data ?? emptyPackageList;
    return { list, version: item?.version ?? null };
  };
  const load = async (accountId: string): Promise<PackageList> => (await loadItem(accountId)).list;
  return {
    load,
    /** What the account calls a package; null: it has no name for it. */
    nameOf: async (accountId: string, packageId: string): Promise<string | null> =>
      nameOfPackage(await load(accountId), packageId),
    update: (
      accountId: string,
      change: (list: PackageList) => PackageList,
    ): Promise<{ before: PackageList; after: PackageList }> =>
      untilSaved('Too many others changed the same packages.', async () => {
        const { list: before, version } = await loadItem(accountId);
        const after = change(before);
        const item = itemOver(version, keys.packages(accountId), after);
        return after === before || (await table.put(item, version)) ? { before, after } : undefined;
      }),
  };
};
