import type { ComponentChildren } from 'preact';

/** How a control is tied to its words: `aria-describedby` names the hint and what is wrong. */
export type Described = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true };

/** A label, its control, a hint, and what is wrong with it, next to it. */
export const Field = (props: {
  id: string;
  label: string;
  /** How it stands, beside the label. */
  aside?: ComponentChildren;
  hint?: ComponentChildren;
  fault?: string | undefined;
  children: (described: Described) => ComponentChildren;
}) => (
  <div class={props.fault === undefined ? 'field' : 'field faulty'}>
    <div class="field-head">
      <label for={props.id}>{props.label}</label>
      {props.aside}
    </div>
    {props.children(describedBy(props.id, props.hint !== undefined, props.fault))}
    <Below id={props.id} hint={props.hint} fault={props.fault} />
  </div>
);

/** The same for several controls that are one question. */
export const FieldSet = (props: {
  id: string;
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
  children: ComponentChildren;
}) => {
  const { id: _, ...described } = describedBy(props.id, props.hint !== undefined, props.fault);
  return (
    <fieldset class={props.fault === undefined ? 'field' : 'field faulty'} id={props.id} {...described}>
      <legend>{props.label}</legend>
      {props.children}
      <Below id={props.id} hint={props.hint} fault={props.fault} />
    </fieldset>
  );
};

const Below = ({ id, hint, fault }: { id: string; hint: ComponentChildren; fault: string | undefined }) => (
  <>
    {hint === undefined ? null : (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {fault === undefined ? null : (
      <p class="fault" id={`${id}-fault`}>
        {fault}
      </p>
    )}
  </>
);

/** Ties a control to the hint and the fault that stand under it. */
export const describedBy = (id: string, hasHint: boolean, fault: string | undefined): Described => {
  const ids = [...(hasHint ? [`${id}-hint`] : []), ...(fault === undefined ? [] : [`${id}-fault`])];
  return {
    id,
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(fault === undefined ? {} : { 'aria-invalid': true }),
  };
};

/** One choice of several, as buttons that exclude each other. */
export const Choices = <T extends string>(props: {
  name: string;
  options: readonly T[];
  labels: Readonly<Record<T, string>>;
  value: T;
  onChange: (value: T) => void;
  after?: Partial<Record<T, ComponentChildren>>;
}) => (
  <div class="choices">
    {props.options.map((option) => (
      <div class="choice" key={option}>
        <label>
          <input
            type="radio"
            name={props.name}
            checked={props.value === option}
            onChange={() => props.onChange(option)}
          />
          {props.labels[option]}
        </label>
        {props.after?.[option]}
      </div>
    ))}
  </div>
);

/** Something that is so or not so. */
export const Check = (props: {
  id: string;
  label: string;
  hint: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}) => (
  <div class="check">
    <label>
      <input
        type="checkbox"
        checked={props.isChecked}
        aria-describedby={`${props.id}-hint`}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      {props.label}
    </label>
    <p class="hint" id={`${props.id}-hint`}>
      {props.hint}
    </p>
  </div>
);
