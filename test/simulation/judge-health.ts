import type { Overview } from '#functions/settings-page/browser/contract.ts';
import type { LeverOpportunity } from '#infra/local/sandbox/lever-records.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { NetworkError } from '#shared/http/send-request.ts';
import { recordSchema } from '#shared/stores/record-schema.ts';
import type { Customer } from './machine/customers.ts';
import { functions, tableAlone } from './machine/functions.ts';
import type { Service } from './machine/service.ts';

/** What is wrong with an account itself, whatever becomes of its candidates: the simulation's people do such things. */
const ofTheAccount: ReadonlySet<string> = new Set([
  'webhook_secret_missing',
  'webhook_secret_wrong',
  'webhooks_silent',
  'trigger_stage_missing',
  'default_package_unknown',
  'reauthorization_due',
]);

export const triggerOf = ({ recruiter }: Customer): string | undefined => recruiter.organization.stages[2]?.id;

export const recordOf = async (
  { memory }: Service,
  { accountId }: Customer,
  id: string,
): Promise<OpportunityRecord | null> => {
  const item = await memory.get({ pk: `ACCOUNT#${accountId}`, sk: `OPPORTUNITY#${id}` });
  return item === null ? null : recordSchema.parse(item.content);
};

/** Whoever left the stage while the table was away is found again once they are moved, or Turn's reference leads to them. */
export const isLostFromSight = (
  { truth }: Service,
  customer: Customer,
  { stageId, archived }: LeverOpportunity,
  record: OpportunityRecord | null,
): boolean => {
  const isAway = stageId !== triggerOf(customer) || archived !== null;
  return truth.restoredAt !== null && isAway && (record === null || record.entries.length === 0);
};

/** The settings page says that it works where it works, and what is wrong where something is. */
export const healthFaults = async (service: Service, customer: Customer): Promise<string[]> => {
  const { state, problems, open } = await readHealth(service, customer);
  const { opportunities, contacts } = customer.recruiter.organization;
  const isForgotten = (id: string): boolean =>
    contacts.get(opportunities.get(id)?.contactId ?? '')?.isAnonymized === true;
  const isTold = (id: string): boolean =>
    opportunities.get(id)?.tags.some((tag) => tag === 'TurnStatus:error' || tag === 'TurnStatus:waiting') === true;
  // For who is archived, nobody waits; of who is anonymized, nothing is known any more.
  const troubled: string[] = [];
  for (const id of customer.opportunities.filter((each) => isTold(each) && !isForgotten(each))) {
    const opportunity = opportunities.get(id);
    if (opportunity === undefined || opportunity.archived !== null) continue;
    const record = await recordOf(service, customer, id);
    if (!isLostFromSight(service, customer, opportunity, record)) troubled.push(id);
  }
  const found: string[] = [];
  if (troubled.length > 0 && (state === 'working' || state === 'waiting_for_first_move')) {
    found.push(`9: health is ${state} while ${troubled.length} candidates show an error`);
  }
  for (const id of troubled.filter((each) => !open.some(({ opportunityId }) => opportunityId === each))) {
    found.push(`9: an error is shown of which health does not know: ${id}`);
  }
  for (const { code, candidates } of problems) {
    // The next maintenance finds out that Lever lets us in again; where there are no nets, it is far.
    if (code === 'lever_access_denied' && !service.hasNets) continue;
    if (!ofTheAccount.has(code) && (candidates === 0 || open.length === 0))
      found.push(`9: health says ${code}, and all is well`);
  }
  return found;
};

const readHealth = async (service: Service, { accountId }: Customer): Promise<Overview['health']> => {
  const unreachable = (): never => {
    throw new Error('Health is told without new ids.');
  };
  const silent = async (): Promise<never> => {
    throw new NetworkError('timeout');
  };
  // Lever is asked whether it still lets us in: what the page says by itself is judged, whatever Lever would say now.
  const outside = { ...tableAlone(service, unreachable), send: silent };
  const claims = { sub: 'judge', account_id: accountId, role: 'super_admin' };
  const event = { routeKey: 'GET /api/account', requestContext: { authorizer: { jwt: { claims } } } };
  const answer = (await functions['settings-api'](outside)(event)) as { statusCode: number; body: string };
  if (answer.statusCode !== 200) throw new Error(`Health could not be read: ${answer.body}`);
  return (JSON.parse(answer.body) as Overview).health;
};
