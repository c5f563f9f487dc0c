import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { whoDid } from './activity-texts.ts';
import type { Replacement } from './contract.ts';
import { asFailure } from './loaded.ts';
import type { Model } from './model.ts';
import { Moment, Question } from './parts.tsx';
import { replaceWords as words } from './replace-texts.ts';
import { useAction } from './use-action.ts';

/** Another Lever account was authorized: does it take the place of the present one? Asked once both are known. */
export const Replace = ({ model, userId }: { model: Model; userId: string }) => {
  const asked = useSignal<Replacement | null>(null);
  useEffect(() => {
    model.ask<Replacement>('GET', '/api/lever/replace').then(
      ({ json }) => (asked.value = json),
      (error: unknown) => (model.notice.value = { tone: 'bad', title: asFailure(error).message }),
    );
  }, []);
  if (asked.value === null) return null;
  const close = (): void => {
    asked.value = null;
  };
  return <Choice model={model} userId={userId} replacement={asked.value} close={close} />;
};

const Choice = (props: { model: Model; userId: string; replacement: Replacement; close: () => void }) => {
  const { model, userId } = props;
  const { present, other } = props.replacement;
  const { state } = present;
  const answer = async (confirm: boolean): Promise<void> => {
    await model.ask('POST', '/api/lever/replace', { body: { confirm } });
    props.close();
    model.notice.value = confirm
      ? { tone: 'good', title: words.replaced, while: 'connected' }
      : { tone: state === 'connected' ? 'good' : 'idle', title: words.kept[state], while: state };
    await model.readAnew();
  };
  const replace = useAction(() => answer(true));
  const keep = useAction(() => answer(false));
  return (
    <Question
      title={words.title[state]}
      yes={words.replace[state]}
      no={words.keep[state]}
      isDangerous={state === 'connected'}
      action={{ ...replace, failure: replace.failure ?? keep.failure }}
      onNo={keep.run}
    >
      <p>{words.text[state]}</p>
      <dl class="choice-of-two">
        <LeverAccount term={words.present[state]} account={present} userId={userId} />
        <LeverAccount term={words.other} account={other} userId={userId} />
      </dl>
      <p>{words.consequence}</p>
    </Question>
  );
};

const LeverAccount = (props: { term: string; account: Replacement['other']; userId: string }) => {
  const { leverAccountId, authorizedAt, authorizedBy, authorizedByName } = props.account;
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>
        {leverAccountId === null ? words.untold : <span class="id">{leverAccountId}</span>}
        {authorizedAt === null ? null : (
          <p class="hint">
            {words.authorized} <Moment at={authorizedAt} /> {whoDid(authorizedBy, authorizedByName, props.userId)}
          </p>
        )}
      </dd>
    </div>
  );
};
