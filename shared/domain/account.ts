/** A stage whose entry starts a check. `id` is null until Lever's list of stages has been seen to hold the name. */
export type TriggerStage = { readonly id: string | null; readonly name: string };

/** May a check be started again when the candidate enters the stage once more after one has ended? */
export type RerunRule =
  | { readonly kind: 'never' }
  | { readonly kind: 'after_days'; readonly days: number }
  | { readonly kind: 'always' };

/** Lever's own list of stages as last read: id → name. `readAt` in epoch milliseconds. */
export type StageMap = { readonly readAt: number; readonly names: Readonly<Record<string, string>> };

/** Whether Lever lets us in: `disconnected` means that a grant was there and has lapsed or was revoked. */
export type Connection = 'not_connected' | 'connected' | 'disconnected';

/** A customer of Turn and what it chose. Holds no secret. */
export type Account = {
  readonly accountId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly connection: Connection;
  /** `P` and digits; null leaves the choice to Turn. */
  readonly defaultPackageId: string | null;
  readonly triggerStages: readonly TriggerStage[];
  readonly rerun: RerunRule;
  readonly tagPolicy: 'latest' | 'history';
  /** How long a candidate must stay in the stage before the check starts, in seconds. */
  readonly graceSeconds: number;
  readonly stages: StageMap | null;
};

/** The settings of an account that nobody has changed yet: what the help article promises. */
export const defaultSettings = {
  enabled: true,
  defaultPackageId: null,
  triggerStages: [{ id: null, name: 'Reference Check' }],
  rerun: { kind: 'never' },
  tagPolicy: 'latest',
  graceSeconds: 0,
  stages: null,
} as const satisfies Partial<Account>;
