import { activityWords } from './activity-texts.ts';
import { candidateWords } from './candidates-texts.ts';
import { healthWords } from './health-texts.ts';
import { mailWords } from './mail-texts.ts';
import { packageTexts } from './package-texts.ts';
import { texts } from './texts.ts';
import { tryTexts } from './try-texts.ts';

/** The cards that everybody sees, by their ids, in the order of the page. */
const forEverybody = [
  ['health', healthWords.title],
  ['connection', texts.connection.title],
  ['settings', texts.settings.title],
  ['packages', packageTexts.title],
] as const;
const forSuperAdmins = [
  ['mails', mailWords.title],
  ['try', tryTexts.title],
  ['candidates', candidateWords.title],
  ['activity', activityWords.title],
] as const;

/** Leads to each card: a column beside the cards where there is room, else a strip above them. */
export const Contents = ({ maySettle }: { maySettle: boolean }) => (
  <nav class="contents" aria-label={texts.contents}>
    <ul>
      {[...forEverybody, ...(maySettle ? forSuperAdmins : [])].map(([id, title]) => (
        <li key={id}>
          <a href={`#${id}`}>{title}</a>
        </li>
      ))}
    </ul>
  </nav>
);
