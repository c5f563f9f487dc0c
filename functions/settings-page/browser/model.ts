import { signal } from '@preact/signals';
import type { Settings } from '#shared/domain/account.ts';
import { createActivityLog } from './activity-log.ts';
import type { Notice } from './activity-texts.ts';
import { ApiFailure, type Call } from './call-api.ts';
import type { Overview, SettingWarning, Stages } from './contract.ts';
import { createPackages } from './create-packages.ts';
import { carryOver, type Draft, differences, differs, draftOf } from './draft.ts';
import { asFailure, type Loaded, load } from './loaded.ts';
import { type FieldFaults, readDraft } from './read-draft.ts';

/** The form: what is saved (`etag` names that version), what stands in it, and how saving goes. */
export type Form = {
  saved: Draft;
  etag: string;
  draft: Draft;
  faults: FieldFaults;
  warnings: readonly SettingWarning[];
  saving: 'idle' | 'busy' | 'done';
  failure: ApiFailure | null;
  /** What somebody else has saved meanwhile, until it is decided what becomes of it. */
  theirs: { saved: Draft; etag: string } | null;
  /** What stands in it was put on top of what somebody else saved, and is not saved yet. */
  isOnTheirs: boolean;
};

/** A form that a sign-in interrupts, and whose it is: another may sign in, or for another account. */
export type KeptForm = { accountId: string; userId: string; saved: Draft; draft: Draft };

type Saved = { settings: Settings; warnings: readonly SettingWarning[] };

export type Model = ReturnType<typeof createModel>;

/** Everything the page knows of the account, and what it can do. Asks the API and nothing else. */
export const createModel = (call: Call) => {
  const overview = signal<Loaded<Overview>>({ state: 'loading' });
  const form = signal<Loaded<Form>>({ state: 'loading' });
  const stages = signal<Loaded<Stages>>({ state: 'loading' });
  const notice = signal<Notice | null>(null);
  const signedOut = signal<null | 'ended' | 'elsewhere'>(null);

  /** Asks the API; that the sign-in has ended is everybody's business. */
  const ask: Call = async (method, path, request) => {
    try {
      return await call(method, path, request);
    } catch (error) {
      if (error instanceof ApiFailure && error.kind === 'signed_out') signedOut.value ??= 'ended';
      throw error;
    }
  };

  const activity = createActivityLog(ask);
  const packages = createPackages(ask);

  const fetchSettings = async (): Promise<{ saved: Draft; etag: string }> => {
    const { json, etag } = await ask<Settings>('GET', '/api/settings');
    return { saved: draftOf(json), etag };
  };

  const changeForm = (change: Partial<Form>): void => {
    if (form.value.state === 'ready') form.value = { state: 'ready', value: { ...form.value.value, ...change } };
  };

  const fetchOverview = async (): Promise<Overview> => (await ask<Overview>('GET', '/api/account')).json;

  /** Reads again how the account is, and what has happened; if that fails, what is on the screen stays. */
  const refresh = async (): Promise<void> => {
    const [value] = await Promise.all([fetchOverview(), activity.refresh()]);
    overview.value = { state: 'ready', value };
  };

  const hasUnsavedChanges = (): boolean =>
    form.value.state === 'ready' && differs(form.value.value.draft, form.value.value.saved);

  const isOwn = ({ accountId, userId }: KeptForm): boolean =>
    overview.value.state === 'ready' &&
    overview.value.value.accountId === accountId &&
    overview.value.value.user.id === userId;

  const loadStages = (): Promise<void> => load(stages, async () => (await ask<Stages>('GET', '/api/stages')).json);

  const save = async (mayRepeat: boolean): Promise<boolean> => {
    if (form.value.state !== 'ready' || form.value.value.saving === 'busy') return false;
    const { draft, etag, saved: before } = form.value.value;
    const { settings, faults } = readDraft(draft);
    changeForm({ faults, failure: null, warnings: [] });
    if (Object.keys(faults).length > 0) return false;
    changeForm({ saving: 'busy' });
    try {
      const { json, etag: savedEtag } = await ask<Saved>('PUT', '/api/settings', { body: settings, ifMatch: etag });
      const saved = draftOf(json.settings);
      changeForm({ ...blankForm, saved, draft: saved, etag: savedEtag, warnings: json.warnings, saving: 'done' });
      return true;
    } catch (error) {
      const failure = asFailure(error);
      const theirs = failure.kind === 'stale' ? await fetchSettings().catch(() => null) : null;
      if (mayRepeat && theirs !== null && differences(theirs.saved, before).length === 0) {
        changeForm({ ...theirs, draft: carryOver(draft, before, theirs.saved), saving: 'idle' });
        return save(false);
      }
      changeForm({ saving: 'idle', faults: failure.fields, failure: theirs === null ? failure : null, theirs });
      return false;
    }
  };

  return {
    overview,
    form,
    stages,
    activity,
    packages,
    notice,
    signedOut,
    ask,
    loadStages,

    /** Reads everything anew. `kept`: a form that a sign-in interrupted; somebody else's is dropped. */
    async load(kept: KeptForm | null): Promise<void> {
      const overviewLoaded = load(overview, fetchOverview);
      await Promise.all([
        overviewLoaded,
        load(form, async () => {
          const { saved, etag } = await fetchSettings();
          if (kept !== null) await overviewLoaded;
          const draft = kept !== null && isOwn(kept) ? carryOver(kept.draft, kept.saved, saved) : saved;
          return { ...blankForm, saved, etag, draft };
        }),
        loadStages(),
        packages.load(),
      ]);
    },

    refresh,

    /** Reads all of it again, because another Lever was connected: its stages first, by which the API knows the chosen ones again. */
    async readAnew(): Promise<void> {
      await loadStages();
      const now = await fetchSettings();
      if (form.value.state === 'ready') {
        const { draft, saved } = form.value.value;
        changeForm({ ...now, draft: carryOver(draft, saved, now.saved) });
      }
      await refresh();
    },

    edit(change: Partial<Draft>): void {
      if (form.value.state !== 'ready') return;
      const { draft, faults } = form.value.value;
      const changed = { ...draft, ...change };
      // What was wrong stays marked until it is right; nothing is marked before it was tried to be saved.
      const still = Object.keys(faults).length === 0 ? {} : readDraft(changed).faults;
      changeForm({ draft: changed, faults: still, warnings: [], saving: 'idle', failure: null });
    },

    discard(): void {
      if (form.value.state === 'ready') changeForm({ ...blankForm, draft: form.value.value.saved });
    },

    /** Saves the form; whether it is saved now. */
    save: () => save(true),

    /** Ends the conflict with what somebody else has saved. */
    resolveConflict(choice: 'keep' | 'reload'): void {
      if (form.value.state !== 'ready' || form.value.value.theirs === null) return;
      const { draft, saved, theirs } = form.value.value;
      const isOnTheirs = choice === 'keep';
      changeForm({
        ...blankForm,
        ...theirs,
        draft: isOnTheirs ? carryOver(draft, saved, theirs.saved) : theirs.saved,
        isOnTheirs,
      });
    },

    /** What would be lost upon leaving the page; null: nothing, or nobody knows whose it is. */
    unsavedForm(): KeptForm | null {
      if (!hasUnsavedChanges() || form.value.state !== 'ready' || overview.value.state !== 'ready') return null;
      const { saved, draft } = form.value.value;
      const { accountId, user } = overview.value.value;
      return { accountId, userId: user.id, saved, draft };
    },

    hasUnsavedChanges,
  };
};

const blankForm = {
  faults: {},
  warnings: [],
  saving: 'idle',
  failure: null,
  theirs: null,
  isOnTheirs: false,
} as const;
