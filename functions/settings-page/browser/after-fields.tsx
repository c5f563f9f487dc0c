import type { TargetStage } from '#shared/domain/account.ts';
import { folded } from '#shared/domain/folded.ts';
import { isTriggerStage } from '#shared/domain/trigger-stage.ts';
import { afterTexts as words } from './after-texts.ts';
import { Field, FieldSet } from './field.tsx';
import type { Model } from './model.ts';
import type { FieldsProps } from './rule-fields.tsx';

/** Where candidates go when a check is over; the stages that start checks are not to be had. */
export const AfterFields = ({ model, draft, faults, edit }: FieldsProps & { model: Model }) => (
  <FieldSet id="stageAfter" label={words.title} hint={words.hint}>
    <div class="pair">
      <TargetField
        id="stageAfter-clear"
        label={words.clear}
        model={model}
        draft={draft}
        chosen={draft.stageAfterClear}
        fault={faults['stageAfter.clear']}
        onChange={(stageAfterClear) => edit({ stageAfterClear })}
      />
      <TargetField
        id="stageAfter-consider"
        label={words.consider}
        model={model}
        draft={draft}
        chosen={draft.stageAfterConsider}
        fault={faults['stageAfter.consider']}
        onChange={(stageAfterConsider) => edit({ stageAfterConsider })}
      />
    </div>
  </FieldSet>
);

const TargetField = (props: {
  id: string;
  label: string;
  model: Model;
  draft: FieldsProps['draft'];
  chosen: TargetStage | null;
  fault: string | undefined;
  onChange: (stage: TargetStage | null) => void;
}) => {
  const { chosen, draft } = props;
  const loaded = props.model.stages.value;
  const own = loaded.state === 'ready' ? loaded.value.stages : [];
  const isChosen = (stage: { id: string; name: string }): boolean =>
    chosen !== null && (chosen.id === null ? folded(chosen.name) === folded(stage.name) : chosen.id === stage.id);
  const known = own.find(isChosen);
  // What was chosen stays to be seen, even where it has become a stage that starts checks.
  const offered = own.filter((stage) => stage === known || !isTriggerStage(draft.triggerStages, stage));
  const options = known === undefined && chosen !== null ? [{ id: 'chosen', name: chosen.name }] : [];
  return (
    <Field id={props.id} label={props.label} fault={props.fault}>
      {(described) => (
        <select
          {...described}
          value={known?.id ?? (chosen === null ? '' : 'chosen')}
          onChange={({ currentTarget: { value } }) => {
            const stage = own.find(({ id }) => id === value);
            if (stage !== undefined) props.onChange({ id: stage.id, name: stage.name });
            else if (value === '') props.onChange(null);
          }}
        >
          <option value="">{words.stay}</option>
          {options.map(({ id, name }) => (
            <option key={id} value={id}>
              {loaded.state === 'ready' && loaded.value.readAt !== null ? words.notInLever(name) : name}
            </option>
          ))}
          {offered.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
};
