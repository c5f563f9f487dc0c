import { hasFields, isNumber, isText, orAbsent, withShape } from '#shared/guards.ts';
import type { Item } from '#shared/stores/table.ts';
import { fromAttributes, toAttributes } from './attribute-values.ts';
import type { Row } from './aws-calls.ts';

type Stored = {
  readonly pk: string;
  readonly sk: string;
  readonly version: number;
  readonly content?: unknown;
  readonly expiresAt: number | undefined;
  readonly duePartition: string | undefined;
  readonly dueAt: number | undefined;
  readonly workType: string | undefined;
  readonly openPartition: string | undefined;
  readonly openAt: number | undefined;
};
const isStored = hasFields<Omit<Stored, 'content'>>({
  pk: isText,
  sk: isText,
  version: isNumber,
  expiresAt: orAbsent(isNumber),
  duePartition: orAbsent(isText),
  dueAt: orAbsent(isNumber),
  workType: orAbsent(isText),
  openPartition: orAbsent(isText),
  openAt: orAbsent(isNumber),
});

/** The item that a row holds. Throws where something else was stored. */
export const toItem = (row: Row): Item => {
  const stored: Stored = withShape(isStored, fromAttributes(row));
  const { pk, sk, version, content, expiresAt = null, duePartition, dueAt, workType, openPartition, openAt } = stored;
  const isDue = duePartition !== undefined && dueAt !== undefined && workType !== undefined;
  const isOpen = openPartition !== undefined && openAt !== undefined;
  return {
    pk,
    sk,
    version,
    content: content ?? null,
    expiresAt,
    due: isDue ? { partition: duePartition, dueAt, workType } : null,
    open: isOpen ? { partition: openPartition, openAt } : null,
  };
};

/** An item as DynamoDB keeps it: what its indexes look at lies beside the content. */
export const toRow = ({ due, open, expiresAt, ...item }: Item): Row =>
  toAttributes({
    ...item,
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(due === null ? {} : { duePartition: due.partition, dueAt: due.dueAt, workType: due.workType }),
    ...(open === null ? {} : { openPartition: open.partition, openAt: open.openAt }),
  });
