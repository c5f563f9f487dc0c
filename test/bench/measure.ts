import type { World } from '../end-to-end/from-outside/world.ts';
import { say } from './say.ts';

/** How many dead letters lie in all queues of the running system. */
export const deadLettersOf = async ({ system }: World): Promise<number> =>
  Object.values((await system.state()).queues).reduce((sum, { dead }) => sum + dead, 0);

/** Does the measuring in its world, says what broke it off, and ends the process: with 0 only where all was as wanted. */
export const measure = async (world: World, isAsWanted: () => Promise<boolean>): Promise<never> => {
  try {
    process.exitCode = (await isAsWanted()) ? 0 : 1;
  } catch (error) {
    say(`It broke off: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  }
  await world.stop();
  process.exit();
};
