import type { ActivityKind } from '#shared/domain/activity.ts';
import type { CheckAction } from '#shared/domain/check-action.ts';

/** The lines of the activity log about what happens after a check. */
export const afterActivityTexts = {
  stage_moved: 'Candidate moved after the check',
  stage_not_moved: 'Lever refused to move the candidate after the check',
  invitation_resent: 'Turn was asked to send the invitation again',
  recheck_requested: 'Turn was asked to check again',
};

/** The kinds of lines about checks. */
export const checkKinds: readonly ActivityKind[] = [
  'check_requested',
  'check_started',
  'check_followed',
  'check_status',
  'report_available',
  'stage_moved',
  'stage_not_moved',
  'invitation_resent',
  'recheck_requested',
];

/** The page's words about what happens after a check. */
export const afterTexts = {
  title: 'Move the candidate',
  hint: 'If a candidate is still in the stage that started the check when it reaches this outcome, we move them once, and a note in Lever says so. Checks that have already reached it move nobody.',
  clear: 'If “clear”, move to',
  consider: 'If “consider”, move to',
  stay: 'Leave in the stage',
  notInLever: (name: string) => `${name} (not in Lever)`,
};

/** What a Super Admin may ask of Turn about a check. */
export const actionTexts = {
  resend_invitation: {
    button: 'Resend the invitation',
    title: 'Resend the invitation?',
    text: 'Turn e-mails the candidate again, at the address that the check was ordered with.',
    yes: 'Resend it',
  },
  recheck: {
    button: 'Check again at Turn',
    title: 'Check this candidate again?',
    text: 'Turn runs the same check again and may charge your company for it. The tag in Lever is updated.',
    yes: 'Check again',
  },
} satisfies Record<CheckAction, { button: string; title: string; text: string; yes: string }>;
