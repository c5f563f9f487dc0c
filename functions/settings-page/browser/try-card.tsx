import { useSignal } from '@preact/signals';
import type { ApiFailure } from './call-api.ts';
import type { Overview } from './contract.ts';
import { Field } from './field.tsx';
import type { Model } from './model.ts';
import { ActionButton, Card, FailureText, Moment } from './parts.tsx';
import { PreviewResult } from './preview-result.tsx';
import type { InStage, Preview } from './try-contract.ts';
import { tryTexts as words } from './try-texts.ts';
import { type Action, useAction } from './use-action.ts';

/** What would happen to a candidate, without ordering anything: by a link, or chosen from those in the stage. */
export const TryCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const link = useSignal('');
  const fault = useSignal<string | undefined>(undefined);
  const preview = useSignal<Preview | null>(null);
  const attempt = useAction(async () => {
    preview.value = null;
    const candidate = link.value;
    const { json } = await model.ask<Preview>('POST', '/api/preview', { body: { candidate } });
    preview.value = json;
  });
  if (!overview.user.maySettle) return null;
  const tryIt = (candidate: string): void => {
    link.value = candidate;
    fault.value = candidate.trim() === '' ? words.missing : undefined;
    if (fault.value === undefined) attempt.run();
    else document.querySelector<HTMLElement>('#try-link')?.focus();
  };
  return (
    <Card id="try" title={words.title}>
      <p class="lead">{words.lead}</p>
      {overview.connection.state === 'connected' ? (
        <>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              tryIt(link.value);
            }}
          >
            <LinkField link={link} fault={fault.value ?? faultOf(attempt.failure)} attempt={attempt} />
          </form>
          <FailureText failure={faultOf(attempt.failure) === undefined ? attempt.failure : null} />
          <Picker model={model} onPick={tryIt} />
          <div class="preview" role="status" aria-label={words.result}>
            {preview.value === null ? null : <PreviewResult preview={preview.value} />}
          </div>
        </>
      ) : (
        <p>{words.notConnected}</p>
      )}
    </Card>
  );
};

const faultOf = (failure: ApiFailure | null): string | undefined => failure?.fields['candidate'];

const LinkField = (props: { link: { value: string }; fault: string | undefined; attempt: Action }) => (
  <Field id="try-link" label={words.link} hint={words.linkHint} fault={props.fault}>
    {(described) => (
      <div class="joined">
        <input
          {...described}
          type="text"
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          value={props.link.value}
          onInput={({ currentTarget }) => (props.link.value = currentTarget.value)}
        />
        <button type="submit" aria-disabled={props.attempt.isBusy}>
          {props.attempt.isBusy ? words.busy : words.go}
        </button>
      </div>
    )}
  </Field>
);

/** Those who are in the stage now, once somebody wants to see them. */
const Picker = ({ model, onPick }: { model: Model; onPick: (opportunityId: string) => void }) => {
  const listed = useSignal<InStage | null>(null);
  const list = useAction(async () => {
    listed.value = (await model.ask<InStage>('GET', '/api/in-stage')).json;
  });
  if (listed.value === null) {
    return (
      <div class="pick">
        <ActionButton action={list} kind="link" label={words.choose} busyLabel={words.busy} />
      </div>
    );
  }
  const { candidates, isComplete } = listed.value;
  if (candidates.length === 0) return <p class="pick quiet">{words.nobody}</p>;
  return (
    <div class="pick">
      <ul class="ids" aria-label={words.choose}>
        {candidates.map(({ opportunityId, enteredAt, standing }) => (
          <li key={opportunityId}>
            <button type="button" class="link id" onClick={() => onPick(opportunityId)}>
              {opportunityId}
            </button>{' '}
            <span class="quiet">
              {enteredAt === null ? (
                words.unknownTime
              ) : (
                <>
                  {words.since} <Moment at={enteredAt} />
                </>
              )}
              {words.standings[standing] === '' ? '' : ` · ${words.standings[standing]}`}
            </span>
          </li>
        ))}
      </ul>
      {isComplete ? null : <p class="hint">{words.more}</p>}
    </div>
  );
};
