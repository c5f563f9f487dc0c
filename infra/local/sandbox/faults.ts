/** A status to answer with, or: never answer, cut the line before any effect, cut it after the effect. */
export type Failure = number | 'timeout' | 'drop' | 'lost-answer';

/** What to do to the next `times` requests that match; `path` matches when the request's path contains it. */
export type Fault = {
  method?: string;
  path?: string;
  account?: string;
  times: number;
  failure: Failure;
  body?: unknown;
  /** What a firewall on the way answers instead: a page. */
  html?: string;
  /** Where the answer sends the caller instead. */
  location?: string;
};

/** Faults waiting for their request, oldest first. */
export type Faults = {
  failNext(fault: Fault): void;
  clearFaults(): void;
  /** The fault for this request, used up once. */
  take(request: { method: string; path: string; account: string | undefined }): Fault | undefined;
};

/** Fault injection, shared by both sandboxes. */
export const createFaults = (): Faults => {
  let waiting: Fault[] = [];
  return {
    failNext: (fault) => {
      waiting.push({ ...fault });
    },
    clearFaults: () => {
      waiting = [];
    },
    take: ({ method, path, account }) => {
      const found = waiting.find(
        (fault) =>
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || path.includes(fault.path)) &&
          (fault.account === undefined || fault.account === account),
      );
      if (!found) return undefined;
      found.times -= 1;
      if (found.times <= 0) waiting = waiting.filter((fault) => fault !== found);
      return found;
    },
  };
};
