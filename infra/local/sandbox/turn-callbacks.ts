import { inventUuid, type Random } from './invented-values.ts';
import type { Outbox } from './outbox.ts';
import { type OddCallback, oddBody } from './turn-odd-callbacks.ts';
import type { TurnCheck, TurnPartner } from './turn-records.ts';

/** Where a check is looked at; the product must store what is delivered, not build it. */
export const dashboardUrl = ({ workerId }: TurnCheck): string => `https://partners.turn.ai/workers/${workerId}`;

/** The dates that end every status-like body of Turn. */
export const checkDates = (check: TurnCheck) => ({
  consent_date: check.consentDate,
  recheck_date: check.recheckDate,
  cm_criminal_enroll: check.criminalMonitoringEnrolledOn,
  criminal_monitoring_triggered: check.criminalMonitoringTriggered,
});

/** `2023-08-18 15:07:27.409802`: Turn's time without a zone. */
const withoutZone = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '000');

export type TurnCallbacks = {
  /** a: every change of state, to the account's URL, with `worker_id` alone. */
  stateChanged(partner: TurnPartner, check: TurnCheck, originalState: string): void;
  /** Any change, to the account's URL, in a shape that Turn does not document. */
  oddlyTold(partner: TurnPartner, check: TurnCheck, kind: OddCallback): void;
  /** b: the results, to the order's `callback_url`; holds the report's personal data. */
  resultsReady(partner: TurnPartner, check: TurnCheck): void;
  /** c: sent only to customers for whom Turn's support switched it on. */
  consentGiven(partner: TurnPartner, check: TurnCheck): void;
  /** d: likewise. */
  ssnUpdated(partner: TurnPartner, check: TurnCheck): void;
};

/** The four bodies Turn posts, unsigned, as documented; and those that it may post besides. */
export const createTurnCallbacks = (options: { now: () => number; random: Random; outbox: Outbox }): TurnCallbacks => {
  const { now, random, outbox } = options;
  const post = (partner: TurnPartner, url: string | null, event: string, body: object): void => {
    if (url !== null) outbox.post({ account: partner.id, url, event, body: JSON.stringify(body) });
  };
  const ids = (check: TurnCheck) => ({
    turn_id: check.turnId,
    reference_id: check.referenceId,
    worker_id: check.workerId,
  });
  return {
    stateChanged: (partner, check, originalState) =>
      post(partner, partner.webhookUrl, 'status', {
        team_member_email: partner.teamMemberEmail,
        original_state: originalState,
        dashboard_url: dashboardUrl(check),
        event_id: inventUuid(random),
        state: check.state,
        timestamp: Math.floor(now() / 1000),
        worker_email: check.email,
        worker_id: check.workerId,
        ...checkDates(check),
      }),
    oddlyTold: (partner, check, kind) => post(partner, partner.webhookUrl, 'odd', oddBody(kind, check)),
    resultsReady: (partner, check) => {
      const clear = check.state === 'approved';
      const name = `${check.firstName} ${check.lastName}`;
      post(partner, check.callbackUrl, 'results', {
        checks: {
          location: null,
          addresses: [],
          aliases: null,
          criminal: clear ? 'clear' : [],
          mvr: null,
          sex_offender: clear ? 'clear' : [],
          watchlist: clear ? 'clear' : [],
          ssn: null,
          candidate_provided_ssn: null,
          partner_provided_ssn: null,
          ssn_status: 'none',
          dob_status: 'matched',
          name_status: 'matched',
          public_name_status: 'matched',
          partner_provided_name: name,
          candidate_provided_name: name,
          public_provided_name: name.toUpperCase(),
          candidate_provided_date_of_birth: '1977-05-25',
          public_record_date_of_birth: '1977-05-25',
        },
        current_address: {
          address1: '1 Invented Street',
          address2: '',
          city: 'SPRINGFIELD',
          state: 'IL',
          zip: '62701',
          first_seen: '2019-01-01',
          last_seen: '2025-12-01',
        },
        date_of_birth: '1977-05-25',
        name,
        license_number: null,
        license_state: null,
        email: check.email,
        partner_worker_status: check.state,
        dashboard_url: dashboardUrl(check),
        turn_id: check.turnId,
        reference_id: check.referenceId,
        callback_uuid: check.uuid,
        worker_uuid: check.workerId,
        ...checkDates(check),
      });
    },
    consentGiven: (partner, check) => {
      const body = { hook_type: 'CONSENT_CONFIRMATION', ...ids(check), consent_date: withoutZone(now()) };
      post(partner, partner.webhookUrl, 'consent', body);
    },
    ssnUpdated: (partner, check) => {
      const body = { hook_type: 'SSN_UPDATED', ...ids(check), timestamp: withoutZone(now()) };
      post(partner, partner.webhookUrl, 'ssn', body);
    },
  };
};
