import { Field } from './field.tsx';
import { faultOf } from './read-draft.ts';
import type { FieldsProps } from './rule-fields.tsx';
import { texts } from './texts.ts';

const words = texts.settings;

/** The package for candidates whose tags name none. */
export const PackageField = ({ draft, faults, edit }: FieldsProps) => (
  <Field
    id="defaultPackageId"
    label={words.package}
    hint={words.packageHint}
    fault={faultOf(faults, 'defaultPackageId')}
  >
    {(described) => (
      <input
        {...described}
        class="id short"
        value={draft.defaultPackageId}
        placeholder="P0000000001"
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => edit({ defaultPackageId: currentTarget.value })}
      />
    )}
  </Field>
);
