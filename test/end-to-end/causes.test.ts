import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { SAMPLE_ORGANIZATION_ID, SAMPLE_SCOPE } from '#infra/local/sandbox/sample-organization.ts';
import { clientConfig, openStack } from '#infra/operator/stack.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import { defaultSettings } from '#shared/domain/account.ts';
import { createActivityLog } from '#shared/stores/activity-log.ts';
import { causes, day, enter, isShown, type Scene, shown } from '../fixtures/causes.ts';
import { post } from './from-outside/plain-http.ts';

// `TRANSCRIPTS=file npm test -- --project end-to-end test/end-to-end/causes` writes down what Lever showed of each cause.
const transcripts = process.env['TRANSCRIPTS'];

/** The running system with a Turn customer of our own, and Lever's access as Lever's partners have it: without confidential candidates. */
const startScene = async () => {
  const stack = await startLocalStack({ log: () => {} });
  const { lever, turn } = stack;
  const [ready] = stack.ready.accounts;
  if (!lever || !turn || !ready) throw new Error('Both sandboxes and the sample account are needed.');
  const { accountId } = ready;
  const environment = (await (await fetch(`${stack.ready.api}/local/environment`)).json()) as Record<string, string>;
  const { accounts, credentials, now } = openStack(environment);
  const dynamodb = new DynamoDBClient(clientConfig(environment, 'AWS_ENDPOINT_URL_DYNAMODB'));
  const table = createDynamodbTable(dynamodbBySdk(dynamodb), environment['TABLE_NAME'] ?? '');
  const activities = createActivityLog(table, { now, newId: randomUUID });
  turn.model.addPartner({
    id: 'causes',
    name: 'Brightwater Mills',
    token: 'token-of-the-causes',
    teamMemberEmail: 'team@sample.example',
    packageIds: ['P0000000001', 'P0000000002'],
    defaultPackageId: 'P0000000001',
    webhookUrl: ready.turnCallbackUrl,
  });
  const scope = SAMPLE_SCOPE.replace(' confidential:access:admin', '');
  const { clientId } = SANDBOX_LEVER_APP;
  const tokens = lever.model.tokens.connect({
    organizationId: SAMPLE_ORGANIZATION_ID,
    userId: 'admin',
    clientId,
    scope,
  });
  await credentials.update(accountId, (before) => ({
    ...before,
    tokens,
    turnToken: 'token-of-the-causes',
  }));

  const settle = async (): Promise<void> => {
    const isBusy = async (): Promise<boolean> =>
      [...lever.model.outbox.deliveries, ...turn.model.outbox.deliveries].some(({ state }) => state === 'waiting') ||
      !(await stack.state()).idle;
    for (let [quiet, looks] = [0, 0]; quiet < 3; looks++) {
      quiet = (await isBusy()) ? 0 : quiet + 1;
      // Work that has come due meanwhile waits for the sweep, which nobody should wait a minute for.
      if (looks % 50 === 49) await stack.sweep();
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const scene: Scene = {
    recruiter: lever.model.recruiter(SAMPLE_ORGANIZATION_ID),
    lever: lever.model,
    turn: turn.model,
    settle,
    wait: async (seconds) => {
      for (let left = seconds; left > 0; left -= 4 * 3_600) {
        await stack.advanceClock(Math.min(left, 4 * 3_600));
        await stack.sweep();
        await settle();
      }
    },
    changeSettings: async (settings) => {
      await accounts.update(accountId, (account) => ({ ...account, ...settings }));
    },
    activities: async () => (await activities.list(accountId, { limit: 50, after: null })).activities,
  };
  /** Both queues get the candidate's message again: by a new delivery of the same move, and by a callback. */
  const redeliver = async (opportunityId: string): Promise<void> => {
    const { signatureToken } = scene.recruiter.organization.webhooks[0] ?? {};
    const [token, triggeredAt] = [randomBytes(24).toString('hex'), Date.now()];
    const signature = createHmac('sha256', signatureToken ?? '')
      .update(`${token}${triggeredAt}`)
      .digest('hex');
    const data = { opportunityId, toStageId: 'unknown-stage' };
    const event = 'candidateStageChange';
    const answers = await Promise.all([
      post(ready.leverWebhookUrl, { triggeredAt, event, token, signature, data }),
      post(`${ready.turnCallbackUrl}?check=${opportunityId}-1`, { original_state: 'a', state: 'b', worker_id: 'w' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await settle();
  };
  return { stack, scene, redeliver };
};

describe('on the running stack, every cause', () => {
  let opened: Awaited<ReturnType<typeof startScene>>;
  let stack: LocalStack | undefined;
  beforeAll(async () => {
    opened = await startScene();
    ({ stack } = opened);
    if (transcripts !== undefined) writeFileSync(transcripts, '# What Lever showed of each cause\n');
  });
  afterAll(async () => {
    await stack?.stop();
  });

  it.each(Object.entries(causes))(
    '%s is shown once, outlasts ten redeliveries, and clears when mended',
    async (code, cause) => {
      const { scene, redeliver } = opened;
      const lines: string[] = [];
      const write = (title: string, seen: ReturnType<typeof shown>): void => {
        const notes = seen.notes.map((note) => `> ${note.replaceAll('\n', '\n> ')}\n`);
        lines.push(`**${title}** \`${seen.tags.join(' ') || 'no TurnStatus tag'}\``, '', ...notes);
      };
      await scene.changeSettings({ ...defaultSettings });
      scene.lever.clearFaults();
      scene.turn.clearFaults();
      await scene.wait(3_700);
      const ordersBefore = scene.turn.checks.length;
      const id = await enter(scene, cause);
      const first = shown(scene, id);
      write('Moved into the stage:', first);
      expect(first).toSatisfy((seen: typeof first) => isShown(cause, seen));
      const written = scene.recruiter.organization.notes.length;
      for (let times = 0; times < 10; times++) await redeliver(id);
      write('After ten redeliveries of both messages:', shown(scene, id));
      expect(shown(scene, id)).toEqual(first);
      expect(scene.recruiter.organization.notes).toHaveLength(written);
      if (cause.told !== undefined) {
        expect(await scene.activities()).toContainEqual(expect.objectContaining(cause.told));
        lines.push(`Activity log: ${cause.told.kind}, ${cause.told.detail}`, '');
      }

      await cause.mend(scene, id);
      await scene.wait(1.2 * day);
      write('Mended:', shown(scene, id));
      if (transcripts !== undefined) appendFileSync(transcripts, `\n## ${code}\n\n${lines.join('\n')}`);
      expect(shown(scene, id)).toSatisfy((seen: typeof first) => isShown(cause.mended, seen));
      expect(scene.turn.checks.length - ordersBefore).toBe(cause.mended.orders ?? 1);
      const { queues } = await (stack as LocalStack).state();
      expect(Object.values(queues).map(({ dead }) => dead)).toEqual(Object.values(queues).map(() => 0));
    },
    180_000,
  );
});
