import { Failure } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { Effect, Transition } from '#shared/domain/transitions.ts';
import type { EnqueueWork, WorkItem } from '#shared/domain/work-item.ts';
import type { Emit } from '#shared/observability/events.ts';
import type { Loaded, OpportunityStore } from '#shared/stores/opportunity-store.ts';

/** The records of opportunities, and what their transitions ask to be done. */
export type Records = Omit<OpportunityStore, 'save'> & {
  /** Saves a transition of the record that was read, then does its effects. Null where somebody was faster: then nothing was saved or done. */
  commit(loaded: Loaded, transition: Transition): Promise<Loaded | null>;
  /** Applies a transition to whatever is stored, again if somebody was faster, then does its effects. Throws `write_conflict` after many tries. */
  apply(item: WorkItem, change: (record: OpportunityRecord) => Transition): Promise<Applied>;
};

/** `after` is `before` itself where the transition changed nothing. */
export type Applied = {
  readonly before: OpportunityRecord;
  readonly after: OpportunityRecord;
  readonly effects: readonly Effect[];
};

const mostTries = 20;

export const createRecords = (ports: {
  store: OpportunityStore;
  enqueueDecision: EnqueueWork;
  enqueueSync: EnqueueWork;
  emit: Emit;
}): Records => {
  const { save, ...store } = ports.store;

  const perform = async (effects: readonly Effect[], { accountId, opportunityId }: WorkItem): Promise<void> => {
    const item: WorkItem = { accountId, opportunityId };
    for (const effect of effects) {
      switch (effect.kind) {
        case 'enqueue_decision':
          await ports.enqueueDecision(item);
          break;
        case 'enqueue_sync':
          await ports.enqueueSync(item);
          break;
        case 'emit': {
          const { kind: _kind, code, ...fields } = effect;
          await ports.emit(code, { ...item, ...fields });
          break;
        }
        case 'sync_again':
          // For whoever committed it.
          break;
      }
    }
  };
  const commit: Records['commit'] = async (loaded, { record, effects }) => {
    const saved = record === loaded.record ? loaded : await save(loaded, record);
    if (saved !== null) await perform(effects, record);
    return saved;
  };
  return {
    ...store,
    commit,
    async apply(item, change) {
      for (let tries = 0; tries < mostTries; tries++) {
        const loaded = await store.load(item.accountId, item.opportunityId);
        const transition = change(loaded.record);
        if ((await commit(loaded, transition)) !== null) {
          return { before: loaded.record, after: transition.record, effects: transition.effects };
        }
      }
      throw new Failure('write_conflict', 'Too many others changed the same record.');
    },
  };
};
