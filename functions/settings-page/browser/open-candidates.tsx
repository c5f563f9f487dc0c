import type { OpenProblem } from '#shared/domain/work-problems.ts';
import { openTexts } from './activity-texts.ts';
import { CheckAgain } from './check-again.tsx';
import type { Overview } from './contract.ts';
import { healthWords as words } from './health-texts.ts';
import type { Model } from './model.ts';
import { Moment, OpportunityLink } from './parts.tsx';

/** So many are seen at once; the others are unfolded. */
const mostAtOnce = 5;

/** The candidates of whom somebody has to see to something: which, since when, and what to do. */
export const OpenCandidates = ({ model, overview }: { model: Model; overview: Overview }) => {
  const rows = overview.health.open.map((problem) => (
    <OpenRow key={problem.opportunityId} model={model} overview={overview} problem={problem} />
  ));
  const more = rows.slice(mostAtOnce);
  return (
    <div class="open-candidates">
      <h3 id="open-title">{words.open}</h3>
      <p class="hint">{words.openHint}</p>
      <ol aria-labelledby="open-title">{rows.slice(0, mostAtOnce)}</ol>
      {more.length === 0 ? null : (
        <details>
          <summary>{words.moreOpen(more.length)}</summary>
          <ol>{more}</ol>
        </details>
      )}
    </div>
  );
};

const OpenRow = ({ model, overview, problem }: { model: Model; overview: Overview; problem: OpenProblem }) => (
  <li>
    <div>
      <p>
        <OpportunityLink overview={overview} opportunityId={problem.opportunityId} /> {openTexts[problem.code]}
      </p>
      <p class="hint">
        {words.began} <Moment at={problem.since} />
      </p>
    </div>
    {overview.user.maySettle ? (
      <div class="row-actions">
        <CheckAgain model={model} opportunityId={problem.opportunityId} />
      </div>
    ) : null}
  </li>
);
