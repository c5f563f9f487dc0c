import { Failure } from '#shared/domain/failure.ts';

/** Whoever loses so often in a row has come upon something other than a race. */
const mostTries = 20;

/** What an attempt to read, change and save answers, which is undefined where somebody was faster: then it is made again. Throws `write_conflict` after many tries, in these words. */
export const untilSaved = async <T>(message: string, attempt: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < mostTries; tries++) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new Failure('write_conflict', message);
};
