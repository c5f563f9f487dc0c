/** Says whether one more request fits just now. */
export type TokenBucket = { take(): boolean };

/** A bucket that holds `burst` requests and fills by `perSecond`. Lever: 10 a second, bursts to 20. */
export const createTokenBucket = (options: { now: () => number; perSecond: number; burst: number }): TokenBucket => {
  let held = options.burst;
  let filledAt = options.now();
  return {
    take: () => {
      const at = options.now();
      held = Math.min(options.burst, held + (Math.max(0, at - filledAt) / 1000) * options.perSecond);
      filledAt = at;
      if (held < 1) return false;
      held -= 1;
      return true;
    },
  };
};
