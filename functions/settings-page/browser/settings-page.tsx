import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ActivityCard } from './activity-card.tsx';
import { Announcements, Failed, Skeleton } from './announcements.tsx';
import { CandidatesCard } from './candidates-card.tsx';
import { ChecklistCard } from './checklist-card.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { Contents } from './contents.tsx';
import { HealthCard } from './health-card.tsx';
import { MailCard } from './mail-card.tsx';
import type { Model } from './model.ts';
import { PackagesCard } from './packages-card.tsx';
import { Question } from './parts.tsx';
import { Conflict } from './questions.tsx';
import { Replace } from './replace-question.tsx';
import { SettingsCard } from './settings-card.tsx';
import { texts } from './texts.ts';
import { TryCard } from './try-card.tsx';
import { useAction } from './use-action.ts';

const refreshEveryMs = 30_000;

export type Actions = {
  model: Model;
  /** Leaves for a new sign-in, and keeps what is not saved. */
  signIn: () => void;
  signOut: () => void;
  /** Another Lever account was authorized, and waits for a yes. */
  asksToReplace: boolean;
};

/** The one screen. */
export const SettingsPage = (props: Actions) => {
  const { model } = props;
  const leaving = useSignal<{ go: () => void } | null>(null);
  const leave = (go: () => void): void => {
    if (model.hasUnsavedChanges()) leaving.value = { go };
    else go();
  };
  const isKept = useRef(false);
  const signIn = (): void => {
    isKept.current = true;
    props.signIn();
  };
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      if (model.hasUnsavedChanges() && !isKept.current) event.preventDefault();
    };
    let isRefreshing = false;
    const refreshIfVisible = (): void => {
      if (isRefreshing || document.visibilityState !== 'visible' || model.signedOut.value !== null) return;
      isRefreshing = true;
      const done = (): void => {
        isRefreshing = false;
      };
      model.refresh().then(done, done);
    };
    const timer = setInterval(refreshIfVisible, refreshEveryMs);
    addEventListener('beforeunload', guard);
    document.addEventListener('visibilitychange', refreshIfVisible);
    return () => {
      clearInterval(timer);
      removeEventListener('beforeunload', guard);
      document.removeEventListener('visibilitychange', refreshIfVisible);
    };
  }, []);
  const overview = model.overview.value;
  const form = model.form.value;
  const failure = overview.state === 'failed' ? overview.failure : form.state === 'failed' ? form.failure : null;
  const go = useAction(async () => {
    model.discard();
    leaving.value?.go();
    leaving.value = null;
  });
  return (
    <>
      <header class="top">
        <div>
          <p class="brand">Turn</p>
          <h1>{texts.title}</h1>
        </div>
        <div class="who">
          {overview.state === 'ready' ? <span>{overview.value.name}</span> : null}
          <button type="button" onClick={() => leave(props.signOut)}>
            {texts.signOut}
          </button>
        </div>
      </header>
      <main>
        <Announcements model={model} signIn={signIn} />
        {failure !== null && model.signedOut.value === null ? (
          <Failed failure={failure} retry={() => void model.load(null)} />
        ) : null}
        {failure === null && (overview.state === 'loading' || form.state === 'loading') ? <Skeleton /> : null}
        {overview.state === 'ready' && form.state === 'ready' ? (
          <>
            {overview.value.user.maySettle ? null : <p class="notice idle">{texts.readOnly}</p>}
            <div class="with-contents">
              <Contents maySettle={overview.value.user.maySettle} />
              <div class="cards">
                <HealthCard model={model} overview={overview.value} />
                <ChecklistCard model={model} overview={overview.value} form={form.value} />
                <ConnectionCard model={model} overview={overview.value} leave={leave} />
                <SettingsCard model={model} form={form.value} isReadOnly={!overview.value.user.maySettle} />
                <PackagesCard model={model} overview={overview.value} />
                {overview.value.user.maySettle ? (
                  <>
                    <MailCard model={model} overview={overview.value} />
                    <TryCard model={model} overview={overview.value} />
                    <CandidatesCard model={model} overview={overview.value} />
                    <ActivityCard model={model} overview={overview.value} />
                  </>
                ) : null}
              </div>
            </div>
            {form.value.theirs === null ? null : <Conflict model={model} form={form.value} />}
            {props.asksToReplace && overview.value.user.maySettle ? (
              <Replace model={model} userId={overview.value.user.id} />
            ) : null}
          </>
        ) : null}
        {leaving.value === null ? null : (
          <Question
            title={texts.leave.title}
            yes={texts.leave.leave}
            no={texts.leave.stay}
            isDangerous
            action={go}
            onNo={() => (leaving.value = null)}
          >
            <p>{texts.leave.text}</p>
          </Question>
        )}
      </main>
    </>
  );
};
