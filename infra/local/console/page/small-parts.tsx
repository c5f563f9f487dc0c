import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { view } from './live-view.ts';
import { shownTime } from './times.ts';

const statusTones: Record<string, string> = { clear: 'good', error: 'bad', rejected: 'bad', withdrawn: 'quiet' };

const tagTone = (tag: string): string => {
  const [, status] = /^TurnStatus:(.+)$/.exec(tag) ?? [];
  if (status !== undefined) return statusTones[status] ?? (/consider|notice|review/.test(status) ? 'warn' : 'busy');
  return /^turnpackage:/i.test(tag) ? 'package' : 'other';
};

/** A tag as Lever shows it; ours and the package's stand out. */
export const Tag = ({ tag, children }: { tag: string; children?: ComponentChildren }) => (
  <span class={`tag ${tagTone(tag)}`}>
    <span>{tag}</span>
    {children}
  </span>
);

/** A moment by the stack's clock. */
export const Moment = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()}>{shownTime(at, view.value?.clockOffsetMs ?? 0)}</time>
);

/** Text whose addresses are links. */
export const LinkedText = ({ text }: { text: string }) => (
  <p class="linked-text">
    {text.split(/(https?:\/\/[^\s]+)/).map((part, at) =>
      at % 2 === 0 ? (
        part
      ) : (
        <a key={part} href={part} target="_blank" rel="noreferrer">
          {part}
        </a>
      ),
    )}
  </p>
);

/** Copies a text, and says for a moment that it did. */
export const CopyButton = ({ text, what }: { text: string; what: string }) => {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      class="small"
      aria-label={`Copy ${what}`}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1_500);
        });
      }}
    >
      <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
    </button>
  );
};

/** A button for what cannot be undone: the second press does it. */
export const CarefulButton = ({ label, question, onSure }: { label: string; question: string; onSure: () => void }) => {
  const [isAsking, setAsking] = useState(false);
  return (
    <button
      type="button"
      class={isAsking ? 'danger' : 'quiet-danger'}
      onBlur={() => setAsking(false)}
      onClick={() => {
        if (isAsking) onSure();
        setAsking(!isAsking);
      }}
    >
      {isAsking ? question : label}
    </button>
  );
};

/** One line of text with a button; follows the value from outside while nobody types. */
export const OneField = (props: {
  label: string;
  value: string;
  button: string;
  onSave: (value: string) => void;
  placeholder?: string;
  list?: string;
  clears?: boolean;
  isLabelHidden?: boolean;
}) => {
  const { label, value, button, onSave, placeholder, list, clears = false, isLabelHidden = false } = props;
  const [typed, setTyped] = useState(value);
  const seen = useRef(value);
  useEffect(() => {
    if (seen.current === value) return;
    seen.current = value;
    setTyped(value);
  }, [value]);
  return (
    <form
      class="one-field"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(typed.trim());
        if (clears) setTyped('');
      }}
    >
      <label>
        <span class={isLabelHidden ? 'unseen' : 'label'}>{label}</span>
        <input
          type="text"
          value={typed}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(list === undefined ? {} : { list })}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={typed.trim() === value.trim()}>
        {button}
        <span class="unseen"> {label}</span>
      </button>
    </form>
  );
};

/** A choice that is only made when its button is pressed: arrow keys may wander. */
export const ChooseAndDo = (props: {
  label: string;
  options: readonly { id: string; name: string }[];
  value: string;
  button: string;
  onDo: (id: string) => void;
}) => {
  const { label, options, value, button, onDo } = props;
  const [chosen, setChosen] = useState(value);
  useEffect(() => setChosen(value), [value]);
  return (
    <form
      class="choose-and-do"
      onSubmit={(event) => {
        event.preventDefault();
        onDo(chosen);
      }}
    >
      <select aria-label={label} value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {chosen !== value && (
        <button type="submit" class="primary small" aria-label={`${button}: ${label}`}>
          {button}
        </button>
      )}
    </form>
  );
};

/** A switch with its words beside it. */
export const Switch = ({ label, on, onSwitch }: { label: string; on: boolean; onSwitch: (on: boolean) => void }) => (
  <label class="switch">
    <input type="checkbox" checked={on} onChange={({ currentTarget }) => onSwitch(currentTarget.checked)} />
    <span>{label}</span>
  </label>
);
