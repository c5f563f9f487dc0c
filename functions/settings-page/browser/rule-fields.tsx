import type { Draft, GraceUnit, graceUnits } from './draft.ts';
import { Check, Choices, describedBy, Field, FieldSet } from './field.tsx';
import { type FieldFaults, faultOf } from './read-draft.ts';
import { texts } from './texts.ts';

const words = texts.settings;
const units = ['seconds', 'minutes', 'hours', 'days'] as const satisfies (keyof typeof graceUnits)[];

export type FieldsProps = { draft: Draft; faults: FieldFaults; edit: (change: Partial<Draft>) => void };

/** When a check starts, and how often. */
export const RuleFields = ({
  draft,
  faults,
  edit,
  defaultHourlyCap,
}: FieldsProps & { defaultHourlyCap: number | null }) => {
  const rerunFault = faultOf(faults, 'rerun');
  return (
    <>
      <FieldSet id="rerun" label={words.rerun} fault={rerunFault}>
        <Choices
          name="rerun"
          options={['never', 'after_days', 'always']}
          labels={words.rerunKinds}
          value={draft.rerunKind}
          onChange={(rerunKind) => edit({ rerunKind })}
          after={{
            after_days: (
              <span class="unit">
                <input
                  {...describedBy('rerun', false, rerunFault)}
                  id="rerun-days"
                  class="number"
                  inputMode="numeric"
                  aria-label={words.rerunDays}
                  value={draft.rerunDays}
                  disabled={draft.rerunKind !== 'after_days'}
                  onInput={({ currentTarget }) => edit({ rerunDays: currentTarget.value })}
                />
                {words.days}
              </span>
            ),
          }}
        />
      </FieldSet>
      <FieldSet id="persons" label={words.persons}>
        <Check
          id="oneCheckPerPerson"
          label={words.onePerPerson}
          hint={words.onePerPersonHint}
          isChecked={draft.oneCheckPerPerson}
          onChange={(oneCheckPerPerson) => edit({ oneCheckPerPerson })}
        />
      </FieldSet>
      <div class="pair">
        <Field id="graceSeconds" label={words.grace} hint={words.graceHint} fault={faultOf(faults, 'graceSeconds')}>
          {(described) => (
            <span class="unit">
              <input
                {...described}
                class="number"
                inputMode="decimal"
                value={draft.graceAmount}
                onInput={({ currentTarget }) => edit({ graceAmount: currentTarget.value })}
              />
              <select
                aria-label={words.graceUnit}
                value={draft.graceUnit}
                onChange={({ currentTarget }) => edit({ graceUnit: unitOf(currentTarget.value) })}
              >
                {units.map((unit) => (
                  <option key={unit} value={unit}>
                    {words.graceUnits[unit]}
                  </option>
                ))}
              </select>
            </span>
          )}
        </Field>
        <Field
          id="hourlyCap"
          label={words.cap}
          hint={words.capHint(defaultHourlyCap)}
          fault={faultOf(faults, 'hourlyCap')}
        >
          {(described) => (
            <input
              {...described}
              class="number"
              inputMode="numeric"
              placeholder={defaultHourlyCap === null ? '' : String(defaultHourlyCap)}
              value={draft.hourlyCap}
              onInput={({ currentTarget }) => edit({ hourlyCap: currentTarget.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
};

const unitOf = (value: string): GraceUnit => units.find((unit) => unit === value) ?? 'minutes';
