import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Candidate } from '#shared/domain/candidate-state.ts';
import { CandidateActions } from './candidate-actions.tsx';
import { CandidateRow } from './candidate-row.tsx';
import type { PackageNames } from './candidates-contract.ts';
import { type CandidatesList, createCandidates } from './candidates-list.ts';
import { candidateFilters, candidateWords as words } from './candidates-texts.ts';
import { CheckAgain } from './check-again.tsx';
import type { Overview } from './contract.ts';
import { keptChoice } from './kept-choice.ts';
import type { Model } from './model.ts';
import { ActionButton, Card } from './parts.tsx';
import { texts } from './texts.ts';
import { UsageOfMonth } from './usage.tsx';
import { useAction } from './use-action.ts';

const keptFilter = keptChoice('candidates-filter', candidateFilters);

type Shown = {
  model: Model;
  overview: Overview;
};

/** The packages that the page knows by name. */
const namesOf = ({ packages }: Model): PackageNames => {
  const known = packages.list.value;
  if (known.state !== 'ready') return {};
  return Object.fromEntries(known.value.packages.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])));
};

/** What can be done about a candidate: look again, or ask something of Turn about the check. */
const OfferedActions = ({ model, candidate }: { model: Model; candidate: Candidate }) => {
  const { opportunityId, state, turnId } = candidate;
  if (state.kind === 'check')
    return <CandidateActions model={model} opportunityId={opportunityId} status={state.code} turnId={turnId} />;
  return state.group === 'ended' ? null : <CheckAgain model={model} opportunityId={opportunityId} />;
};

/** Where each candidate stands, page by page, and how many checks were started. For Super Admins. */
export const CandidatesCard = ({ model, overview }: Shown) => {
  const packageNames = namesOf(model);
  const list = useMemo(() => createCandidates(model.ask), []);
  useEffect(() => void list.show(keptFilter.read()), []);
  useEffect(() => void list.refresh().catch(() => undefined), [overview]);
  const choose = (filter: number): void => {
    keptFilter.keep(filter);
    void list.show(filter);
  };
  const loaded = list.shown.value;
  return (
    <Card id="candidates" title={words.title}>
      <div class="candidate-tools">
        <fieldset class="filters">
          <legend class="unseen">{words.filter}</legend>
          {candidateFilters.map(({ name }, index) => (
            <label key={name}>
              <input
                type="radio"
                name="candidates"
                checked={list.search.value === '' && list.chosen.value === index}
                onChange={() => choose(index)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
        <Search list={list} />
      </div>
      <p class="unseen" role="status">
        {loaded.state === 'ready' ? words.count(loaded.value.candidates.length) : ''}
      </p>
      <div aria-busy={loaded.state === 'loading'}>
        <Found model={model} list={list} overview={overview} packageNames={packageNames} />
      </div>
      <UsageOfMonth list={list} packageNames={packageNames} />
    </Card>
  );
};

const Search = ({ list }: { list: CandidatesList }) => {
  const typed = useSignal('');
  const { shown, search, chosen } = list;
  const failure = shown.value.state === 'failed' ? shown.value.failure : null;
  const fault = search.value === '' ? undefined : failure?.fields['search'];
  return (
    <search>
      <form
        class={fault === undefined ? 'candidate-search' : 'candidate-search faulty'}
        onSubmit={(event) => {
          event.preventDefault();
          void list.show(chosen.value, typed.value.trim());
        }}
      >
        <label for="candidate-search">{words.search}</label>
        <div class="joined">
          <input
            id="candidate-search"
            type="search"
            autocomplete="off"
            spellcheck={false}
            placeholder={words.searchHint}
            value={typed.value}
            aria-invalid={fault !== undefined}
            aria-describedby={fault === undefined ? undefined : 'candidate-search-fault'}
            onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          />
          <button type="submit">{words.find}</button>
          {search.value === '' ? null : (
            <button
              type="button"
              onClick={() => {
                typed.value = '';
                void list.show(chosen.value);
              }}
            >
              {words.clear}
            </button>
          )}
        </div>
        {fault === undefined ? null : (
          <p id="candidate-search-fault" class="fault" role="alert">
            {fault}
          </p>
        )}
      </form>
    </search>
  );
};

const Found = (props: { list: CandidatesList; overview: Overview; packageNames: PackageNames; model: Model }) => {
  const { model, list, overview, packageNames } = props;
  const { shown, search, chosen } = list;
  const showMore = useAction(list.more);
  const loaded = shown.value;
  if (loaded.state === 'loading') return <p class="quiet">{texts.loading}</p>;
  if (loaded.state === 'failed')
    return loaded.failure.fields['search'] === undefined ? (
      <p class="fault" role="alert">
        {words.failed} {loaded.failure.message}{' '}
        <button type="button" class="link" onClick={() => void list.show(chosen.value, search.value)}>
          {texts.retry}
        </button>
      </p>
    ) : null;
  const { candidates, order, next } = loaded.value;
  return (
    <>
      {order === 'id' ? <p class="quiet">{words.byId}</p> : null}
      {candidates.length === 0 ? <p class="empty">{emptyText(list, next, overview)}</p> : null}
      <ol class="candidates">
        {candidates.map((candidate) => (
          <CandidateRow
            key={candidate.opportunityId}
            candidate={candidate}
            overview={overview}
            packageNames={packageNames}
            fetchStory={list.story}
            actions={<OfferedActions model={model} candidate={candidate} />}
          />
        ))}
      </ol>
      {next === null ? null : (
        <div class="actions">
          <ActionButton action={showMore} label={words.more} busyLabel={texts.loading} />
        </div>
      )}
    </>
  );
};

const emptyText = ({ search, chosen }: CandidatesList, next: string | null, { connection }: Overview): string => {
  if (search.value !== '') return words.notFound;
  if (next !== null) return words.emptySoFar;
  return chosen.value > 0 ? words.emptyGroup : words.empty(connection.state === 'connected');
};
