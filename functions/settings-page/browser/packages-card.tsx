import { useEffect, useRef } from 'preact/hooks';
import { AddPackage, newPackageFieldId } from './add-package.tsx';
import type { Overview } from './contract.ts';
import type { Packages } from './create-packages.ts';
import type { Model } from './model.ts';
import { PackageRow } from './package-row.tsx';
import { packageTexts as words } from './package-texts.ts';
import { Card } from './parts.tsx';
import { texts } from './texts.ts';

/** The account's packages by name, each with the tag that asks for it. */
export const PackagesCard = ({ model, overview }: { model: Model; overview: Overview }) => {
  const loaded = model.packages.list.value;
  const { state } = overview.connection;
  const stateBefore = useRef(state);
  useEffect(() => {
    // Another Lever, or none, has other tags.
    if (stateBefore.current !== state) void model.packages.load();
    stateBefore.current = state;
  }, [state]);
  return (
    <Card id="packages" title={words.title}>
      <p class="lead">{words.lead}</p>
      {loaded.state === 'loading' ? <p class="quiet">{texts.loading}</p> : null}
      {loaded.state === 'failed' ? (
        <p class="hint">
          {words.failed}{' '}
          <button type="button" class="link" onClick={() => void model.packages.load()}>
            {texts.retry}
          </button>
        </p>
      ) : null}
      {loaded.state === 'ready' ? <List model={model} overview={overview} found={loaded.value} /> : null}
    </Card>
  );
};

const List = ({ model, overview, found }: { model: Model; overview: Overview; found: Packages }) => {
  const { packages, turnAnswers, leverTags } = found;
  const { maySettle } = overview.user;
  const form = model.form.value;
  const defaultId = form.state === 'ready' ? form.value.saved.defaultPackageId : '';
  return (
    <>
      {packages.length === 0 ? (
        <p class="quiet">{words.none}</p>
      ) : (
        <ul class="package-list" aria-label={words.title}>
          {packages.map((known) => (
            <PackageRow
              key={known.id}
              model={model}
              known={known}
              isDefault={known.id === defaultId}
              maySettle={maySettle}
              onRemoved={() => document.getElementById(newPackageFieldId)?.focus()}
            />
          ))}
        </ul>
      )}
      {turnAnswers || packages.length === 0 ? null : <p class="hint">{words.turnSilent}</p>}
      {leverTags === 'forbidden' ? <p class="hint">{words.tagsForbidden}</p> : null}
      {maySettle ? <AddPackage model={model} known={packages} /> : null}
    </>
  );
};
