import { useSignal } from '@preact/signals';
import { replaceWords } from './activity-texts.ts';
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

/** Another Lever account was authorized: does it replace the present one? */
export const Replace = ({ model }: { model: Model }) => {
  const isOpen = useSignal(true);
  const answer = async (confirm: boolean): Promise<void> => {
    await model.ask('POST', '/api/lever/replace', { body: { confirm } });
    isOpen.value = false;
    model.notice.value = confirm
      ? { tone: 'good', title: replaceWords.replaced, while: 'connected' }
      : { tone: 'good', title: replaceWords.kept };
    await model.readAnew();
  };
  const replace = useAction(() => answer(true));
  const keep = useAction(() => answer(false));
  if (!isOpen.value) return null;
  return (
    <Question
      title={replaceWords.title}
      yes={replaceWords.replace}
      no={replaceWords.keep}
      isDangerous
      action={{ ...replace, failure: replace.failure ?? keep.failure }}
      onNo={keep.run}
    >
      <p>{replaceWords.text}</p>
    </Question>
  );
};
