import type { LeverModel } from '../sandbox/lever-model.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';

export type Vendor = 'lever' | 'turn';
/** What becomes of the callbacks of the next change of a check. */
export type NextCallback = 'deliver' | 'lose' | 'double';

/** What Turn's and Lever's operators can do to the integration: move checks, lose callbacks, refuse, be down. */
export type TurnControls = {
  advance(workerId: string, state: string): void;
  recheck(workerId: string): void;
  nextCallback(): NextCallback;
  setNextCallback(next: NextCallback): void;
  refusesToken(): boolean;
  /** Ends the partners' tokens at Turn, or lets the same ones in again. */
  refuseToken(refuse: boolean): void;
  isDown(vendor: Vendor): boolean;
  /** Answers everything with 503 until it is up again. */
  setDown(vendor: Vendor, down: boolean): void;
};

/** The controls over both sandboxes. */
export const createTurnControls = (lever: LeverModel, turn: TurnModel): TurnControls => {
  const down = new Set<Vendor>();
  const heldTokens = new Map<string, string>();
  let next: NextCallback = 'deliver';

  const withCallbacks = (change: () => void): void => {
    const first = turn.outbox.deliveries.length;
    change();
    for (const { id } of turn.outbox.deliveries.slice(first)) {
      if (next === 'lose') turn.outbox.lose(id);
      if (next === 'double') turn.outbox.postAgain(id);
    }
    next = 'deliver';
  };

  return {
    advance: (workerId, state) => withCallbacks(() => turn.advance(workerId, state)),
    recheck: (workerId) => withCallbacks(() => turn.recheck(workerId)),
    nextCallback: () => next,
    setNextCallback: (chosen) => {
      next = chosen;
    },
    refusesToken: () => heldTokens.size > 0,
    refuseToken: (refuse) => {
      for (const partner of turn.partners) {
        const held = heldTokens.get(partner.id);
        if (refuse && held === undefined) {
          heldTokens.set(partner.id, partner.token);
          partner.token = `${partner.token}-renewed`;
        }
        if (!refuse && held !== undefined) partner.token = held;
      }
      if (!refuse) heldTokens.clear();
    },
    isDown: (vendor) => down.has(vendor),
    setDown: (vendor, isDown) => {
      const model = vendor === 'lever' ? lever : turn;
      model.clearFaults();
      if (!isDown) down.delete(vendor);
      else {
        down.add(vendor);
        model.failNext({ times: Number.POSITIVE_INFINITY, failure: 503 });
      }
    },
  };
};
