import type { TriggerStage } from './account.ts';
import type { Phone } from './candidate.ts';
import { folded, tidied } from './folded.ts';
import { harmless } from './harmless.ts';
import { isTriggerStage } from './trigger-stage.ts';

/** `userId`: Lever's id of the user who moved the candidate; absent where Lever does not tell. */
export type StageChange = { readonly toStageId: string; readonly updatedAt: number; readonly userId?: string };

/** An opportunity as Lever has it now. Times in epoch milliseconds. */
export type Opportunity = {
  readonly opportunityId: string;
  /** Lever's id of the person, who may have several opportunities; null where Lever did not tell it. */
  readonly contactId: string | null;
  readonly confidentiality: string | null;
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly Phone[];
  readonly tags: readonly string[];
  /** `name` is null where Lever did not tell it. */
  readonly stage: { readonly id: string; readonly name: string | null };
  readonly stageChanges: readonly StageChange[];
  readonly lastAdvancedAt: number | null;
  readonly isArchived: boolean;
  readonly isAnonymized: boolean;
  /** False where the candidate's consent to be contacted is missing. */
  readonly mayBeContacted: boolean;
};

/**
 * When the opportunity entered the trigger stage it is in, by Lever's own record: this names the entry, so that every
 * delivery of the same move leads to the same check. Null: it is in no trigger stage; `unknown`: Lever does not say when.
 */
export const enteredTriggerAt = (
  { stage, stageChanges, lastAdvancedAt }: Opportunity,
  triggers: readonly TriggerStage[],
): number | 'unknown' | null => {
  if (!isTriggerStage(triggers, stage)) return null;
  const last = lastMove(stageChanges);
  if (last?.toStageId === stage.id) return last.updatedAt;
  // Lever has recorded every stage change since 2012, but never promised to; its time of the last move is the same number in nearly all records where both were seen.
  if (lastAdvancedAt !== null && lastAdvancedAt > (last?.updatedAt ?? 0)) return lastAdvancedAt;
  return lastMove(stageChanges.filter(({ toStageId }) => toStageId === stage.id))?.updatedAt ?? 'unknown';
};

/** Lever's id of the user whose move made the entry, as far as Lever tells: moves by a rule of Lever's, or by another integration, have none. */
export const moverOf = (
  { stage, stageChanges }: Pick<Opportunity, 'stage' | 'stageChanges'>,
  enteredAt: number,
): Pick<StageChange, 'userId'> => {
  const { userId } =
    stageChanges.findLast(({ toStageId, updatedAt }) => toStageId === stage.id && updatedAt === enteredAt) ?? {};
  return userId === undefined ? {} : { userId };
};

const lastMove = (changes: readonly StageChange[]): StageChange | null =>
  changes.reduce<StageChange | null>(
    (last, change) => (last === null || change.updatedAt >= last.updatedAt ? change : last),
    null,
  );

/**
 * Is the list of moves without the one into the trigger stage that the opportunity is in? In every record seen, it ended
 * in the present stage: such a reading may be half of an older state, and must name no entry until it was read again, because
 * archiving, too, sets the time of the last move. Where there is no list at all, reading again would bring none.
 */
export const lacksItsMove = ({ stage, stageChanges }: Opportunity, triggers: readonly TriggerStage[]): boolean =>
  isTriggerStage(triggers, stage) && stageChanges.length > 0 && lastMove(stageChanges)?.toStageId !== stage.id;

/** What the tags of an opportunity say about the package to order. `packageName`: as a tag gave it, null where none did. `malformedTags` are the beginnings of tags that were meant for us but are not valid. */
export type PackageChoice =
  | {
      readonly kind: 'one';
      readonly packageId: string;
      readonly packageName: string | null;
      readonly malformedTags: readonly string[];
    }
  | { readonly kind: 'none'; readonly malformedTags: readonly string[] }
  | { readonly kind: 'several'; readonly packageIds: readonly string[] };

const prefix = 'turnpackage';
const tagShape = /^turnpackage\s*:\s*(p\d{1,20})\s*(?::(.*))?$/isu;

/** A package as a tag or a list of packages names it; `name` null: it does not say, or nothing that can be shown. */
export type NamedPackage = { readonly id: string; readonly name: string | null };

/** Reads `TurnPackage:{PACKAGE_ID}:{PACKAGE_NAME}` as a reader sees it: prefix and `P` without regard to case, spaces around the parts allowed, the name optional and free to hold colons. */
export const readPackageTag = (tag: string): NamedPackage | null => {
  const [, id, name = ''] = tagShape.exec(tidied(tag)) ?? [];
  return id === undefined ? null : { id: id.toUpperCase(), name: name.trim() || null };
};

/** Chooses the package that the tags name; two different ids are never decided by guessing. */
export const choosePackage = (tags: readonly string[]): PackageChoice => {
  const packages = new Map<string, string | null>();
  const malformedTags: string[] = [];
  for (const tag of tags) {
    const read = readPackageTag(tag);
    // Text from Lever, which our notes will say to people.
    if (read !== null) packages.set(read.id, (packages.get(read.id) ?? harmless(read.name ?? '')) || null);
    else if (looksMeantForUs(tag)) malformedTags.push(beginningOf(tidied(tag)));
  }
  const [first, ...others] = [...packages];
  if (first === undefined) return { kind: 'none', malformedTags };
  const [packageId, packageName] = first;
  return others.length === 0
    ? { kind: 'one', packageId, packageName, malformedTags }
    : { kind: 'several', packageIds: [...packages.keys()] };
};

const looksMeantForUs = (tag: string): boolean => {
  const letters = folded(tag).replaceAll(/[^a-z]/g, '');
  return editDistance(letters.slice(0, prefix.length), prefix) <= 2;
};

/**
 * So much of a tag that a recruiter recognizes it: the mistyped word, and the id if one follows. What else people write into
 * tags, a name perhaps, is none of our business.
 */
const beginningOf = (tag: string): string =>
  /\p{L}{1,7}[^\p{L}\p{C}]?\p{L}{0,8}(?:[^\p{L}\p{N}\p{C}]{0,3}P ?\d{1,20})?/iu.exec(tag)?.[0] ?? '';

const editDistance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, otherLetter] of [...other].entries()) {
      const replace = (row[j] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};
