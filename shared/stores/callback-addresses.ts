import type { CallbackKey } from '#shared/domain/callback-keys.ts';
import { hasFields, isListOf, isNumber, isText, orNull, withShape } from '#shared/guards.ts';
import * as keys from './keys.ts';
import type { Table } from './table.ts';

/** Which callback address an account has: as much of it as tells whether a callback is Turn's. */
export type CallbackAddress = { readonly accountId: string; readonly callbackKeys: readonly CallbackKey[] };

const isAddress = hasFields<CallbackAddress>({
  accountId: isText,
  callbackKeys: isListOf(hasFields<CallbackKey>({ madeAt: isNumber, validUntil: orNull(isNumber) })),
});

/** The callback addresses of the accounts in the table. */
export const createCallbackAddresses = (table: Pick<Table, 'get'>) => ({
  /** Null where there is no such account. */
  async find(accountId: string): Promise<CallbackAddress | null> {
    const item = await table.get(keys.account(accountId));
    return item === null ? null : withShape(isAddress, item.content);
  },
});
