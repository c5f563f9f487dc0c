import { differences } from './draft.ts';
import type { Form, Model } from './model.ts';
import { Question } from './parts.tsx';
import { fieldNames } from './setting-names.ts';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

/** Somebody else has saved meanwhile: whose changes stay? */
export const Conflict = ({ model, form }: { model: Model; form: Form }) => {
  const keep = useAction(async () => model.resolveConflict('keep'));
  const changed = form.theirs === null ? [] : differences(form.theirs.saved, form.saved);
  const names = [...new Set(changed.map((field) => fieldNames[field]))];
  return (
    <Question
      title={texts.stale.title}
      yes={texts.stale.keep}
      no={texts.stale.reload}
      action={keep}
      onNo={() => model.resolveConflict('reload')}
    >
      <p>{names.length === 0 ? texts.stale.nothing : texts.stale.text}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <p class="hint">{texts.stale.keepHint}</p>
    </Question>
  );
};
