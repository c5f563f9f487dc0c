import type { Answer } from './exchange.ts';
import type { TurnCheck, TurnPartner } from './turn-records.ts';

const notFound: Answer = { status: 404, body: { error: 'Worker not found' } };
const notAllowed = (message: string): Answer => ({ status: 422, body: { message } });

/**
 * `POST /fcra/{turn_id}/email/consent/resend` and `PUT /fcra_check/{id}/recheck` as Turn documents them; undefined for other routes. The
 * first e-mails the candidate once more, each time that it is called; the second is `recheck`.
 */
export const answerAction = (
  route: string,
  partner: TurnPartner,
  { checks, recheck }: { checks: readonly TurnCheck[]; recheck: (workerId: string) => void },
): Answer | undefined => {
  const own = (ids: (check: TurnCheck) => (string | null)[], id: string): TurnCheck | undefined =>
    checks.findLast((check) => check.partnerId === partner.id && ids(check).includes(decodeURIComponent(id)));
  const resent = /^POST \/fcra\/([^/]+)\/email\/consent\/resend$/.exec(route)?.[1];
  if (resent !== undefined) {
    const check = own(({ turnId }) => [turnId], resent);
    if (check === undefined) return notFound;
    if (check.state !== 'emailed') return notAllowed('The candidate has already accepted, or no email was sent.');
    check.invitations += 1;
    return { status: 200, body: {} };
  }
  const repeated = /^PUT \/fcra_check\/([^/]+)\/recheck$/.exec(route)?.[1];
  if (repeated === undefined) return undefined;
  const check = own(({ workerId, turnId, referenceId }) => [workerId, turnId, referenceId], repeated);
  if (check === undefined) return notFound;
  if (!['approved', 'pending', 'rejected'].includes(check.state))
    return notAllowed('The check cannot be run again now.');
  recheck(check.workerId);
  return { status: 200, body: { message: 'The operation completed successfully.' } };
};
