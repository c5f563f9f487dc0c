import type { Overview } from './contract.ts';
import { firstSteps, type Step } from './first-steps.ts';
import { stepWords } from './health-texts.ts';
import type { Form, Model } from './model.ts';
import { Card } from './parts.tsx';

/** The way to the first check, for who may go it; gone once it has been gone. */
export const ChecklistCard = (props: { model: Model; overview: Overview; form: Form }) => {
  const { overview, form } = props;
  const steps = firstSteps(overview, form.saved, props.model.stages.value);
  if (steps === null || !overview.user.maySettle) return null;
  return (
    <Card id="first-steps" title={stepWords.title}>
      <ol class="steps">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} form={form} />
        ))}
      </ol>
    </Card>
  );
};

const StepRow = ({ step: { name, state }, form }: { step: Step; form: Form }) => {
  const words = stepWords[name];
  return (
    <li class={`step ${state}`} aria-current={state === 'next' ? 'step' : undefined}>
      <div>
        <h3>
          {words.title} <span class="step-state">{stepWords.states[state]}</span>
        </h3>
        <p class="quiet">{state === 'done' ? doneText(name, form) : words.todo}</p>
      </div>
      {state === 'next' ? (
        <div class="actions">
          <a class="button primary" href={`#${words.card}`}>
            {words.action}
          </a>
          {name === 'packages' ? <a href={`#${stepWords.try.card}`}>{stepWords.packages.skip}</a> : null}
        </div>
      ) : null}
    </li>
  );
};

const doneText = (name: Step['name'], { saved }: Form): string => {
  if (name === 'stage') return stepWords.stage.done(saved.triggerStages.map((stage) => stage.name));
  if (name === 'packages') return stepWords.packages.done(saved.defaultPackageId);
  return stepWords[name].done;
};
