import http from 'node:http';
import { expect } from 'vitest';
import { type LocalStack, startLocalStack } from '#infra/local/local-stack.ts';
import { otherAccountId } from '#infra/local/openid/sample-users.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';
import { signIn } from '../../integration/local/sign-in.ts';

export type Sent = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer | undefined;
};
export type Answered = { status: number; headers: http.IncomingHttpHeaders; body: string };

/** Sends exactly this: no client in between tidies the path. */
export const send = (api: string, { method = 'POST', path, headers = {}, body }: Sent): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request({ hostname, port, method, path, headers: { ...length, ...headers } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });

/** The running system under attack: a customer who is connected, another one who is not, and a candidate in the trigger stage of whom no webhook told. */
export const startScene = async () => {
  const printed: string[] = [];
  const stack = await startLocalStack({ log: (line) => void printed.push(line) });
  const { lever, turn, ready, openId } = stack as LocalStack & {
    lever: { model: LeverModel };
    turn: { model: TurnModel };
  };
  const [sample] = ready.accounts;
  if (sample === undefined) throw new Error('The sample account is needed.');
  const recruiter = lever.model.recruiter(SAMPLE_ORGANIZATION_ID);
  const { webhooks } = recruiter.organization;
  const signatureToken = webhooks[0]?.signatureToken ?? '';
  const taken = webhooks.splice(0);
  const { id: bait } = recruiter.addOpportunity({ name: 'Hortensia Baitwell', emails: ['hortensia@people.example'] });
  recruiter.moveToStage(bait, 'Reference check');
  webhooks.push(...taken);
  const tokens = {
    admin: await signIn(openId, `${ready.api}/settings`, 'admin'),
    member: await signIn(openId, `${ready.api}/settings`, 'member'),
    'other-admin': await signIn(openId, `${ready.api}/settings`, 'other-admin'),
  };
  const environment = (await (await fetch(`${ready.api}/local/environment`)).json()) as Record<string, string>;
  /** What nobody who asks from outside may ever see. */
  const secrets = [
    signatureToken,
    ...turn.model.partners.map(({ token }) => token),
    environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  ].filter((secret) => secret.length > 8);
  return {
    stack,
    /** Every line that the system printed. */
    printed,
    secrets: [...secrets, ...Object.values(tokens)],
    api: ready.api,
    recruiter,
    lever: lever.model,
    turn: turn.model,
    bait,
    tokens,
    signatureToken,
    sampleId: sample.accountId,
    otherId: otherAccountId,
    webhookPath: new URL(sample.leverWebhookUrl).pathname,
    callbackPath: new URL(sample.turnCallbackUrl).pathname,
    /** Sends it; whatever it comes to, it crashes nothing and shows nothing. */
    async probe(sent: Sent): Promise<Answered> {
      const answer = await send(ready.api, sent);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toMatch(/\n\s+at |node_modules|ZodError|TypeError/u);
      for (const secret of secrets) expect(answer.body).not.toContain(secret);
      return answer;
    },
  };
};
export type Scene = Awaited<ReturnType<typeof startScene>>;
