import { createLeverModel, type LeverModel } from './lever-model.ts';
import { startSandboxServer } from './sandbox-server.ts';
import { startDispatcher } from './webhook-dispatcher.ts';

/** Lever on loopback; `apiUrl` ends in `/v1`, tokens come from `{authUrl}/oauth/token`. */
export type LeverSandbox = {
  apiUrl: string;
  authUrl: string;
  model: LeverModel;
  /** From now on a person who follows a link to a candidate is sent to this page, with `?candidate=` and the id. */
  showCandidatesAt(pageUrl: string): void;
  stop(): Promise<void>;
};

/** Starts Lever's sandbox on a free port (or the given one), empty; webhooks go out by themselves. */
export const startLeverSandbox = async (
  options: { port?: number; now?: () => number; retryWaitsMs?: readonly number[] } = {},
): Promise<LeverSandbox> => {
  const { port = 0, now = Date.now, retryWaitsMs } = options;
  const model = createLeverModel({ now, random: Math.random, ...(retryWaitsMs && { retryWaitsMs }) });
  let pageUrl: string | null = null;
  const handle: LeverModel['handle'] = (request) => {
    const candidateId = request.authorization === undefined && /^\/candidates\/([\w-]+)$/u.exec(request.path)?.[1];
    return candidateId && pageUrl !== null
      ? { kind: 'answer', status: 302, location: `${pageUrl}?candidate=${candidateId}` }
      : model.handle(request);
  };
  const server = await startSandboxServer({ port, handle });
  const dispatcher = startDispatcher(model.outbox, 'Lever-Webhooks');
  return {
    apiUrl: `${server.origin}/v1`,
    authUrl: server.origin,
    model,
    showCandidatesAt: (url) => {
      pageUrl = url;
    },
    stop: () => {
      dispatcher.stop();
      return server.stop();
    },
  };
};
