import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Overview } from './contract.ts';
import type { Model } from './model.ts';
import { ActionButton, OpportunityLink, Question } from './parts.tsx';
import { texts } from './texts.ts';
import type { InStage, Requested } from './try-contract.ts';
import { backfillTexts as words } from './try-texts.ts';
import { useAction } from './use-action.ts';

type Candidate = InStage['candidates'][number];
type Listed = { readonly candidates: readonly Candidate[]; readonly isComplete: boolean };

/** Those who were in the stage already, of whom a Super Admin may have checks requested. Nothing where there are none. */
export const Backfill = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { alreadyInStage, user } = overview;
  const form = model.form.value;
  const listed = useSignal<Listed | null>(null);
  const said = useSignal<string | null>(null);
  const saidAt = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that was pressed may be gone with those it was for.
    if (said.value !== null && listed.value === null) saidAt.current?.focus();
  }, [said.value, listed.value]);
  const list = useAction(async () => {
    said.value = null;
    const { json } = await model.ask<InStage>('GET', '/api/in-stage');
    const candidates = json.candidates.filter(({ standing }) => standing === 'left_out');
    if (candidates.length > 0) listed.value = { candidates, isComplete: json.isComplete };
    else {
      said.value = words.nobody;
      await model.refresh();
    }
  });
  const request = useAction(async () => {
    const candidates = (listed.value?.candidates ?? []).map(({ opportunityId, enteredAt }) => ({
      opportunityId,
      enteredAt,
    }));
    const { json } = await model.ask<Requested>('POST', '/api/backfill', { body: { candidates } });
    await model.refresh().catch(() => undefined);
    listed.value = null;
    said.value = json.failed === 0 ? words.done(json) : words.partly(json);
  });
  const count = alreadyInStage?.count ?? 0;
  if (!user.maySettle || (count === 0 && said.value === null)) return null;
  const { triggerStages, hourlyCap } = form.state === 'ready' ? form.value.saved : { triggerStages: [], hourlyCap: '' };
  const stages = triggerStages.map(({ name }) => name);
  return (
    <div class="backfill" id="backfill">
      {count === 0 ? null : (
        <>
          <p>{words.notice(count, alreadyInStage?.isComplete ?? true, stages)}</p>
          <ActionButton action={list} label={words.check} busyLabel={words.loading} />
        </>
      )}
      <p role="status" tabIndex={-1} ref={saidAt} class={said.value === null ? 'unseen' : ''}>
        {said.value}
      </p>
      {listed.value === null ? null : (
        <Question
          title={words.title(listed.value.candidates.length)}
          yes={words.confirm(listed.value.candidates.length)}
          no={texts.cancel}
          action={request}
          onNo={() => (listed.value = null)}
        >
          <Confirmation
            overview={overview}
            listed={listed.value}
            hourlyCap={Number(hourlyCap) || (overview.defaultHourlyCap ?? 0)}
          />
        </Question>
      )}
    </div>
  );
};

/** What the person confirms: how many, of which packages, how fast, and who they are. */
const Confirmation = (props: { overview: Overview; listed: Listed; hourlyCap: number }) => {
  const { candidates, isComplete } = props.listed;
  const starting = candidates.filter(({ would }) => would === 'start');
  return (
    <>
      <p>{words.text}</p>
      <ul>
        {[...countBy(starting, ({ packageId }) => packageId)].map(([packageId, count]) => (
          <li key={packageId}>{words.of(count, packageId)}</li>
        ))}
        {[...countBy(candidates, ({ would }) => would)].map(([would, count]) =>
          would === null || would === 'start' ? null : <li key={would}>{words.problem(count, would)}</li>,
        )}
      </ul>
      {props.hourlyCap > 0 ? <p>{words.cap(starting.length, props.hourlyCap)}</p> : null}
      {isComplete ? null : <p>{words.first}</p>}
      <details>
        <summary>{words.who}</summary>
        <ol class="ids">
          {candidates.map(({ opportunityId }) => (
            <li key={opportunityId}>
              <OpportunityLink overview={props.overview} opportunityId={opportunityId} />
            </li>
          ))}
        </ol>
      </details>
    </>
  );
};

const countBy = <T,>(items: readonly T[], keyOf: (item: T) => string | null): Map<string | null, number> => {
  const counts = new Map<string | null, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};
