/** What the settings API tells of those who are in the stage, and of what would happen to a candidate. Times are epoch milliseconds. */
export type InStage = {
  readonly candidates: readonly {
    readonly opportunityId: string;
    readonly enteredAt: number | null;
    readonly standing: 'has_check' | 'left_out' | 'requested' | 'as_usual';
    /** Of one who is left out: `start`, or why no check would start. */
    readonly would: string | null;
    readonly packageId: string | null;
  }[];
  readonly isComplete: boolean;
};

/** What became of a request for checks. */
export type Requested = { readonly requested: number; readonly leftOut: number; readonly failed: number };

/** What would happen to a candidate. */
export type Preview = {
  readonly opportunityId: string;
  readonly outcome: 'start' | 'follow' | 'wait' | 'problem' | 'nothing';
  readonly why: string | null;
  readonly stage: string | null;
  readonly startsInSeconds: number;
  readonly package: {
    readonly from: 'tag' | 'default' | 'turn' | 'several';
    readonly packageId: string | null;
    readonly malformedTags: readonly string[];
  } | null;
  readonly sent: {
    readonly name: { readonly firstName: string; readonly lastName: string } | null;
    readonly maskedEmail: string | null;
    readonly phone: 'sent' | 'foreign' | 'unusable' | 'none';
  } | null;
  readonly lever: { readonly tag: string | null; readonly notes: readonly string[] };
};
