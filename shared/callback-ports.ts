import { createEmit, type LogOf } from '#shared/observability/emit.ts';
import { type CallbackEventCode, eventsOfCallbacks } from '#shared/observability/events-of-callbacks.ts';
import { createCallbackAddresses } from '#shared/stores/callback-addresses.ts';
import { createClaims } from '#shared/stores/claims.ts';
import { createHintStore } from '#shared/stores/hint-store.ts';
import { createWorkerLookup } from '#shared/stores/sharers.ts';
import type { ItemTable } from '#shared/stores/table.ts';
import type { World } from './world.ts';

/** As much of the world as the function needs that takes Turn's callbacks. */
type CallbackWorld = Pick<World, 'now' | 'secret'> & {
  readonly table: ItemTable;
  readonly queues: Pick<World['queues'], 'sync'>;
  readonly log: LogOf<CallbackEventCode>;
  readonly config: Pick<World['config'], 'gatherMs'>;
};

/** What the function works with that takes Turn's callbacks. It loads nothing else, for it is called by anybody at any time and starts cold. */
export type CallbackPorts = ReturnType<typeof createCallbackPorts>;

export const createCallbackPorts = ({ now, table, queues, log, config, secret }: CallbackWorld) => ({
  now,
  emit: createEmit(eventsOfCallbacks, log, []),
  /** What the keys in Turn's callback addresses are made from. */
  callbackSecret: () => secret('callbackKey'),
  callbackAddresses: createCallbackAddresses(table),
  claims: createClaims(table),
  sharers: { ofWorker: createWorkerLookup(table) },
  hints: createHintStore(table, { now, gatherMs: () => config.gatherMs, enqueueSync: queues.sync }),
});
