import { useSignal } from '@preact/signals';
import type { TriggerStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';
import type { Stages } from './contract.ts';
import { FieldSet } from './field.tsx';
import type { Loaded } from './loaded.ts';
import type { Model } from './model.ts';
import { Moment } from './parts.tsx';
import { texts } from './texts.ts';

const words = texts.settings;
const agedMs = 10 * 60_000;

/** Whether a chosen stage and one of Lever's are the same: by id, or by name, for all stages of a name start checks. */
const isSame = (chosen: TriggerStage, stage: { id: string; name: string }): boolean =>
  chosen.id === stage.id || folded(chosen.name) === folded(stage.name);

/** The trigger stages: a searchable list of Lever's own, and names that Lever does not have yet. */
export const StagePicker = (props: {
  model: Model;
  chosen: readonly TriggerStage[];
  fault: string | undefined;
  isReadOnly: boolean;
  onChange: (stages: TriggerStage[]) => void;
}) => {
  const sought = useSignal('');
  const loaded = props.model.stages.value;
  const own = loaded.state === 'ready' ? loaded.value.stages : [];
  const isChosen = (stage: { id: string; name: string }): boolean => props.chosen.some((each) => isSame(each, stage));
  const remove = (stage: TriggerStage): void => props.onChange(props.chosen.filter((each) => each !== stage));
  const toggle = (stage: { id: string; name: string }): void =>
    props.onChange(
      isChosen(stage) ? props.chosen.filter((each) => !isSame(each, stage)) : [...props.chosen, { ...stage }],
    );
  const matching = own.filter(({ name }) => folded(name).includes(folded(sought.value)));
  const isNew =
    folded(sought.value) !== '' && [...own, ...props.chosen].every(({ name }) => folded(name) !== folded(sought.value));
  /** The stage that is meant beyond doubt: the one of this name, or the only one that the list has left. */
  const choose = (): void => {
    const [exact] = matching.filter(({ name }) => folded(name) === folded(sought.value));
    const [only, ...others] = matching;
    const found = exact ?? (others.length === 0 ? only : undefined);
    if (found === undefined) return;
    if (!isChosen(found)) toggle(found);
    sought.value = '';
  };
  const addNew = (): void => {
    props.onChange([...props.chosen, { id: null, name: sought.value.trim() }]);
    sought.value = '';
  };
  return (
    <FieldSet id="triggerStages" label={words.stage} hint={words.stageHint} fault={props.fault}>
      <ul class="chips">
        {props.chosen.map((stage) => (
          <Chosen
            key={`${stage.id} ${stage.name}`}
            stage={stage}
            loaded={loaded}
            isReadOnly={props.isReadOnly}
            remove={remove}
          />
        ))}
      </ul>
      {props.isReadOnly ? null : (
        <div class="picker">
          <input
            type="search"
            aria-label={words.stageSearch}
            placeholder={words.stageSearch}
            value={sought.value}
            maxLength={longestStageName}
            aria-describedby="triggerStages-hint"
            onInput={({ currentTarget }) => (sought.value = currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              if (matching.length === 0 && isNew) addNew();
              else choose();
            }}
          />
          <fieldset class="options">
            <legend class="unseen">{words.stageList}</legend>
            {matching.map((stage) => (
              <label class="option" key={stage.id}>
                <input type="checkbox" checked={isChosen(stage)} onChange={() => toggle(stage)} />
                {stage.name}
              </label>
            ))}
            {isNew ? (
              <button type="button" class="option add" onClick={addNew}>
                {words.stageAdd(sought.value.trim())} <span class="quiet">{words.stageAddHint}</span>
              </button>
            ) : null}
            <About
              loaded={loaded}
              hasMatch={matching.length > 0 || isNew}
              retry={() => void props.model.loadStages()}
            />
          </fieldset>
        </div>
      )}
    </FieldSet>
  );
};

const Chosen = (props: {
  stage: TriggerStage;
  loaded: Loaded<Stages>;
  isReadOnly: boolean;
  remove: (stage: TriggerStage) => void;
}) => {
  const { stage, loaded } = props;
  const isRead = loaded.state === 'ready' && loaded.value.readAt !== null;
  const own = loaded.state === 'ready' ? loaded.value.stages.find((each) => isSame(stage, each)) : undefined;
  const name = own?.name ?? stage.name;
  return (
    <li class="chip">
      <span>{name}</span>
      {isRead && own === undefined ? (
        <span class="mark">{stage.id === null ? words.stageUnknown : words.stageGone}</span>
      ) : null}
      {props.isReadOnly ? null : (
        <button type="button" aria-label={words.stageRemove(name)} onClick={() => props.remove(stage)}>
          ×
        </button>
      )}
    </li>
  );
};

/** Where the list comes from, or why there is none. */
const About = ({ loaded, hasMatch, retry }: { loaded: Loaded<Stages>; hasMatch: boolean; retry: () => void }) => {
  if (loaded.state === 'loading') return <p class="hint">{texts.loading}</p>;
  if (loaded.state === 'failed')
    return (
      <p class="hint">
        {words.stageFailed}{' '}
        <button type="button" class="link" onClick={retry}>
          {texts.retry}
        </button>
      </p>
    );
  const { readAt } = loaded.value;
  if (readAt === null) return <p class="hint">{words.stageNotRead}</p>;
  if (Date.now() - readAt > agedMs)
    return (
      <p class="hint">
        {words.stageAged} <Moment at={readAt} />.
      </p>
    );
  return hasMatch ? null : <p class="hint">{words.stageNone}</p>;
};
