import type { TurnCheck } from './turn-records.ts';

type ToldOf = Pick<TurnCheck, 'workerId' | 'turnId' | 'referenceId' | 'state'>;

/** What Turn may send to the same address though it documents none of it: other events, other types of ids, other places for them. */
const bodies = {
  'another hook': ({ workerId, turnId }) => ({
    hook_type: 'MONITORING_TRIGGERED',
    worker_id: workerId,
    turn_id: turnId,
  }),
  'no status': ({ workerId, referenceId }) => ({
    partner_worker_status: null,
    worker_uuid: workerId,
    reference_id: referenceId,
  }),
  'no original state': ({ workerId, state }) => ({ state, worker_id: workerId }),
  'a state that is a number': ({ workerId }) => ({ original_state: 1, state: 2, worker_id: workerId }),
  'a worker alone': ({ workerId }) => ({ worker_id: workerId }),
  'a reference alone': ({ referenceId }) => ({ hook_type: 'UPDATED', reference_id: referenceId }),
  'a worker that is null': ({ state, referenceId }) => ({ worker_id: null, state, reference_id: referenceId }),
  'numbers for ids': ({ workerId, turnId }) => ({
    worker_id: workerId,
    turn_id: Number(turnId.slice(1)),
    reference_id: 4711,
  }),
  'a worker in an object': ({ workerId }) => ({ event: 'worker.updated', data: { worker_id: workerId } }),
  'a reference in an object': ({ referenceId }) => ({ event: 'updated', worker: { reference_id: referenceId } }),
} satisfies Record<string, (check: ToldOf) => object>;

export type OddCallback = keyof typeof bodies;

export const isOddCallback = (name: string): name is OddCallback => Object.hasOwn(bodies, name);
export const oddCallbacks: readonly OddCallback[] = Object.keys(bodies).filter(isOddCallback);

/** The body of an undocumented callback about this check. */
export const oddBody = (kind: OddCallback, check: ToldOf): object => bodies[kind](check);
