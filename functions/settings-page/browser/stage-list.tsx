import { useEffect, useRef } from 'preact/hooks';
import type { Stages } from './contract.ts';
import type { Loaded } from './loaded.ts';
import { Moment } from './parts.tsx';
import { texts } from './texts.ts';

const words = texts.settings;
const agedMs = 10 * 60_000;

/** The id of an option in the page, for the search field to point to. */
export const optionId = ({ id }: { id: string }): string => `stage-${id}`;

/** One of Lever's stages in the list; the arrow keys of the search field lead to it, so that the list is one stop for Tab. */
export const Option = (props: {
  stage: { id: string; name: string };
  isChosen: boolean;
  isActive: boolean;
  toggle: () => void;
}) => {
  const item = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.isActive) item.current?.scrollIntoView({ block: 'nearest' });
  }, [props.isActive]);
  return (
    <button
      type="button"
      ref={item}
      class={props.isActive ? 'option active' : 'option'}
      id={optionId(props.stage)}
      role="option"
      aria-selected={props.isChosen}
      tabIndex={-1}
      onClick={props.toggle}
    >
      {props.stage.name}
    </button>
  );
};

/** Where the list comes from, or why there is none. */
export const About = ({
  loaded,
  hasMatch,
  retry,
}: {
  loaded: Loaded<Stages>;
  hasMatch: boolean;
  retry: () => void;
}) => {
  if (loaded.state === 'loading') return <p class="hint">{texts.loading}</p>;
  if (loaded.state === 'failed')
    return (
      <p class="hint">
        {words.stageFailed}{' '}
        <button type="button" class="link" onClick={retry}>
          {texts.retry}
        </button>
      </p>
    );
  const { readAt } = loaded.value;
  if (readAt === null) return <p class="hint">{words.stageNotRead}</p>;
  if (Date.now() - readAt > agedMs)
    return (
      <p class="hint">
        {words.stageAged} <Moment at={readAt} />.
      </p>
    );
  return hasMatch ? null : <p class="hint">{words.stageNone}</p>;
};
