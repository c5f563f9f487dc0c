export type LoggedEvent = {
  id: number;
  at: number;
  /** Who did it. */
  source: 'lever' | 'turn' | 'integration' | 'console';
  tone: 'plain' | 'good' | 'bad';
  text: string;
  candidateId: string | null;
};
export type NewEntry = Omit<LoggedEvent, 'id' | 'at' | 'tone'> & { tone?: LoggedEvent['tone'] };

/** Remembers what was seen last, and keeps the newest entries, newest first. */
export type Notebook = {
  entries(): readonly LoggedEvent[];
  write(entry: NewEntry): void;
  /** What was seen under this key before (undefined the first time); keeps what is seen now. */
  swap(key: string, seen: string): string | undefined;
};

const mostEntries = 200;

/** An empty notebook. */
export const createNotebook = (now: () => number): Notebook => {
  const entries: LoggedEvent[] = [];
  const seenLast = new Map<string, string>();
  let written = 0;
  return {
    entries: () => entries,
    write: (entry) => {
      written += 1;
      entries.unshift({ tone: 'plain', ...entry, id: written, at: now() });
      entries.length = Math.min(entries.length, mostEntries);
    },
    swap: (key, seen) => {
      const before = seenLast.get(key);
      seenLast.set(key, seen);
      return before;
    },
  };
};
