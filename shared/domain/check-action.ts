/** What a person may ask of Turn about a check. */
export const checkActions = ['resend_invitation', 'recheck'] as const;
export type CheckAction = (typeof checkActions)[number];

/** What became of it. `refused`: Turn says that the check does not allow it now. `unknown`: it may have reached Turn. */
export const actionOutcomes = ['done', 'refused', 'not_found', 'token_rejected', 'unknown'] as const;
export type ActionOutcome = (typeof actionOutcomes)[number];
