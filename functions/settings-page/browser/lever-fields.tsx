import { Check, Choices, FieldSet } from './field.tsx';
import { faultOf } from './read-draft.ts';
import type { FieldsProps } from './rule-fields.tsx';
import { texts } from './texts.ts';

const words = texts.settings;

/** What recruiters see in Lever. */
export const LeverFields = ({ draft, faults, edit }: FieldsProps) => (
  <div class="pair">
    <FieldSet id="tagPolicy" label={words.tagPolicy} fault={faultOf(faults, 'tagPolicy')}>
      <Choices
        name="tagPolicy"
        options={['latest', 'history']}
        labels={words.tagPolicies}
        value={draft.tagPolicy}
        onChange={(tagPolicy) => edit({ tagPolicy })}
      />
    </FieldSet>
    <FieldSet id="notes" label={words.notes}>
      <Check
        id="writesReportUrl"
        label={words.reportUrl}
        hint={words.reportUrlHint}
        isChecked={draft.writesReportUrl}
        onChange={(writesReportUrl) => edit({ writesReportUrl })}
      />
      <Check
        id="secretNotes"
        label={words.secretNotes}
        hint={words.secretNotesHint}
        isChecked={draft.secretNotes}
        onChange={(secretNotes) => edit({ secretNotes })}
      />
    </FieldSet>
  </div>
);
