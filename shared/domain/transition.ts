import type { OpportunityRecord } from './opportunity-record.ts';

/** What is worth telling once the record is saved; the table of events says to whom. */
export type RecordEventCode =
  | 'check_requested'
  | 'check_claimed'
  | 'check_started'
  | 'check_adopted'
  | 'check_followed'
  | 'order_uncertain'
  | 'problem_found'
  | 'cap_reached'
  | 'stage_change_ignored'
  | 'entry_ignored'
  | 'check_status_changed'
  | 'report_available'
  | 'stage_moved'
  | 'stage_not_moved'
  | 'record_erased'
  | 'retry_scheduled'
  | 'work_overdue'
  | 'order_refused'
  | 'turn_token_refused'
  | 'order_paused';

/** What is to be done once the record is saved. The record's own schedule makes up for a crash in between. */
export type Effect =
  | { readonly kind: 'enqueue_decision' }
  | { readonly kind: 'enqueue_sync' }
  /** Whoever synced must do so once more: there is news. */
  | { readonly kind: 'sync_again' }
  | {
      readonly kind: 'emit';
      readonly code: RecordEventCode;
      readonly referenceId?: string;
      readonly reason?: string;
      readonly seconds?: number;
      readonly detail?: string | null;
      readonly by?: string;
      readonly movedBy?: string;
    };

export type Transition = { readonly record: OpportunityRecord; readonly effects: readonly Effect[] };
