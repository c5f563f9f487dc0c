import { useSignal } from '@preact/signals';
import { enteredFaults, type KnownPackage, longestPackageName, packageIdOf } from '#shared/domain/packages.ts';
import { Field } from './field.tsx';
import type { Model } from './model.ts';
import { packageTexts as words } from './package-texts.ts';
import { FailureText } from './parts.tsx';
import { useAction } from './use-action.ts';

export const newPackageFieldId = 'new-package-id';
const nameFieldId = 'new-package-name';

/** Adds a package by hand, for those whom neither Turn nor Lever tells of it. */
export const AddPackage = ({ model, known }: { model: Model; known: readonly KnownPackage[] }) => {
  const id = useSignal('');
  const name = useSignal('');
  const faults = useSignal<{ id?: string | undefined; name?: string | undefined }>({});
  const said = useSignal('');
  const focus = (fieldId: string): void => document.getElementById(fieldId)?.focus();
  const add = useAction(async () => {
    await model.packages.enter({ id: packageIdOf(id.value) ?? id.value, name: name.value.trim() });
    said.value = words.added(name.value.trim());
    id.value = '';
    name.value = '';
    focus(newPackageFieldId);
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = enteredFaults([{ id: id.value, name: name.value }]);
    const isThere = known.some((each) => each.id === packageIdOf(id.value));
    faults.value = { id: isThere ? words.isThere : found['packages.0.id'], name: found['packages.0.name'] };
    said.value = '';
    if (faults.value.id !== undefined) focus(newPackageFieldId);
    else if (faults.value.name !== undefined) focus(nameFieldId);
    else add.run();
  };
  return (
    <form class="add-package" noValidate onSubmit={submit} aria-labelledby="add-package-title">
      <h3 id="add-package-title">{words.addTitle}</h3>
      <div class="add-package-fields">
        <Field id={newPackageFieldId} label={words.id} fault={faults.value.id}>
          {(described) => (
            <input
              {...described}
              class="id"
              value={id.value}
              placeholder="P0000000001"
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => (id.value = currentTarget.value)}
            />
          )}
        </Field>
        <Field id={nameFieldId} label={words.name} fault={faults.value.name}>
          {(described) => (
            <input
              {...described}
              value={name.value}
              maxLength={longestPackageName}
              autocomplete="off"
              onInput={({ currentTarget }) => (name.value = currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <div class="actions">
        <button type="submit" aria-disabled={add.isBusy}>
          {add.isBusy ? words.saving : words.add}
        </button>
        <p class="said" role="status">
          {said.value}
        </p>
      </div>
      <FailureText failure={add.failure} />
    </form>
  );
};
