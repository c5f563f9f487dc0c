// `npm run bench:rotation`: fifty deliveries a second, while the webhook secret and the encryption key are changed under them; is one refused? Half a minute.
import { randomBytes, randomUUID } from 'node:crypto';
import { pause } from '../end-to-end/from-outside/started-system.ts';
import { type Customer, signatureOf, startWorld } from '../end-to-end/from-outside/world.ts';
import { runAccounts } from '../end-to-end/run-accounts.ts';
import { measure } from './measure.ts';
import { say } from './say.ts';

const PER_SECOND = 50;
const DELIVERIES = 1_000;
const ROTATIONS = 4;

const world = await startWorld([{ accountId: 'acct_rotating' }], { TIME_SCALE: '1' });
const [customer] = world.customers as [Customer];
let secret = customer.secret;

const accounts = async (words: readonly string[], input?: string): Promise<void> => {
  const { code, said } = await runAccounts(world.system.ready.api, words, input);
  if (code !== 0) throw new Error(`${words[0]} ended with ${code}: ${said}`);
};

const rotate = async (): Promise<void> => {
  for (let n = 0; n < ROTATIONS; n++) {
    const next = randomBytes(24).toString('hex');
    await accounts(['rotate', customer.accountId, 'webhook-secret'], next);
    secret = next;
    await accounts(['rotate-key']);
  }
};

/** The status that a delivery signed with the present secret is answered. It tells of a stage that starts nothing. */
const deliver = async (): Promise<number> => {
  const [token, triggeredAt, opportunityId] = [randomBytes(24).toString('hex'), Date.now(), randomUUID()];
  const data = { opportunityId, toStageId: 'applicant-new', fromStageId: 'lead-new' };
  const signature = signatureOf(secret, token, triggeredAt);
  const { status } = await customer.deliver({ triggeredAt, event: 'candidateStageChange', data, signature, token });
  return status;
};

await measure(world, async () => {
  await Promise.all(Array.from({ length: 10 }, deliver));
  const rotated = rotate();
  const startedAt = Date.now();
  const answers: Promise<number>[] = [];
  for (let n = 0; n < DELIVERIES; n++) {
    answers.push(deliver());
    await pause(startedAt + ((n + 1) * 1_000) / PER_SECOND - Date.now());
  }
  const sentAfter = (Date.now() - startedAt) / 1000;
  const refused = (await Promise.all(answers)).filter((status) => status >= 300).length;
  const answeredAfter = (Date.now() - startedAt) / 1000;
  await rotated;
  say(
    `${DELIVERIES} deliveries sent in ${sentAfter.toFixed(1)} s (${(DELIVERIES / sentAfter).toFixed(0)} a second), all answered after ${answeredAfter.toFixed(1)} s, while ${ROTATIONS} secrets and ${ROTATIONS} keys were changed: ${refused} refused (wanted: 0)`,
  );
  return refused === 0;
});
