import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { OddShape } from '#infra/local/sandbox/lever-odd-shapes.ts';
import type { Account } from '#shared/domain/account.ts';
import { createWorld } from '../../fakes/world.ts';

// `REWRITE_JOURNEYS=1 npm test` rewrites every then.json: read the diff before you commit it.
const folder = fileURLToPath(new URL('../../fixtures/journeys/', import.meta.url));
const read = <T>(story: string, part: string): T =>
  JSON.parse(readFileSync(`${folder}${story}/${part}.json`, 'utf8')) as T;

type Candidate = {
  name: string;
  emails?: string[];
  phones?: { type: string; value: string }[];
  tags?: string[];
  confidentiality?: 'confidential' | 'non-confidential';
};
type Given = { settings?: Partial<Account>; candidate: Candidate };
type Step =
  | { do: 'move'; to: string }
  | { do: 'move another'; candidate: Candidate; isSamePerson?: true; to: string }
  | { do: 'delete others' }
  | { do: 'turn says'; state: string }
  | { do: 'redeliver' }
  | { do: 'silence webhooks' }
  | { do: 'requeue'; times: number }
  | { do: 'wait'; seconds: number }
  | { do: 'add tag' | 'remove tag'; tag: string }
  | { do: 'set e-mails'; emails: string[] }
  | { do: 'set name'; name: string }
  | { do: 'allow contact' | 'forbid contact' }
  | { do: 'archive' | 'unarchive' | 'anonymize' | 'delete' | 'reveal' }
  | { do: 'silence' | 'unsilence'; event: string }
  | { do: 'show oddly'; shape: OddShape | null }
  | { do: 'rename stage'; from: string; to: string }
  | { do: 'delete stage'; stage: string }
  | { do: 'add stage'; stage: string }
  | { do: 'change settings'; settings: Partial<Account> }
  | { do: 'stop failing' }
  | {
      do: 'fail';
      vendor: 'lever' | 'turn';
      method?: string;
      path?: string;
      times: number;
      failure: number | 'timeout' | 'drop' | 'lost-answer';
      body?: unknown;
    };

type World = Awaited<ReturnType<typeof createWorld>>;

const take = async (world: World, opportunityId: string, step: Step): Promise<void> => {
  const { recruiter, lever, turn } = world;
  const { stages, opportunities, contacts } = recruiter.organization;
  switch (step.do) {
    case 'move':
      recruiter.moveToStage(opportunityId, step.to);
      break;
    case 'move another':
      recruiter.moveToStage(addAnother(world, opportunityId, step.candidate, step.isSamePerson), step.to);
      break;
    case 'delete others':
      for (const id of opportunities.keys()) if (id !== opportunityId) recruiter.deleteOpportunity(id);
      break;
    case 'turn says':
      turn.advance(turn.checks.at(-1)?.workerId ?? '', step.state);
      break;
    case 'redeliver':
      lever.redeliver(lever.outbox.deliveries.at(-1)?.id ?? '');
      break;
    case 'silence webhooks':
      recruiter.organization.silencedEvents.add('candidateStageChange');
      break;
    case 'requeue':
      for (let n = 0; n < step.times; n++) {
        world.queues.decision.push({ accountId: world.accountId, opportunityId });
        world.queues.sync.push({ accountId: world.accountId, opportunityId });
      }
      break;
    case 'wait':
      await world.wait(step.seconds, step.seconds > 43_200 ? 600 : 60);
      break;
    case 'add tag':
      recruiter.addTag(opportunityId, step.tag);
      break;
    case 'remove tag':
      recruiter.removeTag(opportunityId, step.tag);
      break;
    case 'set e-mails':
      recruiter.setEmails(opportunityId, step.emails);
      break;
    case 'set name':
      Object.assign(contacts.get(opportunities.get(opportunityId)?.contactId ?? '') ?? {}, { name: step.name });
      break;
    case 'allow contact':
    case 'forbid contact':
      recruiter.setContactAllowed(opportunityId, step.do === 'allow contact');
      break;
    case 'reveal':
      Object.assign(opportunities.get(opportunityId) ?? {}, { confidentiality: 'non-confidential' });
      break;
    case 'archive':
      recruiter.archive(opportunityId);
      break;
    case 'unarchive':
      recruiter.unarchive(opportunityId);
      break;
    case 'anonymize':
      recruiter.anonymize(opportunityId);
      break;
    case 'delete':
      recruiter.deleteOpportunity(opportunityId);
      break;
    case 'show oddly':
      recruiter.spoil(opportunityId, step.shape);
      break;
    case 'silence':
    case 'unsilence':
      lever.switchEvents('org', step.event, step.do === 'unsilence');
      break;
    case 'rename stage':
      recruiter.renameStage(recruiter.stageId(step.from), step.to);
      break;
    case 'delete stage':
      stages.splice(
        stages.findIndex(({ text }) => text === step.stage),
        1,
      );
      break;
    case 'add stage':
      stages.push({ id: `made-anew-${stages.length}`, text: step.stage });
      break;
    case 'change settings':
      await world.accounts.update(world.accountId, (account) => ({ ...account, ...step.settings }));
      break;
    case 'stop failing':
      lever.clearFaults();
      turn.clearFaults();
      break;
    case 'fail':
      (step.vendor === 'lever' ? lever : turn).failNext(step);
      break;
  }
  await world.settle();
};

const addAnother = (
  { recruiter }: World,
  opportunityId: string,
  candidate: Candidate,
  isSamePerson: true | undefined,
): string => {
  const contactId = recruiter.organization.opportunities.get(opportunityId)?.contactId;
  const same = isSamePerson === true && contactId !== undefined ? { contactId } : {};
  return recruiter.addOpportunity({ ...candidate, ...same }).id;
};

/** The notes as a recruiter sees them, line by line; a secret one says so first. */
const notesOf = ({ recruiter: { organization } }: World, id: string): string[][] =>
  organization.notes
    .filter(({ opportunityId, deletedAt }) => opportunityId === id && deletedAt === null)
    .map(({ value, secret }) => [...(secret ? ['(secret)'] : []), ...value.split('\n')]);

const activityOf = async (world: World): Promise<string[]> => {
  const { activities } = await world.activities.list(world.accountId, { limit: 100, after: null });
  return activities.map(({ kind, detail }) => (detail === null ? kind : `${kind}: ${detail}`)).reverse();
};

describe('journeys', () => {
  const stories = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(stories.map(({ name }) => name))('%s', async (story) => {
    const given = read<Given>(story, 'given');
    const world = await createWorld(given.settings === undefined ? {} : { settings: given.settings });
    const { id } = world.recruiter.addOpportunity(given.candidate);
    for (const step of read<Step[]>(story, 'when')) await take(world, id, step);

    const isThere = world.recruiter.organization.opportunities.has(id);
    const outcome = {
      tags: isThere ? world.recruiter.tags(id) : null,
      notes: isThere ? notesOf(world, id) : null,
      orders: world.turn.checks.map(({ packageId, firstName, lastName, email, phoneNumber, state }) => {
        return { packageId, firstName, lastName, email, phone: phoneNumber, state };
      }),
      activity: await activityOf(world),
      leverCalls: world.lever.requests
        .filter(({ path }) => path.includes(id))
        .map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`),
    };
    if (process.env['REWRITE_JOURNEYS'] !== undefined) {
      writeFileSync(`${folder}${story}/then.json`, `${JSON.stringify(outcome, null, 2)}\n`);
    }
    expect(outcome).toEqual(read(story, 'then'));
  });
});
