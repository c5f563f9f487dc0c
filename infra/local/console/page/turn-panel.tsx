import type { CheckView, TurnView } from '../console-view.ts';
import { act, openById, openCandidateId } from './live-view.ts';
import { ChooseAndDo, CopyButton, Moment, Switch } from './small-parts.tsx';

const states = [
  'initiated',
  'emailed',
  'consent',
  'processing',
  'review',
  'review__identity',
  'review__compliance',
  'pending',
  'pending__first_notice',
  'pending__second_notice',
  'approved',
  'rejected',
  'withdrawn',
].map((state) => ({ id: state, name: state }));

/** The way of most checks. */
const usualNext: Record<string, string> = {
  initiated: 'emailed',
  emailed: 'consent',
  consent: 'processing',
  processing: 'approved',
  review: 'approved',
  pending: 'pending__first_notice',
  pending__first_notice: 'pending__second_notice',
  pending__second_notice: 'rejected',
};

const Check = ({ check }: { check: CheckView }) => {
  const { workerId, turnId, name, state, packageId, packageName, orderedAt, invitations, candidateId } = check;
  const next = usualNext[state];
  const isOpen = candidateId !== null && candidateId === openCandidateId.value;
  return (
    <li class={`check${isOpen ? ' open' : ''}`}>
      <p class="check-head">
        <button type="button" class="card-name" onClick={() => openById(candidateId)}>
          {name}
        </button>
        <span class={`state ${state.split('__')[0]}`}>{state}</span>
      </p>
      <p class="hint">
        {turnId} · {packageName} ({packageId}) · <Moment at={orderedAt} /> ·{' '}
        {invitations === 1 ? '1 e-mail sent' : `${invitations} e-mails sent`}
      </p>
      <div class="buttons">
        {next !== undefined && (
          <button
            type="button"
            class="primary small"
            onClick={() => void act({ do: 'advance', workerId, state: next })}
          >
            Next: {next}
            <span class="unseen"> for {name}</span>
          </button>
        )}
        <ChooseAndDo
          label={`State of ${name}’s check`}
          options={states.some(({ id }) => id === state) ? states : [...states, { id: state, name: state }]}
          value={state}
          button="Set"
          onDo={(chosen) => void act({ do: 'advance', workerId, state: chosen })}
        />
        {next === undefined && (
          <button type="button" class="small" onClick={() => void act({ do: 'recheck', workerId })}>
            Recheck<span class="unseen"> {name}</span>
          </button>
        )}
      </div>
    </li>
  );
};

const callbackChoices = [
  ['deliver', 'arrives'],
  ['lose', 'is lost'],
  ['double', 'doubles'],
] as const;

/** Turn's side: every check with its buttons, and what can go wrong there. */
export const TurnPanel = ({ turn }: { turn: TurnView }) => (
  <section class="turn" aria-labelledby="turn-title">
    <header class="side-head">
      <h2 id="turn-title">Turn controls</h2>
      <Switch label="out of order" on={turn.isDown} onSwitch={(on) => void act({ do: 'outage', vendor: 'turn', on })} />
    </header>

    <fieldset class="callbacks">
      <legend>The next callback</legend>
      {callbackChoices.map(([next, words]) => (
        <label key={next}>
          <input
            type="radio"
            name="next-callback"
            checked={turn.nextCallback === next}
            onChange={() => void act({ do: 'next-callback', next })}
          />
          {words}
        </label>
      ))}
    </fieldset>
    <Switch
      label="refuse the customer’s token"
      on={turn.refusesToken}
      onSwitch={(on) => void act({ do: 'refuse-token', on })}
    />

    <h3>Checks</h3>
    {turn.checks.length === 0 ? (
      <p class="empty-state">No check yet. Move a candidate into “Reference check”.</p>
    ) : (
      <ul class="checks">
        {turn.checks.map((check) => (
          <Check key={check.workerId} check={check} />
        ))}
      </ul>
    )}

    <h3>Packages</h3>
    <ul class="packages">
      {turn.packages.map(({ id, name, tag, isDefault }) => (
        <li key={id}>
          <span>
            {name} {isDefault && <span class="hint">Turn’s default</span>}
            <code>{tag}</code>
          </span>
          <CopyButton text={tag} what={`the tag of ${name}`} />
        </li>
      ))}
    </ul>
  </section>
);
