import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { enteredFaults, type KnownPackage, longestPackageName } from '#shared/domain/packages.ts';
import { describedBy } from './field.tsx';
import type { Model } from './model.ts';
import { packageTexts as words } from './package-texts.ts';
import { Badge, FailureText } from './parts.tsx';
import { texts } from './texts.ts';
import { useAction } from './use-action.ts';

const copiedForMs = 3000;

type RowProps = { model: Model; known: KnownPackage; isDefault: boolean; maySettle: boolean; onRemoved: () => void };

/** One package: what it is called, its tag to copy, and what a Super Admin may do with it. */
export const PackageRow = ({ model, known, isDefault, maySettle, onRemoved }: RowProps) => {
  const { id, name, from } = known;
  const isRenaming = useSignal(false);
  const renameButton = useRef<HTMLButtonElement>(null);
  const wasRenaming = useRef(false);
  useEffect(() => {
    if (wasRenaming.current && !isRenaming.value) renameButton.current?.focus();
    wasRenaming.current = isRenaming.value;
  }, [isRenaming.value]);
  const called = name ?? id;
  const remove = useAction(async () => {
    await model.packages.remove(id);
    onRemoved();
  });
  return (
    <li class="package">
      <div class="package-name">
        <span>
          {name === null ? <span class="quiet">{words.unnamed}</span> : <strong>{name}</strong>}{' '}
          <span class="id">{id}</span>
        </span>
        {isDefault ? <Badge tone="idle">{words.isDefault}</Badge> : null}
        <span class="quiet">{words.from[from]}</span>
      </div>
      <div class="package-tag">
        <code>{tagOf(known)}</code>
        <CopyButton called={called} tag={tagOf(known)} />
        {maySettle ? (
          <button
            type="button"
            class="link"
            ref={renameButton}
            aria-label={words.renameOf(called)}
            aria-expanded={isRenaming.value}
            onClick={() => (isRenaming.value = !isRenaming.value)}
          >
            {words.rename}
          </button>
        ) : null}
        {maySettle && from === 'entered' ? (
          <button
            type="button"
            class="link"
            aria-label={words.removeOf(called)}
            aria-disabled={remove.isBusy}
            onClick={remove.run}
          >
            {words.remove}
          </button>
        ) : null}
      </div>
      <FailureText failure={remove.failure} />
      {isRenaming.value ? <RenameForm model={model} known={known} onDone={() => (isRenaming.value = false)} /> : null}
    </li>
  );
};

/** The tag, ready-made. */
const tagOf = ({ id, name }: KnownPackage): string => `TurnPackage:${id}${name === null ? '' : `:${name}`}`;

const CopyButton = ({ called, tag }: { called: string; tag: string }) => {
  const said = useSignal<string>('');
  const copy = async (): Promise<void> => {
    said.value = await navigator.clipboard.writeText(tag).then(
      () => words.copied,
      () => words.notCopied,
    );
    setTimeout(() => (said.value = ''), copiedForMs);
  };
  return (
    <>
      <button type="button" aria-label={words.copyOf(called)} onClick={() => void copy()}>
        {said.value || words.copy}
      </button>
      <span class="unseen" role="status">
        {said.value}
      </span>
    </>
  );
};

const RenameForm = ({ model, known, onDone }: { model: Model; known: KnownPackage; onDone: () => void }) => {
  const { id } = known;
  const typed = useSignal(known.name ?? '');
  const fault = useSignal<string | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const save = useAction(async () => {
    await model.packages.enter({ id, name: typed.value.trim() });
    onDone();
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    fault.value = enteredFaults([{ id, name: typed.value }])['packages.0.name'];
    if (fault.value === undefined) save.run();
    else input.current?.focus();
  };
  return (
    <form class="package-rename" noValidate onSubmit={submit}>
      <div class={fault.value === undefined ? 'joined' : 'joined faulty'}>
        <input
          {...describedBy(`name-of-${id}`, false, fault.value)}
          ref={input}
          aria-label={words.nameOf(id)}
          value={typed.value}
          maxLength={longestPackageName}
          autocomplete="off"
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
          onKeyDown={({ key }) => {
            if (key === 'Escape') onDone();
          }}
        />
        <button type="submit" class="primary" aria-disabled={save.isBusy}>
          {save.isBusy ? words.saving : words.save}
        </button>
        <button type="button" onClick={onDone}>
          {texts.cancel}
        </button>
      </div>
      {fault.value === undefined ? null : (
        <p class="fault" id={`name-of-${id}-fault`}>
          {fault.value}
        </p>
      )}
      <FailureText failure={save.failure} />
    </form>
  );
};
