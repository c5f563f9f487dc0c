import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Candidate, CandidateState } from '#shared/domain/candidate-state.ts';
import { detailOf, titleOf, whoMoved } from './activity-detail.ts';
import { whoDid } from './activity-texts.ts';
import type { CandidateStory, PackageNames, TimelineLine } from './candidates-contract.ts';
import { packageText, stateName, stateText, candidateWords as words } from './candidates-texts.ts';
import type { Overview } from './contract.ts';
import { type Loaded, load } from './loaded.ts';
import { Badge, Moment, OpportunityLink } from './parts.tsx';
import { texts } from './texts.ts';

/** One candidate: where they stand, and on request what happened when. `actions` is what can be done about them: it stands in the opened row. */
export const CandidateRow = (props: {
  candidate: Candidate;
  overview: Overview;
  packageNames: PackageNames;
  fetchStory: (opportunityId: string) => Promise<CandidateStory>;
  actions?: ComponentChildren;
}) => {
  const { candidate, overview, packageNames } = props;
  const { opportunityId, state, turnId, packageId, isFollowed } = candidate;
  const isOpen = useSignal(false);
  const text = stateText(state);
  const hasOrder = state.kind === 'check' || state.kind === 'ordering';
  const bodyId = `candidate-${opportunityId}`;
  return (
    <li class="candidate">
      <div class="candidate-head">
        <span class="standing">
          <Badge tone={toneOf(state)}>{stateName(state)}</Badge>
          {state.since === null ? null : (
            <span class="quiet">
              {words.since} <Moment at={state.since} />
            </span>
          )}
        </span>
        <button
          type="button"
          class="disclosure"
          aria-expanded={isOpen.value}
          aria-controls={bodyId}
          aria-label={words.timelineOf(opportunityId)}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          {words.timeline}
        </button>
      </div>
      {text === null ? null : <p>{text}</p>}
      <p class="candidate-facts quiet">
        <span>
          {words.opportunity} <OpportunityLink overview={overview} opportunityId={opportunityId} />
        </span>
        {turnId === null ? null : (
          <span>
            {words.turnId} <span class="id">{turnId}</span>
          </span>
        )}
        {hasOrder ? <span>{packageText(packageId, packageNames)}</span> : null}
        {isFollowed ? <span>{words.followed}</span> : null}
      </p>
      <div id={bodyId} class="candidate-body" hidden={!isOpen.value}>
        {isOpen.value ? <Story {...props} /> : null}
      </div>
    </li>
  );
};

const toneOf = ({ group, kind, code }: CandidateState): 'good' | 'bad' | 'idle' => {
  if (group === 'attention') return 'bad';
  return kind === 'check' && code === 'clear' ? 'good' : 'idle';
};

const Story = ({ candidate, overview, fetchStory, actions }: Parameters<typeof CandidateRow>[0]) => {
  const story = useSignal<Loaded<CandidateStory>>({ state: 'loading' });
  const read = (): void => void load(story, () => fetchStory(candidate.opportunityId));
  // Anew whenever the page has looked whether there is news.
  useEffect(read, [overview]);
  return (
    <>
      {actions === undefined ? null : <div class="candidate-actions actions">{actions}</div>}
      <div aria-busy={story.value.state === 'loading'}>
        <Told loaded={story.value} readerId={overview.user.id} retry={read} />
      </div>
    </>
  );
};

const Told = (props: { loaded: Loaded<CandidateStory>; readerId: string; retry: () => void }) => {
  const { loaded, readerId, retry } = props;
  if (loaded.state === 'loading') return <p class="quiet">{texts.loading}</p>;
  if (loaded.state === 'failed')
    return (
      <p class="fault" role="alert">
        {words.timelineFailed} {loaded.failure.message}{' '}
        <button type="button" class="link" onClick={retry}>
          {texts.retry}
        </button>
      </p>
    );
  const { timeline, isComplete } = loaded.value;
  if (timeline.length === 0) return <p class="quiet">{words.timelineEmpty}</p>;
  return (
    <>
      <ol class="timeline" aria-label={words.timeline}>
        {timeline.map((line) => (
          <Line key={`${line.at} ${line.kind} ${line.detail}`} line={line} readerId={readerId} />
        ))}
      </ol>
      {isComplete ? null : <p class="quiet">{words.timelineCut}</p>}
    </>
  );
};

const Line = ({ line, readerId }: { line: TimelineLine; readerId: string }) => {
  const { kind, at, by, byName, movedBy } = line;
  const mover = movedBy === undefined ? '' : ` ${whoMoved(movedBy)}`;
  const who = by === null ? mover : ` ${whoDid(by, byName, readerId)}`;
  return (
    <li>
      <span class="when">
        <Moment at={at} />
      </span>
      <span>
        {kind === 'moved_in' ? words.movedIn : titleOf({ ...line, kind })}
        {kind === 'moved_in' || line.detail === null ? null : ` · ${detailOf({ ...line, kind })}`}
        {who === '' ? null : <span class="quiet">{who}</span>}
      </span>
    </li>
  );
};
