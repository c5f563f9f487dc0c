import { createFaults, type Failure, type Faults } from './faults.ts';

/** A request as the models see it: no sockets, no headers but the one that matters. */
export type SandboxRequest = {
  method: string;
  /** Without origin and version: `/opportunities/…`. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  /** Parsed JSON or form fields; undefined where there was none or it was unreadable. */
  body: unknown;
};

/** JSON, or for a browser: a page, or another place to go. */
export type Answer = { status: number; body?: unknown; html?: string; location?: string };

/** What the caller experiences: an answer, silence until it gives up, or a cut line. */
export type Outcome = ({ kind: 'answer' } & Answer) | { kind: 'silence' } | { kind: 'drop' };

/** One line of the request log: never a query or a body, which hold personal data. */
export type LoggedRequest = {
  method: string;
  path: string;
  status: Failure;
  at: number;
  account: string | undefined;
};

export type Exchange = Pick<Faults, 'failNext' | 'clearFaults'> & {
  requests: LoggedRequest[];
  handle(request: SandboxRequest): Outcome;
};

/** Puts the request log and the injected faults around a model's own answers. */
export const createExchange = (options: {
  now: () => number;
  identify(request: SandboxRequest): string | undefined;
  answer(request: SandboxRequest): Answer;
  /** How the vendor words an error. */
  errorBody: unknown;
}): Exchange => {
  const faults = createFaults();
  const requests: LoggedRequest[] = [];
  return {
    failNext: faults.failNext,
    clearFaults: faults.clearFaults,
    requests,
    handle: (request) => {
      const account = options.identify(request);
      const { method, path } = request;
      const log = (status: Failure): void => {
        requests.push({ method, path, status, at: options.now(), account });
      };
      const fault = faults.take({ method, path, account });
      if (fault !== undefined && fault.failure !== 'lost-answer') {
        log(fault.failure);
        if (fault.failure === 'timeout') return { kind: 'silence' };
        if (fault.failure === 'drop') return { kind: 'drop' };
        if (fault.html !== undefined) return { kind: 'answer', status: fault.failure, html: fault.html };
        if (fault.location !== undefined) return { kind: 'answer', status: fault.failure, location: fault.location };
        return { kind: 'answer', status: fault.failure, body: fault.body ?? options.errorBody };
      }
      const answer = options.answer(request);
      log(fault?.failure ?? answer.status);
      return fault === undefined ? { kind: 'answer', ...answer } : { kind: 'drop' };
    },
  };
};
