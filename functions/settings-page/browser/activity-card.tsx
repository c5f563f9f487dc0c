import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ActivityKind } from '#shared/domain/activity.ts';
import { activityRows } from './activity-csv.ts';
import { detailOf, titleOf, whoMoved } from './activity-detail.ts';
import { nameOf } from './activity-log.ts';
import { activityFilters, whoDid, activityWords as words } from './activity-texts.ts';
import type { Activities, ActivityLine } from './candidates-contract.ts';
import type { Overview } from './contract.ts';
import { csvOf } from './csv.ts';
import { keptChoice } from './kept-choice.ts';
import type { Loaded } from './loaded.ts';
import type { Model } from './model.ts';
import { ActionButton, Card, Moment, OpportunityLink } from './parts.tsx';
import { saveFile } from './save-file.ts';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

const keptFilter = keptChoice('activity-filter', activityFilters);

const problemKinds: readonly ActivityKind[] = activityFilters.find(({ isProblem }) => isProblem)?.kinds ?? [];

/** What happened, newest first, page by page. */
export const ActivityCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const { shown, chosen, show, older } = model.activity;
  const showOlder = useAction(older);
  const linesRead = useSignal(0);
  const download = useAction(async () => {
    linesRead.value = 0;
    const lines = await model.activity.all((count) => (linesRead.value = count));
    const day = new Date().toISOString().slice(0, 10);
    if (lines.length > 0) saveFile(`lever-activity-${day}.csv`, csvOf(activityRows(lines, overview)));
  });
  const choose = (filter: number): void => {
    keptFilter.keep(filter);
    void show(filter);
  };
  useEffect(() => void show(keptFilter.read()), []);
  const isEmpty = shown.value.state === 'ready' && shown.value.value.activities.length === 0;
  return (
    <Card
      id="activity"
      title={words.title}
      aside={
        isEmpty ? null : (
          <ActionButton action={download} label={words.download} busyLabel={words.downloading(linesRead.value)} />
        )
      }
    >
      <fieldset class="filters">
        <legend class="unseen">{words.filter}</legend>
        {activityFilters.map(({ name }, index) => (
          <label key={name}>
            <input type="radio" name="activity" checked={chosen.value === index} onChange={() => choose(index)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <p class="unseen" role="status">
        {shown.value.state === 'ready' ? words.count(shown.value.value.activities.length) : ''}
      </p>
      <div aria-busy={shown.value.state === 'loading'}>
        <Found
          loaded={shown.value}
          overview={overview}
          isFiltered={chosen.value > 0}
          retry={() => void show(chosen.value)}
        />
      </div>
      {shown.value.state === 'ready' && shown.value.value.next !== null ? (
        <div class="actions">
          <ActionButton action={showOlder} label={words.older} busyLabel={texts.loading} />
        </div>
      ) : null}
    </Card>
  );
};

const Found = (props: { loaded: Loaded<Activities>; overview: Overview; isFiltered: boolean; retry: () => void }) => {
  if (props.loaded.state === 'loading') return <p class="quiet">{texts.loading}</p>;
  if (props.loaded.state === 'failed')
    return (
      <p class="fault" role="alert">
        {words.failed} {props.loaded.failure.message}{' '}
        <button type="button" class="link" onClick={props.retry}>
          {texts.retry}
        </button>
      </p>
    );
  const { activities } = props.loaded.value;
  const isConnected = props.overview.connection.state === 'connected';
  if (activities.length === 0)
    return <p class="empty">{props.isFiltered ? words.emptyFilter : words.empty(isConnected)}</p>;
  return (
    <ol class="activities">
      {activities.map((activity) => (
        <Line key={nameOf(activity)} activity={activity} overview={props.overview} />
      ))}
    </ol>
  );
};

const Line = ({ activity, overview }: { activity: ActivityLine; overview: Overview }) => (
  <li class={problemKinds.includes(activity.kind) ? 'activity bad' : 'activity'}>
    <span class="when">
      <Moment at={activity.at} />
    </span>
    <span class="what">
      <strong>{titleOf(activity)}</strong>
      {activity.detail === null ? null : <span> · {detailOf(activity)}</span>}
      {activity.by === null ? null : (
        <span class="quiet"> {whoDid(activity.by, activity.byName, overview.user.id)}</span>
      )}
      {activity.movedBy === undefined ? null : <span class="quiet"> {whoMoved(activity.movedBy)}</span>}
      {activity.opportunityId === null ? null : (
        <span class="about quiet">
          {words.opportunity} <OpportunityLink overview={overview} opportunityId={activity.opportunityId} />
        </span>
      )}
    </span>
  </li>
);
