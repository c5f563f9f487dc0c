import { useEffect, useRef, useState } from 'preact/hooks';
import type { CandidateView, LeverView } from '../console-view.ts';
import { act, openCandidateId } from './live-view.ts';
import { ChooseAndDo, Tag } from './small-parts.tsx';

const dragType = 'text/plain';

const Card = ({ lever, candidate }: { lever: LeverView; candidate: CandidateView }) => {
  const { id, name, emails, tags, stageId, notes, others, isConfidential } = candidate;
  const isOpen = openCandidateId.value === id;
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isOpen, stageId]);
  return (
    <li
      ref={card}
      class={`card${isOpen ? ' open' : ''}`}
      draggable
      onDragStart={({ dataTransfer }) => dataTransfer?.setData(dragType, id)}
    >
      <button type="button" class="card-name" aria-expanded={isOpen} onClick={() => (openCandidateId.value = id)}>
        {name || 'No name'}
      </button>
      <p class="card-email">{emails.join(', ') || 'no e-mail'}</p>
      {others.length > 0 && <p class="hint">same person as in {others.map(({ stage }) => stage).join(', ')}</p>}
      {isConfidential && <p class="hint">confidential</p>}
      <p class="tags">
        {tags.map((tag) => (
          <Tag key={tag} tag={tag} />
        ))}
      </p>
      <div class="card-foot">
        <ChooseAndDo
          label={`Stage of ${name}`}
          options={lever.stages}
          value={stageId}
          button="Move"
          onDo={(chosen) => void act({ do: 'move', organizationId: lever.id, candidateId: id, stageId: chosen })}
        />
        {notes.length > 0 && <span class="hint">{notes.length === 1 ? '1 note' : `${notes.length} notes`}</span>}
      </div>
    </li>
  );
};

const Column = ({ lever, stage }: { lever: LeverView; stage: LeverView['stages'][number] }) => {
  const [isOver, setOver] = useState(false);
  const candidates = lever.candidates.filter(({ stageId, isArchived }) => stageId === stage.id && !isArchived);
  return (
    <section
      class={`column${candidates.length === 0 ? ' empty' : ''}${isOver ? ' over' : ''}`}
      aria-label={stage.name}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const candidateId = event.dataTransfer?.getData(dragType);
        if (candidateId) void act({ do: 'move', organizationId: lever.id, candidateId, stageId: stage.id });
      }}
    >
      <h3>
        <span>{stage.name}</span>
        {stage.startsCheck && <span class="hint">starts a check</span>}
        <span class="count">{candidates.length}</span>
      </h3>
      <ul>
        {candidates.map((candidate) => (
          <Card key={candidate.id} lever={lever} candidate={candidate} />
        ))}
      </ul>
      <button
        type="button"
        class="add"
        aria-label={`Add a candidate to ${stage.name}`}
        onClick={() => void act({ do: 'add-candidate', organizationId: lever.id, stageId: stage.id })}
      >
        + Add
      </button>
    </section>
  );
};

/** Lever's pipeline: a column a stage, a card a candidate; drag a card, or choose its stage and press Move. */
export const Board = ({ lever }: { lever: LeverView }) => {
  const archived = lever.candidates.filter(({ isArchived }) => isArchived);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="board" aria-label="Pipeline" tabIndex={0}>
        {lever.stages.map((stage) => (
          <Column key={stage.id} lever={lever} stage={stage} />
        ))}
      </section>
      {archived.length > 0 && (
        <p class="archived">
          Archived:{' '}
          {archived.map(({ id, name }) => (
            <button key={id} type="button" class="link" onClick={() => (openCandidateId.value = id)}>
              {name}
            </button>
          ))}
        </p>
      )}
    </>
  );
};
