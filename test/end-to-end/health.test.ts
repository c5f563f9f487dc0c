import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalStack } from '#infra/local/local-stack.ts';
import { otherAccountId } from '#infra/local/openid/sample-users.ts';
import { addStage, deleteStage, removeWebhook } from '#infra/local/sandbox/lever-admin.ts';
import type { LeverModel } from '#infra/local/sandbox/lever-model.ts';
import type { TurnModel } from '#infra/local/sandbox/turn-model.ts';
import { accountCommands } from '#infra/operator/account-commands.ts';
import { openStack } from '#infra/operator/stack.ts';
import type { Settings } from '#shared/domain/account.ts';
import { type AccountProblem, type AccountProblemCode, accountProblemCodes } from '#shared/domain/account-problems.ts';
import { openSettings } from '../integration/local/connected-lever.ts';

const [minute, hour, day] = [60, 3_600, 86_400];
const second = 'second-lever-organization';
const always = Number.POSITIVE_INFINITY;
const trigger = 'Reference check';

type User = 'admin' | 'other-admin';

/** The running system; its two customers, and what their recruiters, their Super Admins, Turn and the operator do. */
const startWorld = async () => {
  const stack = await startLocalStack({ log: () => undefined });
  const { lever, turn } = stack as { lever: { model: LeverModel }; turn: { model: TurnModel } };
  const environment = (await (await fetch(`${stack.ready.api}/local/environment`)).json()) as Record<string, string>;
  const operator = openStack(environment);
  const recruiter = lever.model.recruiter(second);
  const sessions = new Map<User, Awaited<ReturnType<typeof openSettings>>>();
  /** Signed in: the provider's tokens last half a day. */
  const settingsOf = async (user: User) => {
    const before = sessions.get(user);
    if (before !== undefined && (await before.get('/api/account')).status === 200) return before;
    const opened = await openSettings(stack, user);
    sessions.set(user, opened);
    return opened;
  };
  const settle = async (): Promise<void> => {
    const isBusy = async (): Promise<boolean> =>
      [...lever.model.outbox.deliveries, ...turn.model.outbox.deliveries].some(
        ({ state, attempts }) => state === 'sending' || (state === 'waiting' && attempts.length === 0),
      ) || Object.values((await stack.state()).queues).some(({ visible, inFlight }) => visible + inFlight > 0);
    for (let quiet = 0; quiet < 3; ) {
      quiet = (await isBusy()) ? 0 : quiet + 1;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const problems = async (user: User): Promise<AccountProblem[]> =>
    ((await (await settingsOf(user)).get('/api/account')).json as { health: { problems: AccountProblem[] } }).health
      .problems;
  const problem = async (code: AccountProblemCode, user: User) =>
    (await problems(user)).find((each) => each.code === code);
  const pass = async (seconds: number): Promise<void> => {
    if (seconds > 0) await stack.advanceClock(seconds);
    await stack.sweep();
    await settle();
  };
  let people = 0;
  return {
    stack,
    lever: lever.model,
    turn: turn.model,
    recruiter,
    operator,
    settingsOf,
    problems,
    problem,
    pass,
    settle,
    /** Lets time pass, a few minutes at a time, until it is so; answers after how many seconds. */
    waitFor: async (isSo: () => Promise<boolean>, within: number): Promise<number> => {
      await settle();
      for (let waited = 0; ; ) {
        if (await isSo()) return waited;
        if (waited >= within) return always;
        const step = Math.min(within - waited, waited < 5 * minute ? minute : 10 * minute);
        await pass(step);
        waited += step;
      }
    },
    /** Adds a candidate and moves it into the trigger stage. */
    enter: async (candidate: { emails?: string[] } = {}, before: (id: string) => void = () => undefined) => {
      people += 1;
      const emails = [`candidate-${people}@sample-people.example`];
      const { id } = recruiter.addOpportunity({ name: `Wystan Number${people}`, emails, ...candidate });
      before(id);
      recruiter.moveToStage(id, trigger);
      await settle();
      return id;
    },
    changeSettings: async (changes: Partial<Settings>): Promise<void> => {
      const settings = await settingsOf('other-admin');
      const { json, etag } = await settings.get('/api/settings');
      expect(await settings.put('/api/settings', { ...json, ...changes }, etag)).toMatchObject({ status: 200 });
    },
    authorize: async (): Promise<void> => {
      expect(await (await settingsOf('other-admin')).authorize(second)).toBe('/settings?lever=connected');
    },
  };
};
type World = Awaited<ReturnType<typeof startWorld>>;

/** Something that goes wrong, how long it takes at most until the account is told, what mends it, and how long until that is seen. */
type Provocation = {
  user?: User;
  provoke(world: World): Promise<unknown> | unknown;
  /** In seconds. */
  shownWithin: number;
  mend(world: World): Promise<unknown> | unknown;
  goneWithin: number;
};

const tokens: string[] = [];
const partnerOf = ({ turn }: World) => turn.partners.find(({ id }) => id === 'other-turn-partner') ?? turn.partners[1];
const clear = ({ lever, turn }: World): void => {
  lever.clearFaults();
  turn.clearFaults();
};
const webhooksOf = ({ recruiter, stack }: World) =>
  recruiter.organization.webhooks.filter(({ url }) => url.startsWith(`${stack.ready.api}/lever/${otherAccountId}/`));
const takeOutWebhooks = (world: World): void => {
  for (const { id } of webhooksOf(world)) removeWebhook(world.recruiter.organization, id);
};

/** In this order: each leaves an account of which nothing is wrong. */
const provocations: Record<AccountProblemCode, Provocation> = {
  lever_not_connected: {
    provoke: () => undefined,
    shownWithin: 0,
    mend: (world) => world.authorize(),
    goneWithin: 0,
  },
  candidates_need_attention: {
    provoke: async (world) => tokens.push(await world.enter({ emails: [] })),
    shownWithin: 0,
    mend: async (world) => {
      const id = tokens.pop() ?? '';
      world.recruiter.setEmails(id, ['found@sample-people.example']);
      const asked = await (await world.settingsOf('other-admin')).post(`/api/candidates/${id}/decide`);
      expect(asked).toMatchObject({ status: 202 });
    },
    goneWithin: minute,
  },
  turn_token_missing: {
    provoke: async (world) => {
      await world.operator.credentials.update(otherAccountId, (before) => {
        tokens.push(before.turnToken ?? '');
        return { ...before, turnToken: null };
      });
      await world.enter();
    },
    shownWithin: 0,
    mend: (world) => accountCommands.rotateTurnToken(world.operator, otherAccountId, tokens.pop() ?? ''),
    goneWithin: minute,
  },
  turn_token_rejected: {
    provoke: (world) => {
      const partner = partnerOf(world);
      tokens.push(partner?.token ?? '');
      if (partner) partner.token = 'renewed at Turn';
      return world.enter();
    },
    shownWithin: 0,
    mend: (world) => {
      const partner = partnerOf(world);
      if (partner) partner.token = tokens.pop() ?? '';
    },
    goneWithin: 15 * minute,
  },
  turn_not_answering: {
    provoke: (world) => {
      world.turn.failNext({ times: always, failure: 503 });
      return world.enter();
    },
    shownWithin: 16 * minute,
    mend: clear,
    goneWithin: 30 * minute,
  },
  lever_not_answering: {
    provoke: (world) => {
      world.lever.failNext({ account: second, times: always, failure: 503 });
      return world.enter();
    },
    shownWithin: 16 * minute,
    mend: clear,
    goneWithin: 30 * minute,
  },
  work_failing: {
    provoke: (world) =>
      world.enter({}, (id) => {
        tokens.push(id);
        world.recruiter.spoil(id, 'no stage');
      }),
    shownWithin: 16 * minute,
    mend: (world) => world.recruiter.spoil(tokens.pop() ?? '', null),
    goneWithin: hour,
  },
  work_overdue: {
    provoke: async ({ operator }) => {
      // As if no sweep had come by since yesterday.
      const { records } = await operator.records.listFirst(otherAccountId);
      const waiting = records.filter(({ nextSync }) => nextSync !== null);
      expect(waiting.length).toBeGreaterThan(0);
      for (const { opportunityId } of waiting)
        await operator.records.apply({ accountId: otherAccountId, opportunityId }, (record) => {
          const { nextSync } = record;
          const late = nextSync === null ? null : { ...nextSync, dueAt: nextSync.dueAt - day * 1000 };
          return { record: { ...record, nextSync: late }, effects: [] };
        });
    },
    shownWithin: 0,
    mend: (world) => world.pass(0),
    goneWithin: minute,
  },
  paused: {
    provoke: async (world) => {
      const asked = await (await world.settingsOf('other-admin')).put('/api/pause', { paused: true }, '*');
      expect(asked).toMatchObject({ status: 200 });
    },
    shownWithin: 0,
    mend: async (world) => {
      const asked = await (await world.settingsOf('other-admin')).put('/api/pause', { paused: false }, '*');
      expect(asked).toMatchObject({ status: 200 });
    },
    goneWithin: 0,
  },
  hourly_limit_reached: {
    provoke: async (world) => {
      await world.changeSettings({ hourlyCap: 1 });
      await world.enter();
      await world.enter();
    },
    shownWithin: 0,
    mend: () => undefined,
    goneWithin: 2 * hour,
  },
  default_package_unknown: {
    provoke: async (world) => {
      await world.changeSettings({ hourlyCap: null, defaultPackageId: 'P9900000009' });
      await world.enter();
    },
    shownWithin: 0,
    mend: (world) => world.changeSettings({ defaultPackageId: null }),
    goneWithin: 0,
  },
  trigger_stage_missing: {
    provoke: async (world) => {
      const stage = addStage(world.recruiter.organization, 'Adjudication', Math.random);
      await world.changeSettings({ triggerStages: [{ id: stage.id, name: stage.text }] });
      await world.pass(minute);
      expect(await world.problems('other-admin')).toEqual([]);
      deleteStage(world.recruiter.organization, stage.id);
    },
    shownWithin: hour + minute,
    mend: (world) => addStage(world.recruiter.organization, 'Adjudication', Math.random),
    goneWithin: hour + minute,
  },
  webhooks_silent: {
    provoke: async (world) => {
      await world.changeSettings({ triggerStages: [{ id: null, name: trigger }] });
      // An account with a new trigger is reconciled once more after two minutes, and then within the hour.
      for (let passes = 0; passes < 2; passes++) await world.pass(3 * minute);
      world.lever.switchEvents(second, 'candidateStageChange', false);
      for (let people = 0; people < 3; people++) {
        await world.enter();
        await world.pass(20 * minute);
      }
    },
    shownWithin: hour,
    mend: async (world) => {
      world.lever.switchEvents(second, 'candidateStageChange', true);
      await world.enter();
    },
    goneWithin: 0,
  },
  webhook_secret_missing: {
    provoke: async (world) => {
      takeOutWebhooks(world);
      await world.pass(2 * minute);
      // Whoever looks has them put back.
      expect(await world.problems('other-admin')).toEqual([]);
      await world.pass(minute);
      expect(webhooksOf(world)).toHaveLength(3);
      expect(await world.problems('other-admin')).toEqual([]);
      takeOutWebhooks(world);
    },
    shownWithin: 2 * minute,
    mend: (world) => world.authorize(),
    goneWithin: 0,
  },
  webhook_secret_wrong: {
    user: 'admin',
    provoke: async (world) => {
      await world.pass(2 * minute);
      const { organization, addOpportunity, moveToStage } = world.lever.recruiter('sample-lever-organization');
      for (const webhook of organization.webhooks)
        if (webhook.event === 'candidateStageChange') webhook.signatureToken = 'a-secret-that-nobody-saved';
      moveToStage(addOpportunity({ name: 'Wystan Wrongly' }).id, 'Phone screen');
    },
    shownWithin: 0,
    mend: async (world) => {
      const { organization, verifyConnection } = world.lever.recruiter('sample-lever-organization');
      const webhook = organization.webhooks.find(({ event }) => event === 'candidateStageChange');
      const settings = await world.settingsOf('admin');
      const saved = await settings.put('/api/webhook-secret', { secret: webhook?.signatureToken }, '');
      expect(saved).toMatchObject({ status: 200 });
      verifyConnection(webhook?.id ?? '');
    },
    goneWithin: 0,
  },
  lever_access_denied: {
    provoke: (world) => {
      world.lever.failNext({ account: second, times: always, failure: 403 });
      return world.enter();
    },
    shownWithin: 15 * minute,
    mend: clear,
    goneWithin: hour + minute,
  },
  lever_app_rejected: {
    provoke: (world) => {
      world.lever.failNext({ path: '/oauth/token', times: always, failure: 401, body: { error: 'access_denied' } });
      world.lever.tokens.expireAccessTokens(second);
      return world.enter();
    },
    shownWithin: 5 * minute,
    mend: clear,
    goneWithin: 30 * minute,
  },
  lever_disconnected: {
    provoke: (world) => world.lever.tokens.revoke(second),
    shownWithin: 2 * minute,
    mend: (world) => world.authorize(),
    goneWithin: 0,
  },
  reauthorization_due: {
    provoke: async (world) => {
      for (let days = 0; days < 315; days += 45) await world.pass(45 * day);
      await world.pass(19 * day);
      expect(await world.problems('other-admin')).toEqual([]);
      await world.pass(1.5 * day);
    },
    shownWithin: 0,
    mend: (world) => world.authorize(),
    goneWithin: 0,
  },
};

describe('whatever is wrong with an account is told, and heals', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stack.stop());

  it.each(Object.entries(provocations))('%s', async (name, provocation) => {
    const code = accountProblemCodes.find((each) => each === name) as AccountProblemCode;
    const { user = 'other-admin', shownWithin, goneWithin } = provocation;
    if (code !== 'lever_not_connected') expect(await world.problems(user)).toEqual([]);
    await provocation.provoke(world);
    const shownAfter = await world.waitFor(async () => (await world.problem(code, user)) !== undefined, shownWithin);
    expect(shownAfter).toBeLessThanOrEqual(shownWithin);
    // What is wrong is told once, in words and with what to do; nothing else is alarmed at.
    expect(await world.problems(user)).toEqual([
      expect.objectContaining({ code, message: expect.stringMatching(/\.$/u), todo: expect.stringMatching(/\.$/u) }),
    ]);
    await provocation.mend(world);
    const goneAfter = await world.waitFor(async () => (await world.problems(user)).length === 0, goneWithin);
    expect(goneAfter).toBeLessThanOrEqual(goneWithin);
  });
});
