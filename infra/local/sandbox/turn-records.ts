import type { PackageListing } from './turn-packages.ts';

/** A customer of Turn: who may call, what it may order, where state changes are told. */
export type TurnPartner = {
  id: string;
  name: string;
  /** The bearer token; a JWT at Turn, opaque here. */
  token: string;
  packageIds: string[];
  /** What it calls them; absent: nothing. */
  packageNames?: Record<string, string>;
  /** How Turn lists them, which nobody has documented; absent: in an object. */
  packageListing?: PackageListing;
  defaultPackageId: string;
  /** The account-wide Screening Webhook URL; null until someone sets it. */
  webhookUrl: string | null;
  teamMemberEmail: string;
};

export type TurnCheck = {
  partnerId: string;
  workerId: string;
  turnId: string;
  uuid: string;
  state: string;
  packageId: string;
  firstName: string;
  lastName: string;
  email: string;
  phoneNumber: string | null;
  referenceId: string | null;
  redirectUrl: string | null;
  callbackUrl: string;
  emailCandidate: boolean;
  doChecks: boolean;
  /** E-mails sent to the candidate: a person was bothered once for each. */
  invitations: number;
  orderedAt: number;
  /** `YYYY-MM-DD`, null before. */
  consentDate: string | null;
  recheckDate: string | null;
  criminalMonitoringEnrolledOn: string | null;
  criminalMonitoringTriggered: boolean;
};
