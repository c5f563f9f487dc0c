import { render } from 'preact';
import { outcomeTexts } from './activity-texts.ts';
import { createCall } from './call-api.ts';
import { wentToLever } from './connection-card.tsx';
import { createModel } from './model.ts';
import { openSession, type Session, type SessionConfig } from './session.ts';
import { SettingsPage } from './settings-page.tsx';
import { texts } from './texts.ts';

/** What must outlive a sign-in, in this tab alone. */
const remembered = {
  outcome: 'lever-outcome',
  draft: 'unsaved-settings',
  signedOut: 'signed-out',
};

const root = document.getElementById('root');

/** One sentence and one thing to do, where there is no settings page to show. */
const showScreen = (title: string, text: string, button: string, onClick: () => void): void => {
  if (root === null) return;
  render(
    <main class="screen">
      <h1>{title}</h1>
      <p>{text}</p>
      <button type="button" class="primary" onClick={onClick}>
        {button}
      </button>
    </main>,
    root,
  );
};

const take = (name: string): string | null => {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
};

const reload = (): void => location.reload();

const signIn = (session: Session): void => {
  session.signIn().catch(() => showScreen(texts.signIn.failedTitle, texts.signIn.unreachable, texts.retry, reload));
};

const showSettings = async (session: Session): Promise<void> => {
  const model = createModel(createCall(session.accessToken, { ...texts.failure }));
  const outcome = take(remembered.outcome);
  const happened = outcome === null ? undefined : outcomeTexts[outcome];
  if (happened !== undefined) model.notice.value = happened;
  const signInAgain = (): void => {
    const unsaved = model.unsavedForm();
    if (unsaved !== null) sessionStorage.setItem(remembered.draft, JSON.stringify(unsaved));
    signIn(session);
  };
  const signOut = (): void => {
    sessionStorage.setItem(remembered.signedOut, 'yes');
    session.signOut().then(reload, reload);
  };
  session.onSignedOutElsewhere(() => {
    if (model.hasUnsavedChanges()) {
      model.signedOut.value = 'elsewhere';
      return;
    }
    sessionStorage.setItem(remembered.signedOut, 'yes');
    reload();
  });
  if (root === null) return;
  render(
    <SettingsPage model={model} signIn={signInAgain} signOut={signOut} asksToReplace={outcome === 'replace'} />,
    root,
  );
  await model.load(JSON.parse(take(remembered.draft) ?? 'null'));
};

/** Who comes without a sign-in is sent to the provider; who has signed out, or was refused there, is asked first. */
const start = async (): Promise<void> => {
  let config: SessionConfig;
  try {
    config = await (await fetch('/settings/config.json')).json();
  } catch {
    return showScreen(texts.failure.title, texts.failure.offline, texts.retry, reload);
  }
  // The sign-in comes back to one address only, and what the tab remembers stays at the origin where it began.
  if (new URL(config.redirectUri).origin !== location.origin)
    return location.replace(`${config.redirectUri}${location.search}`);
  const outcome = new URLSearchParams(location.search).get('lever');
  if (outcome !== null) {
    // Anybody can craft a link that leads here; only who went to Lever from this tab comes back from there.
    if (take(wentToLever) !== null) sessionStorage.setItem(remembered.outcome, outcome);
    history.replaceState(null, '', location.pathname);
  }
  const session = openSession(config);
  const state = await session.resume().catch(() => 'refused' as const);
  if (state === 'signed_in') return showSettings(session);
  if (state === 'refused')
    return showScreen(texts.signIn.failedTitle, texts.signIn.failed, texts.retry, () => signIn(session));
  if (take(remembered.signedOut) === null) return signIn(session);
  showScreen(texts.signIn.outTitle, texts.signIn.out, texts.signIn.button, () => signIn(session));
};

void start();
