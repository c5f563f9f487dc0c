import { startSandboxServer } from './sandbox-server.ts';
import { createTurnModel, type TurnModel } from './turn-model.ts';
import { startDispatcher } from './webhook-dispatcher.ts';

/** Turn on loopback; `apiUrl` ends in `/v1`. */
export type TurnSandbox = { apiUrl: string; model: TurnModel; stop(): Promise<void> };

/** Starts Turn's sandbox on a free port (or the given one), empty; callbacks go out by themselves. */
export const startTurnSandbox = async (
  options: { port?: number; now?: () => number; readDelayMs?: number } = {},
): Promise<TurnSandbox> => {
  const { port = 0, now = Date.now, readDelayMs = 0 } = options;
  const model = createTurnModel({ now, random: Math.random, readDelayMs });
  const server = await startSandboxServer({ port, handle: model.handle });
  const dispatcher = startDispatcher(model.outbox, 'Turn');
  return {
    apiUrl: `${server.origin}/v1`,
    model,
    stop: () => {
      dispatcher.stop();
      return server.stop();
    },
  };
};
