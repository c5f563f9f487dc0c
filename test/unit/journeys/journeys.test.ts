import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { createWorld } from '../../fakes/world.ts';

// `REWRITE_JOURNEYS=1 npm test` rewrites every then.json: read the diff before you commit it.
const folder = fileURLToPath(new URL('../../fixtures/journeys/', import.meta.url));
const read = <T>(story: string, part: string): T =>
  JSON.parse(readFileSync(`${folder}${story}/${part}.json`, 'utf8')) as T;

type Given = {
  settings?: Partial<Account>;
  candidate: { name: string; emails?: string[]; phones?: { type: string; value: string }[]; tags?: string[] };
};
type Step =
  | { do: 'move'; to: string }
  | { do: 'turn says'; state: string }
  | { do: 'redeliver' }
  | { do: 'wait'; seconds: number }
  | { do: 'add tag' | 'remove tag'; tag: string }
  | { do: 'set e-mails'; emails: string[] }
  | { do: 'archive' | 'anonymize' | 'delete' }
  | { do: 'rename stage'; from: string; to: string }
  | {
      do: 'fail';
      vendor: 'lever' | 'turn';
      method?: string;
      path?: string;
      times: number;
      failure: number | 'timeout' | 'drop' | 'lost-answer';
    };

type World = Awaited<ReturnType<typeof createWorld>>;

const take = async (world: World, opportunityId: string, step: Step): Promise<void> => {
  const { recruiter, lever, turn } = world;
  switch (step.do) {
    case 'move':
      recruiter.moveToStage(opportunityId, step.to);
      break;
    case 'turn says':
      turn.advance(turn.checks.at(-1)?.workerId ?? '', step.state);
      break;
    case 'redeliver':
      lever.redeliver(lever.outbox.deliveries.at(-1)?.id ?? '');
      break;
    case 'wait':
      await world.wait(step.seconds);
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
    case 'archive':
      recruiter.archive(opportunityId);
      break;
    case 'anonymize':
      recruiter.anonymize(opportunityId);
      break;
    case 'delete':
      recruiter.deleteOpportunity(opportunityId);
      break;
    case 'rename stage':
      recruiter.renameStage(recruiter.stageId(step.from), step.to);
      break;
    case 'fail':
      (step.vendor === 'lever' ? lever : turn).failNext(step);
      break;
  }
  await world.settle();
};

describe('journeys', () => {
  it.each(readdirSync(folder))('%s', async (story) => {
    const given = read<Given>(story, 'given');
    const world = await createWorld(given.settings === undefined ? {} : { settings: given.settings });
    const { id } = world.recruiter.addOpportunity(given.candidate);
    for (const step of read<Step[]>(story, 'when')) await take(world, id, step);

    const isThere = world.recruiter.organization.opportunities.has(id);
    const outcome = {
      tags: isThere ? world.recruiter.tags(id) : null,
      notes: isThere ? world.recruiter.notes(id).map((note) => note.split('\n')) : null,
      orders: world.turn.checks.map(({ packageId, firstName, lastName, email, phoneNumber, state }) => {
        return { packageId, firstName, lastName, email, phone: phoneNumber, state };
      }),
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
