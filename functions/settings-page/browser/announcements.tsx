import type { ApiFailure } from './call-api.ts';
import type { Model } from './model.ts';
import { texts } from './texts.ts';

/** What has just happened, and that the sign-in has ended: at the top, and read aloud. */
export const Announcements = ({ model, signIn }: { model: Model; signIn: () => void }) => {
  const overview = model.overview.value;
  const state = overview.state === 'ready' ? overview.value.connection.state : null;
  const said = model.notice.value;
  const isOver = said?.while !== undefined && state !== null && state !== said.while;
  const notice = isOver ? null : said;
  return (
    <div class="said-here">
      <div role="status">
        {notice === null ? null : (
          <div class={`notice ${notice.tone}`}>
            <p>
              <strong>{notice.title}</strong> {notice.text}
            </p>
            <button type="button" class="link" onClick={() => (model.notice.value = null)}>
              {texts.close}
            </button>
          </div>
        )}
      </div>
      <div role="alert">
        {model.signedOut.value === null ? null : (
          <div class="notice bad">
            <p>{texts.signIn[model.signedOut.value]}</p>
            <button type="button" class="primary" onClick={signIn}>
              {texts.signIn.again}
            </button>
          </div>
        )}
      </div>
    </div>
  );
};

/** There is nothing to show, and why. */
export const Failed = ({ failure, retry }: { failure: ApiFailure; retry: () => void }) => (
  <div class="screen" role="alert">
    <h2>{failure.kind === 'forbidden' ? texts.failure.forbiddenTitle : texts.failure.title}</h2>
    <p>{failure.message}</p>
    <button type="button" class="primary" onClick={retry}>
      {texts.retry}
    </button>
  </div>
);

/** The shape of what is being loaded. */
export const Skeleton = () => (
  <div class="skeleton" role="status">
    <span class="unseen">{texts.loading}</span>
    <i />
    <i />
    <i />
  </div>
);
