import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import { monthOf } from '#shared/stores/usage.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { invalid } from './read-body.ts';

/** How many checks the account started in a month, by package. */
export const showUsage = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { month = monthOf(ports.now()) } = incoming.query;
  if (!/^20\d\d-(?:0[1-9]|1[0-2])$/u.test(month)) return invalid({ month: 'Write it as 2026-11.' });
  return { status: 200, json: { month, packages: await ports.usage.list(account.accountId, month) } };
};
