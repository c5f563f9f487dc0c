import { folded, tidied } from './folded.ts';
import { cutTo } from './half-letters.ts';
import { isPackageId, packageIdRule } from './ids.ts';
import { type NamedPackage, readPackageTag } from './opportunity.ts';

/** Where an account's packages are known from, by who is believed first where names differ. */
export const packageSources = ['entered', 'turn', 'lever_tags'] as const;
export type PackageSource = (typeof packageSources)[number];

/** A package that the account has, and the first of those that name it. */
export type KnownPackage = NamedPackage & { readonly from: PackageSource };

/** What was read from a vendor last, and when; epoch milliseconds. */
export type ReadPackages = { readonly readAt: number; readonly packages: readonly NamedPackage[] };

/** Whether the tags in use in Lever could be read; `forbidden`: the access does not cover the list of them. */
export const tagsReadings = ['read', 'forbidden', 'unread'] as const;
export type TagsReading = (typeof tagsReadings)[number];

/** All that is known of an account's packages; `turn`, `leverTags` null: never read. `asked`: when the vendors were asked last, and whether they answered. */
export type PackageList = {
  readonly asked?: { readonly at: number; readonly turnAnswers: boolean; readonly leverTags: TagsReading };
  readonly entered: readonly NamedPackage[];
  readonly turn: ReadPackages | null;
  readonly leverTags: ReadPackages | null;
};

export const emptyPackageList: PackageList = { entered: [], turn: null, leverTags: null };

export const longestPackageName = 200;
/** So many entered by hand, and of each vendor, that the list stays one item of the table, in whatever script the names are. */
export const mostEntered = 100;
export const mostRead = 200;

/** A name as it is kept: one line as a reader sees it, not too long; null: nothing is left of it. */
export const packageNameOf = (text: string): string | null => cutTo(tidied(text), longestPackageName).trim() || null;

/** The id that stands in a text, however it was typed; null: none. */
export const packageIdOf = (text: string): string | null => {
  const id = tidied(text).toUpperCase();
  return isPackageId(id) ? id : null;
};

/** Packages, each once and cleaned; where one is there twice, the first name counts. */
export const distinctPackages = (packages: readonly NamedPackage[], most: number): NamedPackage[] => {
  const names = new Map<string, string | null>();
  for (const { id, name } of packages) {
    if (names.size >= most && !names.has(id)) continue;
    names.set(id, names.get(id) ?? packageNameOf(name ?? ''));
  }
  return [...names].map(([id, name]) => ({ id, name }));
};

/** The packages that tags in use name. */
export const packagesOfTags = (tags: readonly string[]): NamedPackage[] =>
  distinctPackages(
    tags.flatMap((tag) => readPackageTag(tag) ?? []),
    mostRead,
  );

/** Every package once, under the name that was entered, else Turn's, else that of a tag; by name, and those without one last. */
export const knownPackages = ({ entered, turn, leverTags }: PackageList): KnownPackage[] => {
  const known = new Map<string, KnownPackage>();
  const add = (from: PackageSource, packages: readonly NamedPackage[]): void => {
    for (const { id, name } of packages) {
      const before = known.get(id);
      known.set(id, { id, name: before?.name ?? name, from: before?.from ?? from });
    }
  };
  add('entered', entered);
  add('turn', turn?.packages ?? []);
  add('lever_tags', leverTags?.packages ?? []);
  return [...known.values()].toSorted(byName);
};

const byName = (one: KnownPackage, other: KnownPackage): number => {
  if ((one.name === null) !== (other.name === null)) return one.name === null ? 1 : -1;
  return folded(one.name ?? '').localeCompare(folded(other.name ?? ''), 'en') || one.id.localeCompare(other.id, 'en');
};

/** What the account calls a package; null: it has no name for it. */
export const nameOfPackage = (list: PackageList, packageId: string): string | null =>
  knownPackages(list).find(({ id }) => id === packageId)?.name ?? null;

/** What is wrong with packages that somebody entered, a sentence for each field (`packages.0.name`); empty: nothing. */
export const enteredFaults = (
  packages: readonly { readonly id: string; readonly name: string }[],
): Record<string, string> => {
  const faults: Record<string, string> = {};
  if (packages.length > mostEntered) faults['packages'] = `Enter at most ${mostEntered} packages.`;
  const seen = new Set<string>();
  for (const [index, { id, name }] of packages.entries()) {
    const packageId = packageIdOf(id);
    if (packageId === null) faults[`packages.${index}.id`] = packageIdRule;
    else if (seen.has(packageId)) faults[`packages.${index}.id`] = 'This package is there twice.';
    if (packageId !== null) seen.add(packageId);
    const tidy = tidied(name);
    if (tidy === '' || tidy.length > longestPackageName)
      faults[`packages.${index}.name`] = `Give the package a name, at most ${longestPackageName} characters.`;
  }
  return faults;
};
