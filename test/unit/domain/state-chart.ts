import { entryAt, newRecord, type OpportunityRecord, withEntry } from '#shared/domain/opportunity-record.ts';
import type { OrderingEntry, StageEntry } from '#shared/domain/stage-entry.ts';
import { everythingThatCanHappen, type Happening, type TransitionName, transitionNames } from './every-transition.ts';
import {
  blockedEntry,
  completeStatus,
  days,
  monday,
  orderedEntry,
  orderingEntry,
  rerunDeniedEntry,
} from './samples.ts';

const enteredAt = monday + 60_000;
const now = monday + 300_000;
const attempt = orderingEntry().attempt;
const problem = { code: 'no_email', detail: null, since: enteredAt } as const;

/** An entry in every state, as different as it matters; undefined: there is none. */
const samples: readonly (StageEntry | undefined)[] = [
  undefined,
  orderingEntry({ attempt: { ...attempt, inFlightUntil: now + 10_000 } }),
  orderingEntry({ attempt: { ...attempt, inFlightUntil: null } }),
  orderingEntry({ attempt: { ...attempt, inFlightUntil: null }, problem }),
  orderedEntry({ status: null }),
  orderedEntry(),
  blockedEntry(),
  blockedEntry('confidential', { enteredAt: null }),
  rerunDeniedEntry(),
  { state: 'erased', enteredAt },
];
const earlierCheck = orderedEntry({
  enteredAt: monday - 40 * days,
  changedAt: monday - 39 * days,
  status: completeStatus,
});

const samplesOf = (entry: StageEntry | undefined): OpportunityRecord[] => {
  const alone = newRecord('acct_harborlight', 'opp-1');
  return [alone, withEntry(alone, earlierCheck)].map((record) =>
    entry === undefined ? record : withEntry(record, entry),
  );
};
const claimFor = (entry: StageEntry | undefined): OrderingEntry =>
  entry?.state === 'ordering' ? entry : orderingEntry();

type Edge = { readonly from: string; readonly to: string; readonly happening: Happening };

const entryEdges = (): Edge[] =>
  samples.flatMap((entry) =>
    samplesOf(entry).flatMap((record) =>
      everythingThatCanHappen(record, claimFor(entry), now).flatMap((happening): Edge[] => {
        const [before, after] = [record, happening.record].map((each) => entryAt(each, happening.enteredAt));
        // Comparing texts: what is read anew may be equal without being the same.
        const isChange = JSON.stringify(before) !== JSON.stringify(after);
        return isChange ? [{ from: before?.state ?? 'none', to: after?.state ?? 'none', happening }] : [];
      }),
    ),
  );

const leaseStateOf = ({ lever: { lease } }: OpportunityRecord): string => {
  if (lease === null) return 'free';
  return lease.dirty ? 'contended' : 'held';
};

const leaseEdges = (): Edge[] => {
  const held = [now - 1, now + 1].flatMap((until) =>
    [false, true].map((dirty) => ({ leaseId: 'lease-1', until, dirty })),
  );
  const ordered = withEntry(newRecord('acct_harborlight', 'opp-1'), orderedEntry());
  return [null, ...held].flatMap((lease) => {
    const record = { ...ordered, lever: { ...ordered.lever, lease } };
    return everythingThatCanHappen(record, orderingEntry(), now).flatMap((happening): Edge[] => {
      const [from, to] = [leaseStateOf(record), leaseStateOf(happening.record)];
      return from === to ? [] : [{ from, to, happening }];
    });
  });
};

/** One line for each pair of states, naming every transition that leads from one to the other. */
const linesOf = (edges: readonly Edge[], states: readonly string[]): string[] =>
  states.flatMap((from) =>
    states.flatMap((to) => {
      const labels = labelsOf(
        edges.filter((edge) => edge.from === from && edge.to === to).map(({ happening }) => happening),
      );
      return labels.length === 0 ? [] : [`  ${from} --> ${to}: ${labels.join(', ')}`];
    }),
  );

const labelsOf = (happenings: readonly Happening[]): string[] =>
  transitionNames.flatMap((name) => {
    const own = happenings.filter((each) => each.name === name);
    const variants = [...new Set(own.flatMap(({ variant }) => variant ?? []))].toSorted();
    if (own.length === 0) return [];
    return [variants.length === 0 ? name : `${name} (${variants.join(', ')})`];
  });

const namesIn = (edges: readonly Edge[]): ReadonlySet<TransitionName> =>
  new Set(edges.map(({ happening }) => happening.name));

/** Every transition that was applied to some sample. */
const appliedNames = (): ReadonlySet<TransitionName> =>
  new Set(
    samples.flatMap((entry) =>
      samplesOf(entry).flatMap((record) =>
        everythingThatCanHappen(record, claimFor(entry), now).map(({ name }) => name),
      ),
    ),
  );

/** What was applied at all, and what the charts show, by kind. */
export const chartedTransitions = () => {
  const [applied, entries, leases] = [appliedNames(), namesIn(entryEdges()), namesIn(leaseEdges())];
  return {
    applied: transitionNames.filter((name) => applied.has(name) || leases.has(name)),
    ofEntries: transitionNames.filter((name) => entries.has(name)),
    ofLeases: transitionNames.filter((name) => leases.has(name)),
    others: transitionNames.filter((name) => !entries.has(name) && !leases.has(name)),
  };
};

/** The state charts as Markdown, drawn from what the transitions really do. */
export const stateCharts = (): string =>
  [
    'An entry into a trigger stage, of which there is none at first:',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  state "no entry" as none',
    '  [*] --> none',
    ...linesOf(entryEdges(), ['none', 'ordering', 'ordered', 'blocked', 'rerun_denied', 'erased']),
    '```',
    '',
    "The lease under which Lever's tags and notes are written (`contended`: somebody has news, so its holder syncs once more):",
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> free',
    ...linesOf(leaseEdges(), ['free', 'held', 'contended']),
    '```',
    '',
    `Only the schedule is changed by ${chartedTransitions()
      .others.map((name) => `\`${name}\``)
      .join(', ')}.`,
  ].join('\n');
