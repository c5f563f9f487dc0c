import * as z from 'zod/mini';
import type { NamedPackage } from '#shared/domain/opportunity.ts';
import { distinctPackages, mostRead, packageIdOf } from '#shared/domain/packages.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import type { HttpAnswer } from '#shared/http/send-request.ts';

const objectSchema = z.record(z.string(), z.unknown());
/** Turn documents no listing; a customer's code calls one, and does not show what it answers. These are the names that such fields have elsewhere. */
const idFields = ['package_id', 'packageId', 'id', 'uuid', 'code'];
const nameFields = ['name', 'title', 'package_name', 'packageName', 'label'];
const mostLayers = 3;

/** The packages in an answer of unknown shape: a list, or an object that holds one; null: there is no list of packages in it. */
export const readPackages = ({ status, body }: HttpAnswer): NamedPackage[] | null => {
  if (status !== 200) return null;
  const lists = listsIn(parseJson(body), mostLayers).map((list) => list.flatMap((item) => readPackage(item) ?? []));
  const [longest] = lists.toSorted((one, other) => other.length - one.length);
  // An empty list may be one of anything.
  return longest === undefined || longest.length === 0 ? null : distinctPackages(longest, mostRead);
};

const listsIn = (json: unknown, layers: number): (readonly unknown[])[] => {
  if (Array.isArray(json)) return [json];
  const fields = objectSchema.safeParse(json).data;
  if (fields === undefined || layers === 0) return [];
  return Object.values(fields).flatMap((value) => listsIn(value, layers - 1));
};

const readPackage = (item: unknown): NamedPackage | null => {
  if (typeof item === 'string') return withName(packageIdOf(item), null);
  const fields = objectSchema.safeParse(item).data ?? {};
  const texts = (names: readonly string[]): string[] =>
    names.flatMap((name) => (typeof fields[name] === 'string' ? [fields[name]] : []));
  const [id = null] = texts(idFields).flatMap((text) => packageIdOf(text) ?? []);
  const [name = null] = texts(nameFields).filter((text) => text.trim() !== '');
  return withName(id, name);
};

const withName = (id: string | null, name: string | null): NamedPackage | null => (id === null ? null : { id, name });
