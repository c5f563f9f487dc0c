import { type EventRow, emitEvents } from './emit.ts';

/** What the function tells that takes Turn's callbacks. The log alone hears of it. */
export const eventsOfCallbacks = {
  callback_refused: { level: 'warn' },
  callback_accepted: { level: 'info' },
  callback_gathered: { level: 'info' },
  callback_unknown: { level: 'warn', metric: 'UnknownCallback' },
  ...emitEvents,
} as const satisfies Record<string, Pick<EventRow, 'level' | 'metric'>>;

export type CallbackEventCode = keyof typeof eventsOfCallbacks;
