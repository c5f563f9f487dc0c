import { scopes } from '#shared/lever/lever-login.ts';
import { inventHex } from './invented-values.ts';
import type { LeverModel } from './lever-model.ts';
import type { LeverRecruiter } from './lever-recruiter.ts';
import type { LeverTokenPair } from './lever-tokens.ts';
import { samplePeople } from './sample-people.ts';

/** What the integration asks for, and access to confidential candidates. */
export const SAMPLE_SCOPE = [...scopes, 'confidential:access:admin'].join(' ');

/** A connected customer in Lever's sandbox; `opportunityIds` by the key of the sample person. */
export type SampleOrganization = {
  recruiter: LeverRecruiter;
  tokens: LeverTokenPair;
  /** What a Super Admin would copy from Lever's Webhooks page: set it as the account's webhook secret. */
  signatureToken: string;
  opportunityIds: Record<keyof typeof samplePeople, string>;
};

/** The sample organization's id in Lever, unless another is wished. */
export const SAMPLE_ORGANIZATION_ID = 'sample-lever-organization';

const ADMIN = {
  id: '5e1f0d2a-3b64-4c1e-9f70-6a2d8c4b1e05',
  name: 'Quillon Averdeen',
  username: 'quillon',
  email: 'quillon@brightwater-mills.example',
  accessRole: 'super admin',
};

/** The stage that starts checks by default: "Reference check". */
export const SAMPLE_TRIGGER_STAGE_ID = 'c2d7b3f9-1e48-4a65-b09f-5d7e16a3c833';

const STAGES = [
  { id: 'lead-new', text: 'New lead' },
  { id: 'lead-reached-out', text: 'Reached out' },
  { id: 'lead-responded', text: 'Responded' },
  { id: 'applicant-new', text: 'New applicant' },
  { id: '0b9c1d54-7a1e-4b7c-8f3d-21c6e59a0f11', text: 'Phone screen' },
  { id: '4f6a8e02-95d3-4e0b-a1c7-8b30d7f4c922', text: 'On-site interview' },
  // Lever's own spelling: the product's default is "Reference Check".
  { id: SAMPLE_TRIGGER_STAGE_ID, text: 'Reference check' },
  { id: 'offer', text: 'Offer' },
];

/** An invented customer with built-in and own stages, a few candidates, and a connection that works already. */
export const createSampleOrganization = (
  model: LeverModel,
  options: { id?: string; clientId?: string; random?: () => number } = {},
): SampleOrganization => {
  const { id = SAMPLE_ORGANIZATION_ID, clientId = 'sandbox-lever-client', random = Math.random } = options;
  const recruiter = model.addOrganization({ id, name: 'Brightwater Mills', stages: STAGES, users: [ADMIN] });
  const tokens = model.tokens.connect({ organizationId: id, userId: ADMIN.id, clientId, scope: SAMPLE_SCOPE });
  const add = ({ name, emails, phones, tags, confidentiality }: (typeof samplePeople)['tagged']): string =>
    recruiter.addOpportunity({ name, emails, phones, tags, confidentiality, stage: 'On-site interview' }).id;
  return {
    recruiter,
    tokens,
    signatureToken: inventHex(random, 48),
    opportunityIds: {
      tagged: add(samplePeople.tagged),
      untagged: add(samplePeople.untagged),
      withoutEmail: add(samplePeople.withoutEmail),
      confidential: add(samplePeople.confidential),
      undecided: add(samplePeople.undecided),
    },
  };
};
