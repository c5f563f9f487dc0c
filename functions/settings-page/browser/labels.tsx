import { describedBy } from './field.tsx';
import { faultOf } from './read-draft.ts';
import type { FieldsProps } from './rule-fields.tsx';
import { texts } from './texts.ts';

const words = texts.settings;

/** The customer's own words for our statuses, out of the way of those who need none. */
export const Labels = ({ draft, faults, edit }: FieldsProps) => {
  const count = Object.values(draft.statusLabels).filter((label) => label.trim() !== '').length;
  const isFaulty = faultOf(faults, 'statusLabels') !== undefined;
  return (
    <details class="labels" open={isFaulty || undefined}>
      <summary>
        {words.labels} <span class="quiet">{words.labelsOwn(count)}</span>
      </summary>
      <p class="hint">{words.labelsHint}</p>
      <div class="label-grid">
        {Object.entries(draft.statusLabels).map(([status, label]) => {
          const fault = faults[`statusLabels.${status}`];
          const id = `statusLabels-${status}`;
          return (
            <div class={fault === undefined ? 'label-row' : 'label-row faulty'} key={status}>
              <label class="id" for={id}>
                {status}
              </label>
              <input
                {...describedBy(id, false, fault)}
                value={label}
                placeholder={status}
                autocomplete="off"
                onInput={({ currentTarget }) =>
                  edit({ statusLabels: { ...draft.statusLabels, [status]: currentTarget.value } })
                }
              />
              {fault === undefined ? null : (
                <p class="fault" id={`${id}-fault`}>
                  {fault}
                </p>
              )}
            </div>
          );
        })}
      </div>
    </details>
  );
};
