import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ApiFailure } from './call-api.ts';
import type { Overview } from './contract.ts';
import { texts } from './texts.ts';
import type { Action } from './use-action.ts';

/** A part of the page under a heading of its own. */
export const Card = (props: { id: string; title: string; aside?: ComponentChildren; children: ComponentChildren }) => (
  <section class="card" id={props.id} aria-labelledby={`${props.id}-title`}>
    <header class="card-head">
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.aside}
    </header>
    {props.children}
  </section>
);

/** A state in a word, with a colour that only repeats it. */
export const Badge = ({ tone, children }: { tone: 'good' | 'bad' | 'idle'; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** A button that starts an action: says that it is under way, and what went wrong. */
export const ActionButton = (props: { action: Action; label: string; busyLabel?: string; kind?: string }) => (
  <>
    <button type="button" class={props.kind ?? ''} aria-disabled={props.action.isBusy} onClick={props.action.run}>
      {props.action.isBusy ? (props.busyLabel ?? props.label) : props.label}
    </button>
    <FailureText failure={props.action.failure} />
  </>
);

/** What went wrong, where it went wrong. That the sign-in has ended is said at the top of the page instead. */
export const FailureText = ({ failure }: { failure: ApiFailure | null }) =>
  failure === null || failure.kind === 'signed_out' ? null : (
    <p class="fault" role="alert">
      {failure.message}
    </p>
  );

/** An opportunity by its id, which leads to it in Lever. */
export const OpportunityLink = ({ overview, opportunityId }: { overview: Overview; opportunityId: string }) => (
  <a
    class="id"
    href={`${overview.connection.candidatesUrl}${encodeURIComponent(opportunityId)}`}
    target="_blank"
    rel="noreferrer"
  >
    {opportunityId}
  </a>
);

/** A moment, in the words and the order of the reader's own language. */
export const Moment = ({ at }: { at: number | null }) =>
  at === null ? (
    <span class="quiet">{texts.never}</span>
  ) : (
    <time dateTime={new Date(at).toISOString()}>{momentFormat.format(at)}</time>
  );

const momentFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A question that must be answered before anything else; Escape is the careful answer. */
export const Question = (props: {
  title: string;
  children: ComponentChildren;
  yes: string;
  no: string;
  isDangerous?: boolean;
  action: Action;
  onNo: () => void;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="question-title"
      aria-describedby="question-text"
      onCancel={(event) => {
        event.preventDefault();
        props.onNo();
      }}
    >
      <h2 id="question-title">{props.title}</h2>
      <div id="question-text">{props.children}</div>
      <FailureText failure={props.action.failure} />
      <div class="actions">
        <button type="button" onClick={props.onNo}>
          {props.no}
        </button>
        <button
          type="button"
          class={props.isDangerous === true ? 'danger' : 'primary'}
          aria-disabled={props.action.isBusy}
          onClick={props.action.run}
        >
          {props.yes}
        </button>
      </div>
    </dialog>
  );
};
