import { useSignal } from '@preact/signals';
import type { TriggerStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import { longestStageName } from '#shared/domain/settings-faults.ts';
import type { Stages } from './contract.ts';
import { FieldSet } from './field.tsx';
import { isSameStage } from './first-steps.ts';
import type { Loaded } from './loaded.ts';
import type { Model } from './model.ts';
import { About, Option, optionId } from './stage-list.tsx';
import { texts } from './texts.ts';

const words = texts.settings;

/** The trigger stages: a searchable list of Lever's own, and names that Lever does not have yet. */
export const StagePicker = (props: {
  model: Model;
  chosen: readonly TriggerStage[];
  fault: string | undefined;
  isReadOnly: boolean;
  onChange: (stages: TriggerStage[]) => void;
}) => {
  const sought = useSignal('');
  const activeAt = useSignal<number | null>(null);
  const loaded = props.model.stages.value;
  const own = loaded.state === 'ready' ? loaded.value.stages : [];
  const isChosen = (stage: { id: string; name: string }): boolean =>
    props.chosen.some((each) => isSameStage(each, stage));
  const remove = (stage: TriggerStage): void => props.onChange(props.chosen.filter((each) => each !== stage));
  const toggle = (stage: { id: string; name: string }): void =>
    props.onChange(
      isChosen(stage) ? props.chosen.filter((each) => !isSameStage(each, stage)) : [...props.chosen, { ...stage }],
    );
  const matching = own.filter(({ name }) => folded(name).includes(folded(sought.value)));
  const isNew =
    folded(sought.value) !== '' && [...own, ...props.chosen].every(({ name }) => folded(name) !== folded(sought.value));
  const active = activeAt.value === null ? undefined : matching[activeAt.value];
  const seek = (text: string): void => {
    sought.value = text;
    activeAt.value = null;
  };
  /** The stage that is meant beyond doubt: the one that the arrows point to, that has this name, or that alone is left in the list. */
  const choose = (): void => {
    const [exact] = matching.filter(({ name }) => folded(name) === folded(sought.value));
    const [only, ...others] = matching;
    const meant = active ?? exact ?? (others.length === 0 ? only : undefined);
    if (meant === undefined) return;
    if (active !== undefined || !isChosen(meant)) toggle(meant);
    if (active === undefined) seek('');
  };
  const addNew = (): void => {
    props.onChange([...props.chosen, { id: null, name: sought.value.trim() }]);
    seek('');
  };
  const move = (by: number): void => {
    const { length } = matching;
    if (length > 0) activeAt.value = ((activeAt.value ?? (by > 0 ? -1 : 0)) + by + length) % length;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const does: Readonly<Partial<Record<string, () => void>>> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: matching.length === 0 && isNew ? addNew : choose,
    };
    const act = does[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
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
            // biome-ignore lint/a11y/noRedundantRoles: no list of the browser's own belongs to it, so that it would be none
            role="combobox"
            list={undefined}
            aria-label={words.stageSearch}
            aria-expanded={matching.length > 0}
            aria-controls="stage-list"
            aria-autocomplete="list"
            aria-activedescendant={active === undefined ? undefined : optionId(active)}
            placeholder={words.stageSearch}
            value={sought.value}
            maxLength={longestStageName}
            aria-describedby="triggerStages-hint"
            onInput={({ currentTarget }) => seek(currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <div
            class="options"
            id="stage-list"
            role="listbox"
            aria-label={words.stageList}
            aria-multiselectable="true"
            tabIndex={-1}
          >
            {matching.map((stage) => (
              <Option
                key={stage.id}
                stage={stage}
                isChosen={isChosen(stage)}
                isActive={stage === active}
                toggle={() => toggle(stage)}
              />
            ))}
          </div>
          {isNew ? (
            <button type="button" class="option add" onClick={addNew}>
              {words.stageAdd(sought.value.trim())} <span class="quiet">{words.stageAddHint}</span>
            </button>
          ) : null}
          <About loaded={loaded} hasMatch={matching.length > 0 || isNew} retry={() => void props.model.loadStages()} />
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
  const own = loaded.state === 'ready' ? loaded.value.stages.find((each) => isSameStage(stage, each)) : undefined;
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
