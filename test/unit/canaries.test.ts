import { describe, expect, it } from 'vitest';
import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { createSecretsKeyRing } from '#shared/aws/secrets-key-ring.ts';
import type { HttpAnswer, HttpRequest } from '#shared/http/send-request.ts';
import { createFieldCipher } from '#shared/stores/field-cipher.ts';
import { createWorld } from '../fakes/world.ts';
import { createOauthScene } from './functions/lever-oauth/oauth-scene.ts';
import { createMailScene } from './functions/mail-notices/mail-scene.ts';

/** What the flow itself needs as it is: ids, states, addresses that it compares, and times. Everything else that a vendor sends is a canary. */
const needed = new Set(
  [
    ['id', 'contact', 'stage', 'toStageId', 'worker_id', 'reference_id', 'turn_id', 'uuid', 'state', 'confidentiality'],
    ['dashboard_url', 'turn_url', 'token_type', 'scope', 'type', 'event', 'url', 'token', 'signature', 'triggeredAt'],
    [
      'opportunityId',
      'candidateId',
      'contactId',
      'fromStageId',
      'next',
      'last_name',
      'first_name',
      'access_token',
      'refresh_token',
    ],
  ].flat(),
);

/** Words that no log may hold, each of them planted once. */
const createAviary = () => {
  const planted: string[] = [];
  const canary = (): string => {
    // Of letters alone, so that it may be a name.
    const letters = [...String(planted.length)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    planted.push(`canary${letters}`);
    return planted.at(-1) ?? '';
  };
  /** A number that Turn would take, told from all others by how it begins. */
  const phone = (): string => {
    planted.push(`(215) 588-${String(planted.length).padStart(4, '0')}`);
    return planted.at(-1) ?? '';
  };
  const plant = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) {
      const members = value.map((member) => plant(member, key));
      // A tag of the customer's own beside ours.
      return key === 'tags' ? [...members, canary()] : members;
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([name, member]) => [
        name,
        key === 'phones' && name === 'value' ? phone() : plant(member, name),
      ]);
      return { ...Object.fromEntries(entries), [`x_${canary()}`]: canary(), nothing: null };
    }
    if (typeof value !== 'string' || needed.has(key)) return value;
    if (key === 'emails' || key === 'email' || key === 'worker_email') return `${canary()}@people.example`;
    if (key === 'name') return `Odalys ${canary()}`;
    if (key === 'value' || key === 'tags' || key === 'text') return value;
    return canary();
  };
  return { planted, canary, phone, plant };
};
type Aviary = ReturnType<typeof createAviary>;

const plantedIn = (text: string, { plant }: Aviary): string => JSON.stringify(plant(JSON.parse(text)));

const stageCanary = ' canary';

/** A key ring as it lies in Secrets Manager. */
const ringOf = (secret: string) => {
  const text = JSON.stringify({ 1: secret });
  return createFieldCipher(
    createSecretsKeyRing(
      async () => text,
      () => 'ring',
      Date.now,
    ),
  );
};
const rings = { cipher: 'ring-of-the-tokens'.padEnd(48, 'x'), webhookCipher: 'ring-of-the-webhooks'.padEnd(48, 'x') };

/** Texts that hold a canary, its number in whatever form, or a secret. */
const foundIn = (texts: readonly string[], secrets: Iterable<string>): string[] => {
  const all = [...secrets];
  return texts.filter(
    (text) => /canary|215\D{0,3}588\D{0,2}\d{4}/iu.test(text) || all.some((secret) => text.includes(secret)),
  );
};

/** Everything that is written down where operators, and whoever reads their logs, may see it; errors that nobody caught are printed by the platform. */
const watched = async (changeAnswer: (answer: HttpAnswer, request: HttpRequest) => HttpAnswer) => {
  const world = await createWorld({
    changeAnswer,
    cipher: ringOf(rings.cipher),
    webhookCipher: ringOf(rings.webhookCipher),
    settings: {
      triggerStages: [{ id: null, name: `Reference check${stageCanary}` }],
      stageAfter: { clear: { id: 'offer', name: `Offer${stageCanary}`, since: 0 }, consider: null },
    },
  });
  for (const { id, text } of world.recruiter.organization.stages) world.recruiter.renameStage(id, text + stageCanary);
  const uncaught: unknown[] = [];
  const messages: string[] = [];
  for (const queue of [world.queues.decision, world.queues.sync]) {
    const { push } = queue;
    queue.push = (...items) => {
      messages.push(JSON.stringify(items));
      return push.apply(queue, items);
    };
  }
  const carefully = async (work: () => Promise<unknown>): Promise<void> => {
    for (let tries = 0; tries < 20; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        uncaught.push(error);
      }
    }
  };
  const receive = async (path: string, body: string): Promise<void> => {
    await carefully(() => world.receive({ url: `https://api.example${path}`, body }));
  };
  const secretsOf = async (): Promise<string[]> => {
    const { credentials } = await world.ports.credentials.load(world.accountId);
    const { webhooks } = await world.webhookSecrets.load(world.accountId);
    return [
      credentials.turnToken,
      credentials.tokens?.accessToken,
      credentials.tokens?.refreshToken,
      world.signatureToken,
      ...webhooks.map(({ secret }) => secret),
      SANDBOX_LEVER_APP.clientSecret,
      await world.ports.callbackSecret(),
      // The key in the address that Turn calls.
      ...world.turn.partners.map(({ webhookUrl }) => webhookUrl?.split('/').at(-1)),
      ...Object.values(rings),
    ].filter((secret): secret is string => typeof secret === 'string');
  };
  const secrets = new Set(await secretsOf());
  return {
    world,
    carefully,
    receive,
    learnSecrets: async () => {
      for (const secret of await secretsOf()) secrets.add(secret);
    },
    /** What was seen that should not have been. */
    seen: (): string[] => {
      const texts = [...world.log.map((line) => JSON.stringify(line)), ...messages, ...uncaught.map(inFull)];
      return foundIn(texts, secrets);
    },
  };
};

const inFull = (error: unknown): string =>
  error instanceof Error
    ? `${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)} ${inFull(error.cause)}`
    : (JSON.stringify(error) ?? '');

/** A candidate whose check goes all the way, each delivery with canaries of its own. */
const wholeLife = async (
  { world, carefully, receive, learnSecrets }: Awaited<ReturnType<typeof watched>>,
  aviary: Aviary,
) => {
  const { canary, phone } = aviary;
  const { id } = world.recruiter.addOpportunity({
    name: `Odalys ${canary()}`,
    emails: [`${canary()}@people.example`],
    phones: [{ type: 'mobile', value: phone() }],
    tags: [`TurnPackage:P0000000001:${canary()}`, canary()],
  });
  const move = world.recruiter.moveToStage(id, `Reference check${stageCanary}`);
  for (const { url, body } of move) await receive(new URL(url).pathname, plantedIn(body, aviary));
  await carefully(() => world.settle());
  await carefully(() => world.wait(120));
  for (const state of ['processing', 'pending', 'approved', 'first_adverse_action', 'rejected', 'withdrawn']) {
    const check = world.turn.checks.find(({ referenceId }) => referenceId?.startsWith(id));
    if (check === undefined) break;
    world.turn.advance(check.workerId, state);
    for (const { url, body, state: sending } of world.turn.outbox.deliveries.slice(-1))
      if (sending === 'waiting') {
        const { pathname, search } = new URL(url);
        await receive(`${pathname}${search}`, plantedIn(body, aviary));
      }
    await carefully(() => world.settle());
    await carefully(() => world.wait(240, 120));
  }
  world.recruiter.archive(id, canary());
  await carefully(() => world.settle());
  await carefully(() => world.wait(7_300, 1_200));
  await learnSecrets();
};

const leversPaths = [
  '/stages',
  '/tags',
  '/opportunities',
  '/addTags',
  '/removeTags',
  '/notes',
  '/oauth/token',
  '/webhooks',
];
const turnsPaths = ['/person/search_async', '/status', '/packages', '/person'];
const statuses = [400, 401, 403, 404, 409, 422, 429, 500, 503];

/** What a vendor says when it refuses, or has gone mad. */
const bodies: Record<string, (aviary: Aviary) => string> = {
  'an error': ({ canary }) =>
    JSON.stringify({
      code: canary(),
      message: canary(),
      error: canary(),
      errors: [canary(), { first_name: [canary()] }],
    }),
  'a page': ({ canary }) => `<html><title>${canary()}</title>${canary()}</html>`,
  'cut JSON': ({ canary }) => `{"data":{"id":"${canary()}","name":"${canary()}`,
};
const madness: Record<string, (aviary: Aviary, answer: string) => string> = {
  'every text is another': ({ canary }, answer) => answer.replaceAll(/":"[^"]*"/gu, () => `":"${canary()}"`),
  'every number is a text': ({ canary }, answer) => answer.replaceAll(/":\d+/gu, () => `":"${canary()}"`),
  'every list is a text': ({ canary }, answer) => answer.replaceAll(/\[[^[\]]*\]/gu, () => `"${canary()}"`),
};

describe('nothing that came from a vendor, and no secret, is seen in a log, a metric, a message or an error', () => {
  it('while a check goes all the way', async () => {
    const aviary = createAviary();
    const scene = await watched((answer) => ({ ...answer, body: plantedIn(answer.body, aviary) }));
    await wholeLife(scene, aviary);
    expect(scene.seen()).toEqual([]);
    expect(scene.world.turn.checks.map(({ state }) => state)).toEqual(['withdrawn']);
    // What the product reads is what was planted.
    expect(scene.world.turn.checks[0]?.phoneNumber).toMatch(/^215588\d{4}$/u);
    expect(scene.world.log.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'check_started',
        'check_status_changed',
        'report_available',
        'stage_moved',
        'lever_synced',
      ]),
    );
    expect(aviary.planted.length).toBeGreaterThan(500);
  });

  const failures = [
    ...leversPaths.map((path) => ['Lever', path] as const),
    ...turnsPaths.map((path) => ['Turn', path] as const),
  ];
  it.each(failures)('while %s refuses %s', async (vendor, path) => {
    for (const [name, bodyOf] of Object.entries(bodies)) {
      const aviary = createAviary();
      let left = 0;
      const scene = await watched((answer, { url }) => {
        const isMeant = (url.hostname === 'lever.example') === (vendor === 'Lever') && url.pathname.endsWith(path);
        if (!isMeant || left >= statuses.length * 2) return { ...answer, body: plantedIn(answer.body, aviary) };
        left += 1;
        return {
          status: statuses[left % statuses.length] ?? 500,
          headers: { location: aviary.canary() },
          body: bodyOf(aviary),
        };
      });
      await wholeLife(scene, aviary);
      expect(scene.seen(), name).toEqual([]);
    }
  });

  it.each(Object.entries(madness))('while %s', async (_, madden) => {
    for (const vendor of ['lever.example', 'turn.example']) {
      const aviary = createAviary();
      let answers = 0;
      const scene = await watched((answer, { url }) => {
        answers += 1;
        const body = plantedIn(answer.body, aviary);
        return { ...answer, body: url.hostname === vendor && answers % 2 === 0 ? madden(aviary, body) : body };
      });
      await wholeLife(scene, aviary);
      expect(scene.seen(), vendor).toEqual([]);
    }
  });

  it('while somebody connects Lever, whatever Lever answers', async () => {
    const scene = await createOauthScene();
    const { lever, requests } = scene;
    const [browser, uncaught] = [scene.openBrowser(), [] as unknown[]];
    const secrets = new Set<string>([SANDBOX_LEVER_APP.clientSecret]);
    for (const failure of [503, 'timeout', 401, 403, null] as const) {
      const { state } = await scene.begin(browser);
      const back = scene.allow(state);
      for (const secret of [state, back.code, ...Object.values(browser.cookies)]) secrets.add(secret);
      if (failure !== null) lever.failNext({ times: 1, failure, path: '/oauth/token' });
      // By somebody else first, and once more when it is used up.
      for (const each of [scene.openBrowser(), browser, browser])
        await scene.returnFromLever(each, back).catch((error: unknown) => uncaught.push(error));
    }
    const sent = requests.map(({ body }) => new URLSearchParams(body ?? ''));
    for (const name of ['code_verifier', 'code', 'refresh_token'])
      for (const fields of sent) secrets.add(fields.get(name) ?? '');
    secrets.delete('');
    const { tokens } = (await scene.credentials.load('acct_brightwater')).credentials;
    const { webhooks } = await scene.webhookSecrets.load('acct_brightwater');
    for (const secret of [tokens?.accessToken, tokens?.refreshToken, ...webhooks.map((each) => each.secret)])
      secrets.add(secret ?? 'missing');
    expect(secrets).not.toContain('missing');
    expect(foundIn([...scene.lines, ...uncaught.map(inFull)], secrets)).toEqual([]);
    expect(scene.log).toEqual(
      expect.arrayContaining(['authorization_ended', 'connection_refused', 'account_connected']),
    );
  });

  it('while an address is confirmed and taken off by the links in its mails', async () => {
    const { world, mails, mailService, ...scene } = await createMailScene();
    await scene.add('canary@people.example');
    mailService.fault = 'refused';
    await scene.run();
    mailService.fault = null;
    await scene.wait(10);
    const links = (['confirm', 'unsubscribe'] as const).map((action) => scene.linkIn(mails.at(-1), action));
    for (const link of links) for (const method of ['GET', 'POST', 'POST'] as const) await scene.follow(method, link);
    const secrets = links.map((link) => link.split('/').at(-1) ?? '');
    expect(secrets.map((secret) => secret.length > 30)).toEqual([true, true]);
    expect(
      foundIn(
        world.log.map((line) => JSON.stringify(line)),
        secrets,
      ),
    ).toEqual([]);
    expect(world.log.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['mail_failed', 'mail_sent', 'mail_addresses_changed']),
    );
  });
});
