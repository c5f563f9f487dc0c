import type { LeverModel } from '../sandbox/lever-model.ts';
import type { TurnModel } from '../sandbox/turn-model.ts';
import { createNotebook, type LoggedEvent, type Notebook } from './notebook.ts';
import { watchDeliveries, watchRefusals } from './watch-calls.ts';
import { watchConnection } from './watch-connection.ts';
import { watchCandidates, watchNotes, watchTags } from './watch-lever.ts';
import { watchChecks } from './watch-turn.ts';

/** What happened in both sandboxes, in plain words, in the order in which one thing leads to another. */
export type EventLog = {
  /** Newest first. */
  entries(): readonly LoggedEvent[];
  /** Compares the sandboxes with what was seen last and writes down the difference. */
  look(): void;
  /** Something that the console itself has to say. */
  tell(text: string, candidateId?: string): void;
};

/** An event log that begins now: what the sandboxes hold already is no news. */
export const createEventLog = (lever: LeverModel, turn: TurnModel, now: () => number): EventLog => {
  const notebook = createNotebook(now);
  const lookInto = (pages: Notebook): void => {
    const organizations = lever.organizations();
    for (const organization of organizations) watchConnection(pages, lever, organization);
    for (const organization of organizations) watchCandidates(pages, organization);
    watchDeliveries(pages, 'lever', lever.outbox.deliveries, now());
    watchRefusals(pages, 'turn', turn.requests);
    watchRefusals(pages, 'lever', lever.requests);
    watchChecks(pages, turn.checks);
    watchDeliveries(pages, 'turn', turn.outbox.deliveries, now());
    for (const organization of organizations) watchTags(pages, organization);
    for (const organization of organizations) watchNotes(pages, organization);
  };
  lookInto({ ...notebook, write: () => undefined });
  return {
    entries: notebook.entries,
    look: () => lookInto(notebook),
    tell: (text, candidateId) => {
      lookInto(notebook);
      notebook.write({ source: 'console', text, candidateId: candidateId ?? null });
    },
  };
};
