import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { SAMPLE_ORGANIZATION_ID, SAMPLE_SCOPE } from '#infra/local/sandbox/sample-organization.ts';
import { clientConfig, openStack } from '#infra/operator/stack.ts';
import { createDynamodbTable } from '#shared/aws/dynamodb-table.ts';
import { dynamodbBySdk } from '#shared/aws/sdk-calls.ts';
import { withConnectionState } from '#shared/domain/account.ts';
import { createRestoreStore } from '#shared/stores/restore-store.ts';

let stack: LocalStack | undefined;
afterAll(async () => {
  await stack?.stop();
});

const stage = 'Reference check';

it('a table that is put back to an earlier state orders nothing twice, loses nobody and repeats no note', async () => {
  stack = await startLocalStack({ log: () => {} });
  const { lever, turn, ready } = stack;
  if (!lever || !turn) throw new Error('Both sandboxes are needed.');
  const environment = (await (await fetch(`${ready.api}/local/environment`)).json()) as Record<string, string>;
  const client = new DynamoDBClient(clientConfig(environment, 'AWS_ENDPOINT_URL_DYNAMODB'));
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = environment['TABLE_NAME'] ?? '';
  const recruiter = lever.model.recruiter(SAMPLE_ORGANIZATION_ID);
  const running = stack;
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      const isWaiting = [...lever.model.outbox.deliveries, ...turn.model.outbox.deliveries].some(
        ({ state }) => state === 'waiting',
      );
      quiet = isWaiting || !(await running.state()).idle ? 0 : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  let advancedMs = 0;
  const now = (): number => Date.now() + advancedMs;
  const pass = async (hours: number): Promise<void> => {
    for (let n = 0; n < hours; n++) {
      await running.advanceClock(3_600);
      advancedMs += 3_600_000;
      await running.sweep();
      await settle();
    }
  };
  const readItems = async () => {
    const items: Record<string, unknown>[] = [];
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) items.push(...Items);
    return items;
  };
  const person = (n: number) => ({ name: `Restored Person${n}`, emails: [`restored${n}@people.example`] });
  const stageId = recruiter.organization.stages.find(({ text }) => text === stage)?.id ?? '';
  const enter = (n: number): string[] => {
    const first = recruiter.addOpportunity(person(n));
    const second = n % 4 === 0 ? [recruiter.addOpportunity({ ...person(n), contactId: first.contactId })] : [];
    const ids = [first, ...second].map(({ id }) => id);
    for (const id of ids) recruiter.moveToStage(id, stageId);
    return ids;
  };
  const before = [0, 1].flatMap(enter);
  await settle();
  await pass(1);
  const backup = await readItems();

  const lost = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap(enter);
  await settle();
  await pass(1);
  for (const check of turn.model.checks.slice(0, 3)) turn.model.advance(check.workerId, 'approved');
  await settle();
  const all = [...before, ...lost];
  const shown = () =>
    all.map((id) => ({
      tags: recruiter.tags(id).filter((tag) => tag.startsWith('TurnStatus:')),
      notes: recruiter.notes(id),
    }));
  const asItWas = shown();
  const orders = turn.model.checks.length;
  expect(asItWas.every(({ tags, notes }) => tags.length === 1 && notes.length > 0)).toBe(true);

  for (const { pk, sk } of await readItems()) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  for (const Item of backup) await documents.send(new PutCommand({ TableName, Item }));
  await running.advanceClock(1_800);
  advancedMs += 1_800_000;
  await createRestoreStore(createDynamodbTable(dynamodbBySdk(client), TableName)).noteRestored(now());

  await pass(3);
  // The refresh token of the backup was spent since: the Super Admin authorizes again.
  const { accounts, credentials } = openStack(environment);
  const accountId = ready.accounts[0]?.accountId ?? '';
  expect((await accounts.find(accountId))?.connectionState).toBe('disconnected');
  const grant = { organizationId: SAMPLE_ORGANIZATION_ID, userId: 'admin', scope: SAMPLE_SCOPE };
  const tokens = lever.model.tokens.connect({ ...grant, clientId: SANDBOX_LEVER_APP.clientId });
  await credentials.update(accountId, (before) => ({ ...before, tokens, refreshingUntil: null }));
  await accounts.update(accountId, (account) => withConnectionState(account, 'connected', now()), now());
  await pass(4);
  expect(turn.model.checks).toHaveLength(orders);
  expect(shown()).toEqual(asItWas);
  for (const check of turn.model.checks) turn.model.advance(check.workerId, 'approved');
  await settle();
  await pass(7);
  for (const { tags, notes } of shown()) {
    expect(tags).toEqual(['TurnStatus:clear']);
    expect(new Set(notes).size).toBe(notes.length);
    expect(notes).toHaveLength(2);
  }
});
