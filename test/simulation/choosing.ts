import type { Account } from '#shared/domain/account.ts';
import { type Customer, stageTexts, targetStages } from './machine/customers.ts';
import type { Service } from './machine/service.ts';
import { isStatusTag } from './watch.ts';

const secondMs = 1_000;
/** So soon it makes no difference any more who remembered which stages were chosen before. */
const seenToWithinMs = 300_000;

type Settings = Pick<Account, 'triggerStages'>;

/**
 * Another stage is chosen just after somebody moved into it, which was ignored, and just before somebody else does: whoever
 * remembers what was chosen before drops that move, and it has to be made good.
 */
export const chooseStage = (service: Service, customer: Customer, dice: readonly [number, number]): void => {
  const { scheduler, truth } = service;
  const { recruiter, opportunities } = customer;
  const [early, late] = opportunities;
  const stage = recruiter.organization.stages[stageTexts.indexOf(targetStages.clear)];
  if (early === undefined || late === undefined || stage === undefined) return;
  truth.settingsChanged = true;
  recruiter.moveToStage(early, stage.id);
  const onceChosen = (): void => {
    recruiter.moveToStage(late, stage.id);
    scheduler.after(seenToWithinMs, () => {
      if (customer.find(late)?.tags.some(isStatusTag) !== true)
        service.violate('2: a move into a stage that was chosen just before is not seen to within minutes');
    });
  };
  scheduler.after((1 + dice[0]) * secondMs, () =>
    choose(service, customer, stage, () => scheduler.after(dice[1] * 60 * secondMs, onceChosen)),
  );
};

const choose = (
  { settingsPage, planNextSweep }: Service,
  customer: Customer,
  { id, text: name }: { readonly id: string; readonly text: string },
  onChosen: () => void,
): void =>
  settingsPage.ask(customer, { route: 'GET /api/settings' }, (shown) => {
    if (shown?.status !== 200 || shown.etag === undefined) throw new Error('The settings were not shown.');
    const settings = shown.json as Settings;
    const body = { ...settings, triggerStages: [...settings.triggerStages, { id, name }] };
    const wish = { route: 'PUT /api/settings', headers: { 'if-match': shown.etag }, body };
    settingsPage.ask(customer, wish, (saved) => {
      if (saved?.status !== 200) throw new Error('The settings were not saved.');
      planNextSweep();
      onChosen();
    });
  });
