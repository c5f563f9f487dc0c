import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeAtomically } from './write-atomically.ts';

export type Clock = {
  /** Milliseconds since the epoch, shifted by everything that was let pass. */
  now(): number;
  /** How far this clock runs ahead of the machine's, in milliseconds. */
  offsetMs(): number;
  advance(ms: number): void;
  /** Calls the listener after every advance, until the returned function is called. */
  onAdvance(listener: () => void): () => void;
};

/** The one clock that the runner, the emulators and the sandboxes share; with a file, time does not run back at a restart. */
export const openClock = (file: string | undefined): Clock => {
  let offset =
    file !== undefined && existsSync(file)
      ? z.object({ offsetMs: z.number() }).parse(JSON.parse(readFileSync(file, 'utf8'))).offsetMs
      : 0;
  const listeners = new Set<() => void>();
  return {
    now: () => Date.now() + offset,
    offsetMs: () => offset,
    advance(ms) {
      offset += ms;
      if (file !== undefined) writeAtomically(file, JSON.stringify({ offsetMs: offset }));
      for (const listener of [...listeners]) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
