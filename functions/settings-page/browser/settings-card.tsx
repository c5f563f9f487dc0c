import type { ComponentChildren } from 'preact';
import { AfterFields } from './after-fields.tsx';
import { DefaultPackage } from './default-package.tsx';
import { Labels } from './labels.tsx';
import { LeverFields } from './lever-fields.tsx';
import type { Form, Model } from './model.ts';
import { Badge, Card, FailureText } from './parts.tsx';
import { faultOf } from './read-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { StagePicker } from './stage-picker.tsx';
import { texts } from './texts.ts';

const words = texts.settings;

/** What the account may choose, as one form with one Save. */
export const SettingsCard = ({ model, form, isReadOnly }: { model: Model; form: Form; isReadOnly: boolean }) => {
  const { draft, faults } = form;
  const overview = model.overview.value;
  const defaultHourlyCap = overview.state === 'ready' ? overview.value.defaultHourlyCap : null;
  const fields = { draft, faults, edit: model.edit };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await model.save()) await model.refresh().catch(() => undefined);
    else document.querySelector<HTMLElement>('#settings .faulty :is(input, select, button)')?.focus();
  };
  return (
    <Card id="settings" title={words.title}>
      {isReadOnly ? <p class="lead">{words.locked}</p> : null}
      <form noValidate onSubmit={(event) => void save(event)}>
        <fieldset class="plain" disabled={isReadOnly}>
          <Group id="stage-group" title={words.groups.stage}>
            <StagePicker
              model={model}
              chosen={draft.triggerStages}
              fault={faultOf(faults, 'triggerStages')}
              isReadOnly={isReadOnly}
              onChange={(triggerStages) => model.edit({ triggerStages })}
            />
          </Group>
          <Group id="package-group" title={words.groups.package}>
            <DefaultPackage
              model={model}
              value={draft.defaultPackageId}
              fault={faultOf(faults, 'defaultPackageId')}
              onChange={(defaultPackageId) => model.edit({ defaultPackageId })}
            />
          </Group>
          <Group id="rules-group" title={words.groups.rules}>
            <RuleFields {...fields} defaultHourlyCap={defaultHourlyCap} />
          </Group>
          <Group id="lever-group" title={words.groups.lever}>
            <LeverFields {...fields} />
            <Labels {...fields} />
          </Group>
          <Group id="after-group" title={words.groups.after}>
            <AfterFields model={model} {...fields} />
          </Group>
        </fieldset>
        {isReadOnly ? null : <SaveBar model={model} form={form} />}
      </form>
    </Card>
  );
};

/** What belongs together, under a heading of its own. */
const Group = (props: { id: string; title: string; children: ComponentChildren }) => (
  <section class="group" aria-labelledby={props.id}>
    <h3 id={props.id}>{props.title}</h3>
    <div class="plain">{props.children}</div>
  </section>
);

const SaveBar = ({ model, form }: { model: Model; form: Form }) => {
  const isChanged = model.hasUnsavedChanges();
  const faulty = Object.keys(form.faults).length;
  const stand = isChanged
    ? form.isOnTheirs
      ? texts.stale.kept
      : words.changed
    : form.saving === 'done'
      ? words.saved
      : words.unchanged;
  const said = faulty > 0 ? words.faults(faulty) : stand;
  return (
    <div class={isChanged ? 'save-bar changed' : 'save-bar'}>
      <div>
        <p class={faulty > 0 ? 'fault' : 'said'} role="status">
          {said}
        </p>
        {faulty > 0 && form.failure?.kind === 'invalid' ? null : <FailureText failure={form.failure} />}
        {form.warnings.length === 0 ? null : (
          <div class="warnings">
            <Badge tone="bad">{words.warningsTitle}</Badge>
            <ul>
              {form.warnings.map(({ field, message }) => (
                <li key={field}>{message}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <div class="actions">
        {isChanged ? (
          <button type="button" onClick={model.discard}>
            {words.discard}
          </button>
        ) : null}
        <button type="submit" class="primary" aria-disabled={!isChanged || form.saving === 'busy'}>
          {form.saving === 'busy' ? words.saving : words.save}
        </button>
      </div>
    </div>
  );
};
