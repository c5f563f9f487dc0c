import { useEffect, useRef } from 'preact/hooks';
import type { CandidateView, LeverView, TurnView } from '../console-view.ts';
import { act, openCandidateId } from './live-view.ts';
import { CarefulButton, ChooseAndDo, LinkedText, Moment, OneField, Tag } from './small-parts.tsx';

/** One candidate's page in Lever: what a recruiter reads and edits, live. */
export const CandidatePanel = (props: { lever: LeverView; turn: TurnView; candidate: CandidateView }) => {
  const { lever, turn, candidate } = props;
  const { id: candidateId, name, emails, phones, tags, notes, others, history, isArchived, stageId } = candidate;
  const ofCandidate = { organizationId: lever.id, candidateId };
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [candidateId]);
  const close = (): void => {
    openCandidateId.value = null;
  };

  return (
    <section
      class="panel"
      aria-label={`Candidate ${name}`}
      onKeyDown={({ key }) => {
        if (key === 'Escape') close();
      }}
    >
      <header>
        <h3 ref={heading} tabIndex={-1}>
          {name || 'No name'}
        </h3>
        {isArchived && <span class="hint">archived</span>}
        <button type="button" class="small" onClick={close}>
          Close
        </button>
      </header>

      <div class="field">
        <span class="label">Stage</span>
        <ChooseAndDo
          label={`Stage of ${name} here`}
          options={lever.stages}
          value={stageId}
          button="Move"
          onDo={(chosen) => void act({ do: 'move', ...ofCandidate, stageId: chosen })}
        />
      </div>

      <h4>Tags</h4>
      <p class="tags">
        {tags.map((tag) => (
          <Tag key={tag} tag={tag}>
            <button
              type="button"
              class="remove"
              aria-label={`Remove the tag ${tag}`}
              onClick={() => void act({ do: 'remove-tag', ...ofCandidate, tag })}
            >
              ×
            </button>
          </Tag>
        ))}
        {tags.length === 0 && <span class="hint">none</span>}
      </p>
      <OneField
        label="New tag"
        isLabelHidden
        value=""
        button="Add"
        placeholder="TurnPackage:…"
        list="package-tags"
        clears
        onSave={(tag) => void act({ do: 'add-tag', ...ofCandidate, tag })}
      />
      <datalist id="package-tags">
        {turn.packages.map((pack) => (
          <option key={pack.id} value={pack.tag} />
        ))}
      </datalist>

      <h4>Notes</h4>
      {notes.length === 0 && <p class="hint">None yet. The integration writes them here.</p>}
      <ol class="notes" aria-label="Notes" aria-live="polite">
        {notes.map(({ id, value, createdAt, isSecret }) => (
          <li key={id}>
            <LinkedText text={value} />
            <p class="hint">
              <Moment at={createdAt} />
              {isSecret && ' · secret'}
            </p>
          </li>
        ))}
      </ol>

      <h4>Contact</h4>
      <OneField
        label="Name"
        value={name}
        button="Save"
        onSave={(text) => void act({ do: 'set-name', ...ofCandidate, name: text })}
      />
      <OneField
        label="E-mail"
        value={emails.join(', ')}
        button="Save"
        onSave={(text) =>
          void act({ do: 'set-emails', ...ofCandidate, emails: text.split(/[\s,]+/).filter((email) => email !== '') })
        }
      />
      <OneField
        label="Phone"
        value={phones.join(', ')}
        button="Save"
        placeholder="+1 312 555 0123"
        onSave={(text) =>
          void act({
            do: 'set-phones',
            ...ofCandidate,
            phones: text.split(/\s*,\s*/).filter((phone) => phone !== ''),
          })
        }
      />

      <h4>Opportunities</h4>
      {others.length > 0 && (
        <ul class="history" aria-label="Other opportunities of this person">
          {others.map(({ id, stage }) => (
            <li key={id}>
              <button type="button" class="link" onClick={() => (openCandidateId.value = id)}>
                Also in {stage}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="buttons">
        <button type="button" onClick={() => void act({ do: 'add-opportunity', ...ofCandidate })}>
          Add an opportunity of this person
        </button>
      </p>

      <h4>Stage history</h4>
      <ol class="history">
        {history.map(({ stage, at }) => (
          <li key={at}>
            {stage} <Moment at={at} />
          </li>
        ))}
      </ol>

      <p class="buttons">
        <button type="button" onClick={() => void act({ do: 'archive', ...ofCandidate, archived: !isArchived })}>
          {isArchived ? 'Unarchive' : 'Archive'}
        </button>
        <CarefulButton
          label="Delete"
          question="Delete for good?"
          onSure={() => void act({ do: 'delete', ...ofCandidate })}
        />
      </p>
    </section>
  );
};
