import type { OddShape } from '#infra/local/sandbox/lever-odd-shapes.ts';
import { oddCallbacks } from '#infra/local/sandbox/turn-odd-callbacks.ts';
import { oddStatuses } from '#infra/local/sandbox/turn-odd-status.ts';
import { problemNote } from '#shared/domain/texts.ts';
import { chooseStage } from './choosing.ts';
import { type Customer, hexSecret, packages, stageTexts, triggerStage } from './machine/customers.ts';
import type { Service } from './machine/service.ts';
import { pauseFor, pausers } from './pausing.ts';
import { askForChecks, askForDecision, lookAtAccount, pressButton } from './presses.ts';
import { isStatusTag } from './watch.ts';

/** Something that somebody outside does at a time: what, to whom, and the numbers by which the rest is chosen. */
export type Action = {
  readonly atMs: number;
  readonly kind: ActionKind;
  readonly customer: number;
  readonly person: number;
  readonly dice: readonly [number, number];
};

export type ActionKind =
  | 'enter'
  | 'everybody enters'
  | 'move'
  | 'turn works'
  | 'turn tells once more'
  | 'turn answers oddly'
  | 'change e-mails'
  | 'change package tag'
  | 'delete status tag'
  | 'archive or back'
  | 'merge contacts'
  | 'lever shows too little'
  | 'anonymize'
  | 'delete candidate'
  | 'rename stage'
  | 'change settings'
  | 'rotate secret'
  | 'revoke access'
  | 'access expires'
  | 'deliver again'
  | 'forge delivery'
  | 'forge callback'
  | 'webhooks fall silent'
  | 'lever goes down'
  | 'turn goes down'
  | 'rotate callback key'
  | 'redrive'
  | 'pause'
  | 'choose a stage'
  | 'back up the table'
  | 'restore the table'
  | 'ask for checks'
  | 'ask for a decision'
  | 'press a button'
  | 'look at the account';
type ActionOf = { readonly weight: number; readonly disturbs?: true; readonly do: (scene: Scene) => unknown };

const turnStates = [
  'emailed',
  'consent',
  'processing',
  'review',
  'review__qa',
  'review__identity',
  'pending',
  'pending__first_notice',
  'approved',
  'approved',
  'approved',
  'approved',
  'rejected',
  'withdrawn',
  'withdrawn',
  'review__odd',
  'approved__conditionally',
  'approved__by_rule',
  'suspended',
];
const packageTags = [
  `TurnPackage:${packages.standard}`,
  `turnpackage: ${packages.driver.toLowerCase()} :Driver: 7 years`,
  `TurnPackage:${packages.unknown}:Gone`,
  'TurnPackge:P1',
  'Full-time',
];
/** A list's row without an id is nobody's: whom the webhook did not tell of, nobody could find. */
const essentialsMissing: readonly OddShape[] = [
  'no stage',
  'a stage that is null',
  'a stage without an id',
  'no time of entry',
];
const hourMs = 3_600_000;

type Scene = {
  readonly service: Service;
  readonly customer: Customer;
  readonly id: string;
  readonly dice: readonly [number, number];
};

const pick = <T>(choices: readonly T[], dice: number): T => choices[Math.floor(dice * choices.length)] as T;
const isThere = ({ customer, id }: Scene): boolean => customer.recruiter.organization.opportunities.has(id);
/** What was true until now may still be in somebody's hands. */
const touch = ({ service, customer, id }: Scene): void => {
  service.truth.toldWhenArchived.delete(id);
  const before = customer.find(id);
  if (before !== undefined)
    service.truth.pasts.note(id, { ...before, tags: [...before.tags], stageChanges: [...before.stageChanges] });
};
const checksOf = ({ service, id }: Scene) =>
  service.models.turn.checks.filter(({ referenceId }) => referenceId?.startsWith(`${id}-`));

/** Problems that end as soon as Lever shows the candidate, archived or not. */
const untilShown = (['confidential', 'unreadable'] as const).map((code) => problemNote({ code, detail: null }));

/** A problem that only time or a person at Lever ends, in the words that a recruiter reads. */
const isOfEntry = (note: string): boolean =>
  note.startsWith('The Turn background check was not started') && !untilShown.includes(note);

/** Turn tells of a new state: as it documents it, or now and then in another shape alone. */
const tell = ({ models, random }: Service, workerId: string, state: string): void => {
  if (random() < 0.7) models.turn.advance(workerId, state);
  else models.turn.advanceOddly(workerId, state, pick(oddCallbacks, random()));
};

/** What people and vendors do; how often, next to the others. `disturbs`: what follows of it may take a while. */
export const actionKinds: Record<ActionKind, ActionOf> = {
  enter: { weight: 10, do: (scene: Scene) => move(scene, triggerStage) },
  'everybody enters': {
    weight: 1,
    do: (scene: Scene) => {
      for (const id of scene.customer.opportunities) move({ ...scene, id }, triggerStage);
    },
  },
  move: { weight: 3, do: (scene: Scene) => move(scene, pick(stageTexts, scene.dice[0])) },
  'turn works': {
    weight: 12,
    do: (scene: Scene) => {
      const check = pick(checksOf(scene), scene.dice[1]);
      if (check === undefined) return;
      scene.service.truth.turnPasts.note(check.workerId, check.state);
      if (pick([0, 1, 2, 3, 4, 5, 6, 7], scene.dice[1]) === 0) scene.service.models.turn.recheck(check.workerId);
      // Of a deleted candidate nobody knows any more whose check a reference alone is: polls find that out for the person's other opportunities.
      else if (isThere(scene)) tell(scene.service, check.workerId, pick(turnStates, scene.dice[0]));
      else scene.service.models.turn.advance(check.workerId, pick(turnStates, scene.dice[0]));
    },
  },
  'turn tells once more': {
    weight: 1,
    do: (scene: Scene) => {
      const check = pick(checksOf(scene), scene.dice[1]);
      const hook = pick(['CONSENT_CONFIRMATION', 'SSN_UPDATED'] as const, scene.dice[0]);
      if (check !== undefined) scene.service.models.turn.sendHook(check.workerId, hook);
    },
  },
  'turn answers oddly': {
    weight: 1,
    do: (scene: Scene) => {
      const { truth, models } = scene.service;
      const check = pick(checksOf(scene), scene.dice[1]);
      const odd = pick([...oddStatuses, null], scene.dice[0]);
      if (check === undefined) return;
      models.turn.spoil(check.workerId, odd);
      if (odd !== null) truth.oddAtTurn.add(check.workerId);
    },
  },
  'change e-mails': {
    weight: 2,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      touch(scene);
      const { customer, id, dice } = scene;
      const email = `person${customer.opportunities.indexOf(id)}@customer${customer.accountId.slice(5)}.people.example`;
      customer.recruiter.setEmails(id, dice[0] < 0.5 ? [] : [email]);
    },
  },
  'change package tag': {
    weight: 3,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      touch(scene);
      const { recruiter } = scene.customer;
      const tag = pick(packageTags, scene.dice[0]);
      if (recruiter.tags(scene.id).includes(tag)) recruiter.removeTag(scene.id, tag);
      else recruiter.addTag(scene.id, tag);
    },
  },
  'delete status tag': {
    weight: 1,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      const tag = scene.customer.recruiter.tags(scene.id).find(isStatusTag);
      if (tag === undefined) return;
      scene.service.truth.tagDeleted.add(scene.id);
      scene.customer.recruiter.removeTag(scene.id, tag);
    },
  },
  'archive or back': {
    weight: 1,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      const { recruiter, find } = scene.customer;
      const { truth, now } = scene.service;
      const wasChanged = truth.pasts.changedSince(scene.id, now());
      touch(scene);
      const where = scene.dice[0] < 0.6 ? 'page' : 'api';
      if (find(scene.id)?.archived !== null) return void recruiter.unarchive(scene.id);
      recruiter.archive(scene.id, 'withdrew', where);
      if (!wasChanged && recruiter.notes(scene.id).some(isOfEntry)) truth.toldWhenArchived.add(scene.id);
    },
  },
  'lever shows too little': {
    weight: 0.4,
    disturbs: true,
    do: ({ service, customer, id, dice }: Scene) => {
      const { recruiter } = customer;
      service.truth.unclear.add(id);
      recruiter.spoil(id, pick(essentialsMissing, dice[0]));
      // Or until it is quiet.
      const forMs = pick([600_000, 3 * hourMs, null], dice[1]);
      if (forMs !== null) service.scheduler.after(forMs, () => recruiter.spoil(id, null));
    },
  },
  'merge contacts': {
    weight: 0.3,
    disturbs: true,
    do: (scene: Scene) => {
      const { service, customer, id } = scene;
      const [one, other] = [customer.find(customer.opportunities[0] ?? ''), customer.find(id)];
      if (one === undefined || other === undefined || one.contactId === other.contactId) return;
      touch(scene);
      for (const each of customer.opportunities) service.truth.unclear.add(each);
      customer.recruiter.mergeContacts(one.contactId, other.contactId);
    },
  },
  anonymize: {
    weight: 0.3,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      touch(scene);
      scene.customer.recruiter.anonymize(scene.id);
    },
  },
  'delete candidate': {
    weight: 0.5,
    disturbs: true,
    do: (scene: Scene) => {
      if (!isThere(scene)) return;
      touch(scene);
      scene.customer.recruiter.deleteOpportunity(scene.id);
    },
  },
  'rename stage': {
    weight: 0.7,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      const { recruiter } = customer;
      void customer.account().then(({ triggerStages }) => {
        if (triggerStages.some(({ id }) => id === null)) service.truth.hidden.add(customer.accountId);
      });
      const stage = recruiter.organization.stages.find(({ id }) => id.endsWith('-2'));
      if (stage !== undefined) recruiter.renameStage(stage.id, pick([triggerStage, 'Vetting'], dice[0]));
    },
  },
  'change settings': {
    weight: 1,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      service.truth.settingsChanged = true;
      void customer.change((before) =>
        pick(
          [
            { rerun: pick([{ kind: 'never' }, { kind: 'always' }, { kind: 'after_days', days: 1 }] as const, dice[1]) },
            { defaultPackageId: pick([null, packages.standard, packages.driver], dice[1]) },
            { graceSeconds: pick([0, 30, 300], dice[1]) },
            { triggerStages: [...before.triggerStages.slice(0, 1), { id: null, name: 'offer ' }] },
            { triggerStages: before.triggerStages.slice(0, 1) },
          ],
          dice[0],
        ),
      );
    },
  },
  'rotate secret': {
    weight: 1,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      const secret = hexSecret(service.random);
      const saveInMs = pick([0, 5_000, 60_000], dice[0]);
      customer.signWith(secret);
      service.truth.unsavedSecrets.add(secret);
      service.scheduler.after(saveInMs, () => {
        // Who read the secrets before that may still be at work.
        const isKnown = (): void => void service.truth.unsavedSecrets.delete(secret);
        void customer.saveSecret(secret).then(() => service.scheduler.after(15_000, isKnown));
      });
    },
  },
  // When, is chosen apart too.
  'rotate callback key': {
    weight: 0,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      // What comes after two weeks is refused, and only polls find what it told.
      if (!service.hasNets && service.faults.has('callback late')) return;
      const setInMs = pick([0, hourMs, 48 * hourMs], dice[0]);
      void customer.rotateCallbackKey((set) => service.scheduler.after(setInMs, set));
    },
  },
  'revoke access': {
    weight: 0.7,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      customer.revoke();
      service.truth.revoked.add(customer.accountId);
      const forMs = pick([hourMs, 8 * hourMs, 48 * hourMs, 168 * hourMs], dice[0]);
      const isDead = (): boolean => service.models.lever.tokens.grants(customer.recruiter.organization.id).length === 0;
      const reconnect = async (): Promise<void> => {
        const { connectionState } = await customer.account();
        const isNoticed = connectionState !== 'connected' || !isDead() || !service.hasNets || forMs < 48 * hourMs;
        if (!isNoticed) service.violate(`8: nobody noticed that the access of ${customer.accountId} had ended`);
        await customer.connect();
      };
      service.scheduler.after(forMs, () => void reconnect());
    },
  },
  'access expires': {
    weight: 2,
    do: ({ service, customer }: Scene) =>
      service.models.lever.tokens.expireAccessTokens(customer.recruiter.organization.id),
  },
  'deliver again': {
    weight: 2,
    do: ({ service, dice }: Scene) => {
      const delivery = pick(service.models.lever.outbox.deliveries, dice[0]);
      if (delivery !== undefined) service.models.lever.redeliver(delivery.id);
    },
  },
  'forge delivery': {
    weight: 1,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      const known = pick(
        service.models.lever.outbox.deliveries.filter(({ url }) => url.includes(`/${customer.accountId}/`)),
        dice[0],
      );
      if (known === undefined) return;
      const everybody = service.customers.flatMap(({ opportunities }) => opportunities);
      const opportunityId = pick([...everybody, '00000000-dead-4000-8000-000000000000'], dice[1]);
      service.truth.forged.add(`${customer.accountId} ${opportunityId}`);
      // The true delivery, should it come later, is taken for a repetition; only the nets find what it told of.
      if (!service.hasNets) service.truth.hidden.add(customer.accountId);
      const stage = customer.recruiter.organization.stages.find(({ id }) => id.endsWith('-2'));
      const body = {
        ...JSON.parse(known.body),
        event: 'candidateStageChange',
        data: { opportunityId, toStageId: stage?.id },
      };
      service.post(known.url, JSON.stringify(body), () => {});
      const unsigned = { ...body, token: hexSecret(service.random) };
      service.post(known.url, JSON.stringify(unsigned), (status) => {
        if (status === 200) service.violate('5: a delivery was believed that the account had not signed');
      });
    },
  },
  'forge callback': {
    weight: 0.5,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      const check = pick(service.models.turn.checks, dice[0]);
      const url = customer.partner.webhookUrl ?? '';
      const body = { original_state: 'emailed', state: 'approved', worker_id: check?.workerId ?? 'nobody' };
      if (check !== undefined && dice[1] < 0.5) {
        service.truth.forged.add(`${customer.accountId} ${check.referenceId?.slice(0, 36)}`);
        service.post(`${url}?check=${check.referenceId}`, JSON.stringify(body), () => {});
      } else service.post(url, JSON.stringify(body), () => {});
      const [, other] = [...service.customers].sort((each) => (each === customer ? -1 : 1));
      const keyOfOther = other?.partner.webhookUrl?.split('/').at(-1) ?? '';
      for (const wrong of [url.replace(/.$/u, '_'), url.replace(/[^/]*$/u, keyOfOther)]) {
        service.post(wrong, JSON.stringify(body), (status) => {
          if (status === 200) service.violate('5: a callback was believed that came to a wrong address');
        });
      }
    },
  },
  'webhooks fall silent': {
    weight: 0.5,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => {
      if (service.hasNets) service.fallSilent(customer, pick([hourMs, 24 * hourMs, 1_000 * hourMs], dice[0]));
    },
  },
  'lever goes down': {
    weight: 0.4,
    disturbs: true,
    do: ({ service, dice }: Scene) => service.breakDown('lever', pick([60_000, hourMs, 6 * hourMs], dice[0])),
  },
  'turn goes down': {
    weight: 0.4,
    disturbs: true,
    do: ({ service, dice }: Scene) => service.breakDown('turn', pick([60_000, hourMs, 24 * hourMs], dice[0])),
  },
  // When, is chosen apart, so that the rest of a plan does not depend on it.
  pause: {
    weight: 0,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) =>
      void pauseFor(
        service,
        customer,
        pick(pausers, dice[0]),
        pick([10_000, 600_000, 3 * hourMs, 12 * hourMs], dice[1]),
      ),
  },
  // In plans of its own.
  'choose a stage': {
    weight: 0,
    disturbs: true,
    do: ({ service, customer, dice }: Scene) => chooseStage(service, customer, dice),
  },
  redrive: { weight: 0.5, do: ({ service, dice }: Scene) => void service.redrive(dice[0] < 0.5 ? 1 : 2) },
  'back up the table': { weight: 0, do: ({ service }: Scene) => service.backUp() },
  'restore the table': { weight: 0, disturbs: true, do: ({ service }: Scene) => service.restore() },
  'ask for checks': { weight: 0, disturbs: true, do: askForChecks },
  'ask for a decision': { weight: 0, disturbs: true, do: askForDecision },
  'press a button': { weight: 0, disturbs: true, do: pressButton },
  'look at the account': { weight: 0, do: lookAtAccount },
};

const move = (scene: Scene, stage: string): void => {
  if (!isThere(scene)) return;
  touch(scene);
  const { recruiter } = scene.customer;
  const idOf = (text: string): string =>
    recruiter.organization.stages[(stageTexts as readonly string[]).indexOf(text)]?.id ?? '';
  // Who is there already goes out, and comes in again.
  if (scene.customer.find(scene.id)?.stageId === idOf(stage)) recruiter.moveToStage(scene.id, idOf(stageTexts[1]));
  recruiter.moveToStage(scene.id, idOf(stage));
};

/** Does it. Nothing happens where it cannot be done now. */
export const perform = (action: Action, service: Service): void => {
  const customer = service.customers[action.customer % service.customers.length] as Customer;
  const id = customer.opportunities[action.person % customer.opportunities.length] as string;
  service.say(() => `# ${action.kind}: ${customer.accountId} ${id}`);
  actionKinds[action.kind].do({ service, customer, id, dice: action.dice });
};
