import type { ComponentChildren } from 'preact';
import type { Preview } from './try-contract.ts';
import { outcomeText, packageText, tryTexts as words } from './try-texts.ts';

/** What would happen to the candidate: in a sentence, in facts, and as Lever would show it. */
export const PreviewResult = ({ preview }: { preview: Preview }) => (
  <>
    <h3>{outcomeText(preview)}</h3>
    <Facts preview={preview} />
    <p class="term">{words.inLever}</p>
    <Shown lever={preview.lever} />
  </>
);

const Facts = ({ preview: { package: wanted, sent } }: { preview: Preview }) => (
  <dl class="facts">
    {wanted === null ? null : (
      <Fact term={words.package}>
        {packageText(wanted)}
        {wanted.malformedTags.length === 0 ? null : <p class="hint">{words.malformed(wanted.malformedTags)}</p>}
      </Fact>
    )}
    {sent === null ? null : (
      <>
        <Fact term={words.name}>
          {sent.name === null ? (
            <span class="quiet">{words.unusable}</span>
          ) : (
            <>
              {sent.name.firstName} <span class="quiet">({words.firstName})</span> {sent.name.lastName}{' '}
              <span class="quiet">({words.lastName})</span>
            </>
          )}
        </Fact>
        <Fact term={words.email}>{sent.maskedEmail ?? <span class="quiet">{words.unusable}</span>}</Fact>
        <Fact term={words.phone}>{words.phones[sent.phone]}</Fact>
      </>
    )}
  </dl>
);

const Fact = (props: { term: string; children: ComponentChildren }) => (
  <div>
    <dt>{props.term}</dt>
    <dd>{props.children}</dd>
  </div>
);

const Shown = ({ lever: { tag, notes } }: Pick<Preview, 'lever'>) => {
  if (tag === null && notes.length === 0) return <p class="quiet">{words.nothingShown}</p>;
  return (
    <div class="shown-in-lever">
      {tag === null ? null : (
        <p>
          <span class="unseen">{words.tag}: </span>
          <span class="tag">{tag}</span>
        </p>
      )}
      {notes.map((note) => (
        <p class="note" key={note}>
          <span class="unseen">{words.note}: </span>
          {note}
        </p>
      ))}
    </div>
  );
};
