import { startCourier } from './courier.ts';
import { createLeverModel, type LeverModel } from './lever-model.ts';
import { startSandboxServer } from './sandbox-server.ts';

/** Lever on loopback; `apiUrl` ends in `/v1`, tokens come from `{authUrl}/oauth/token`. */
export type LeverSandbox = { apiUrl: string; authUrl: string; model: LeverModel; stop(): Promise<void> };

/** Starts Lever's sandbox on a free port (or the given one), empty; webhooks go out by themselves. */
export const startLeverSandbox = async (
  options: { port?: number; now?: () => number; retryWaitsMs?: readonly number[] } = {},
): Promise<LeverSandbox> => {
  const { port = 0, now = Date.now, retryWaitsMs } = options;
  const model = createLeverModel({ now, random: Math.random, ...(retryWaitsMs && { retryWaitsMs }) });
  const server = await startSandboxServer({ port, handle: model.handle });
  const courier = startCourier(model.outbox, 'Lever-Webhooks');
  return {
    apiUrl: `${server.origin}/v1`,
    authUrl: server.origin,
    model,
    stop: () => {
      courier.stop();
      return server.stop();
    },
  };
};
