import { signedBody } from '#infra/local/sandbox/lever-webhooks.ts';
import { createAccounts } from '#infra/operator/create-accounts.ts';
import type { Table } from '#shared/stores/table.ts';
import { callbackPathOf } from '#shared/turn/callback.ts';
import { createMemoryTable } from '../fakes/memory-table.ts';
import type { Customer, Ended } from './machine/customers.ts';
import { callbackSecret, functions, operatorPorts, tableAlone } from './machine/functions.ts';
import type { Service } from './machine/service.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Fewer than are ever kept of one kind: of more, the oldest may have ended sooner. */
const surelyKept = 3;

/** 5: what was replaced is believed for two weeks more, and then no longer. */
export const judgeEnded = async (service: Service): Promise<void> => {
  for (const customer of service.customers) {
    for (const ended of customer.ended) {
      const later = customer.ended.filter(({ kind, at }) => kind === ended.kind && at > ended.at);
      if (await isBelieved(service, customer, ended, ended.at + 14 * dayMs + 1))
        service.violate(`5: a ${ended.kind} is believed two weeks after it was replaced`);
      if (later.length <= surelyKept && !(await isBelieved(service, customer, ended, ended.at + 13 * dayMs)))
        service.violate(`5: a ${ended.kind} is refused within two weeks after it was replaced`);
    }
  }
  if (service.customers.some(({ ended }) => ended.length > 0)) await judgeDeleted(service);
};

/** 5: what belonged to an account that was deleted is believed by none that is created again under its id. */
const judgeDeleted = async (service: Service): Promise<void> => {
  const memory = createMemoryTable();
  const accountId = 'acct_reborn';
  let now = service.now();
  const create = async (webhookSecret: string): Promise<string> => {
    const outside = tableAlone({ ...service, memory, now: () => now }, service.newId);
    const stack = {
      ...operatorPorts(outside),
      callbackPathOf: async (account: Parameters<typeof callbackPathOf>[1]) => callbackPathOf(callbackSecret, account),
    };
    const [created] = await createAccounts(
      [{ accountId, name: 'Reborn', turnApiToken: 'token', webhookSecret }],
      stack,
    );
    return created?.turnCallbackPath ?? '';
  };
  // The same process all the time: what it remembers of an account ends too.
  const asks = askedOf({ ...service, memory, now: () => now });
  const believes = (kind: Ended['kind'], value: string): Promise<boolean> => asks(accountId, { kind, value });
  const secrets = ['first-secret-of-the-account', 'second-secret-of-the-account'] as const;
  const first = await create(secrets[0]);
  if (!(await believes('path', first)) || !(await believes('secret', secrets[0])))
    service.violate('5: what an account was created with is refused');
  for (const item of memory.items.values()) await memory.remove(item);
  now += hourMs;
  const second = await create(secrets[1]);
  if (first === second || (await believes('path', first)) || (await believes('secret', secrets[0])))
    service.violate('5: what a deleted account had is believed of the one that was created anew');
  if (!(await believes('path', second)) || !(await believes('secret', secrets[1])))
    service.violate('5: what an account was created with is refused');
};

const isBelieved = async (service: Service, { accountId }: Customer, ended: Ended, at: number): Promise<boolean> => {
  const memory = createMemoryTable();
  for (const item of service.memory.items.values()) await memory.overwrite(item);
  return askedOf({ ...service, memory, now: () => at })(accountId, ended);
};

/** A process of each public function. Asks it what it says to a test delivery signed with the secret, or to a callback at the path. */
const askedOf = (
  given: Pick<Service, 'cipher' | 'maintenanceMs' | 'newId' | 'now'> & { readonly memory: Table },
): ((accountId: string, asked: Pick<Ended, 'kind' | 'value'>) => Promise<boolean>) => {
  const outside = tableAlone(given, given.newId);
  const calls = { secret: functions['webhook-verify'](outside), path: functions['status-callback'](outside) };
  return async (accountId, { kind, value }) => {
    const key = kind === 'path' ? value.split('/').at(-1) : undefined;
    const delivery = { event: 'candidateStageChange', data: {}, triggeredAt: given.now(), token: 'ab'.repeat(24) };
    const body = kind === 'secret' ? signedBody({ ...delivery, signatureToken: value }) : '{"worker_id":"nobody"}';
    const event = { pathParameters: { account: accountId, key }, queryStringParameters: {}, headers: {}, body };
    const answer = (await calls[kind]({ ...event, requestContext: {} })) as { statusCode: number };
    return answer.statusCode === 200;
  };
};
