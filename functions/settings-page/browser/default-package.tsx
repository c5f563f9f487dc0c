import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { packageIdOf } from '#shared/domain/packages.ts';
import { Field } from './field.tsx';
import type { Model } from './model.ts';
import { packageTexts } from './package-texts.ts';

const words = packageTexts.choice;
const turn = '';
const other = 'other';
const otherFieldId = 'otherPackageId';
/** Every id begins so. */
const beginning = 'P';

/** Chooses the default package by its name, Turn's own, or any other by its id. `value`: the id as it stands in the form, empty: Turn's own. */
export const DefaultPackage = (props: {
  model: Model;
  value: string;
  fault: string | undefined;
  onChange: (packageId: string) => void;
}) => {
  const { model, value, fault } = props;
  const loaded = model.packages.list.value;
  const known = loaded.state === 'ready' ? loaded.value.packages : [];
  const isTyped = useSignal(false);
  const isKnown = known.some(({ id }) => id === packageIdOf(value));
  // Before the list is there, nobody knows whether the id is in it.
  const isOther = isTyped.value || (value !== turn && !isKnown && loaded.state !== 'loading');
  const options = loaded.state === 'loading' && value !== turn ? [{ id: value, name: null }] : known;
  const form = model.form.value;
  const isSaved = form.state === 'ready' && form.value.saved.defaultPackageId === value;
  useEffect(() => {
    // Saved or discarded: it is shown by its name, if it has one.
    if (isSaved && document.activeElement?.id !== otherFieldId) isTyped.value = false;
  }, [isSaved]);
  const choose = (chosen: string): void => {
    isTyped.value = chosen === other;
    props.onChange(chosen === other ? beginning : chosen);
  };
  return (
    <div class="default-package">
      <Field id="defaultPackageId" label={words.label} hint={words.hint} fault={isOther ? undefined : fault}>
        {(described) => (
          <select
            {...described}
            value={isOther ? other : (packageIdOf(value) ?? value)}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            <option value={turn}>{words.turn}</option>
            {options.map(({ id, name }) => (
              <option key={id} value={id}>
                {name === null ? id : `${name} (${id})`}
              </option>
            ))}
            <option value={other}>{words.other}</option>
          </select>
        )}
      </Field>
      {isOther ? (
        <Field id={otherFieldId} label={words.otherId} hint={words.otherHint} fault={fault}>
          {(described) => (
            <input
              {...described}
              class="id short"
              value={value}
              placeholder="P0000000001"
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => {
                isTyped.value = true;
                props.onChange(currentTarget.value);
              }}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
};
