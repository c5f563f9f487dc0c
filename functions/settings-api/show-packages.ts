import type * as z from 'zod/mini';
import { markDisconnected } from '#shared/accounts/mark-disconnected.ts';
import type { Account } from '#shared/domain/account.ts';
import { Failure, kindOf } from '#shared/domain/failure.ts';
import type { NamedPackage } from '#shared/domain/opportunity.ts';
import { knownPackages, type PackageList, packagesOfTags, type TagsReading } from '#shared/domain/packages.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { packagesSchema } from './package-schemas.ts';
import { etagOfText } from './versions.ts';

/** Asking again so soon would only spend the account's requests at Lever: a list of tags may have many pages. */
const freshForMs = 30_000;
/** Leaves time to answer from memory within the function's own limit. */
const patienceMs = 6_000;

/** The account's packages as Turn, the tags in Lever and people name them; as last read where a vendor cannot be asked. */
export const showPackages = async ({ account }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const known = await ports.packages.load(accountId);
  const now = ports.now();
  if (known.asked !== undefined && now - known.asked.at < freshForMs) return packagesAnswer(known);
  const [turn, tags] = await Promise.all([readTurn(accountId, ports), readTags(account, now, ports)]);
  const { after } = await ports.packages.update(accountId, (list) => ({
    ...list,
    asked: { at: now, turnAnswers: turn !== null, leverTags: tags.reading },
    turn: turn === null ? list.turn : { readAt: now, packages: turn },
    leverTags: tags.packages === null ? list.leverTags : { readAt: now, packages: tags.packages },
  }));
  return packagesAnswer(after);
};

/** The list as callers see it, with the version of what was entered. */
export const packagesAnswer = (list: PackageList): Answer => {
  const { turnAnswers = false, leverTags = 'unread' } = list.asked ?? {};
  const json: z.infer<typeof packagesSchema> = { packages: knownPackages(list), turnAnswers, leverTags };
  return { status: 200, json, etag: etagOfEntered(list) };
};

/** A strong ETag of what people entered: what vendors tell is nobody's change. */
export const etagOfEntered = ({ entered }: PackageList): string => etagOfText(JSON.stringify(entered));

/** Null: Turn lists none. It documents no such list, so that this is nobody's fault. */
const readTurn = async (accountId: string, ports: AppPorts): Promise<NamedPackage[] | null> => {
  try {
    return await (await ports.turnOf(accountId)).listPackages(ports.now() + patienceMs);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
};

const readTags = async (
  { accountId, connectionState }: Account,
  now: number,
  ports: AppPorts,
): Promise<{ reading: TagsReading; packages: NamedPackage[] | null }> => {
  if (connectionState !== 'connected') return { reading: 'unread', packages: null };
  try {
    const lever = ports.leverOf(accountId, { reservationId: 'packages', deadline: now + patienceMs });
    return { reading: 'read', packages: packagesOfTags(await lever.readTags()) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ports.emit('tags_unread', { accountId, reason: error.code });
    if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, now, ports);
    return { reading: error.code === 'lever_forbidden' ? 'forbidden' : 'unread', packages: null };
  }
};
