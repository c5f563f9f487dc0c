import { changesOf } from '#functions/settings-api/settings-version.ts';
import type { Account } from '#shared/domain/account.ts';
import { settingsFaults } from '#shared/domain/settings-faults.ts';
import { withChosenTriggers, withStages } from '#shared/domain/trigger-stage.ts';
import { findAccount } from './find-account.ts';
import { CommandFault, type Stack } from './stack.ts';

/** What an operator may set of an account that exists, by the names that an accounts file has for it. */
const changes: Readonly<Record<string, (account: Account, values: readonly string[], now: number) => Account>> = {
  name: (account, [name = '']) => ({ ...account, name: name.trim() }),
  defaultPackageId: (account, [id = '']) => ({ ...account, defaultPackageId: id === 'none' ? null : id }),
  triggerStages: (account, names, now) => {
    const chosen = names.map((name) => ({ id: null, name: name.trim() }));
    const changed = withChosenTriggers(account, chosen, now);
    return changed.stages === null ? changed : withStages(changed, changed.stages);
  },
};

/** Of `field=value` each; a field that is given twice has both values. Throws a `CommandFault` for anything else. */
export const readChanges = (given: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const wanted = new Map<string, readonly string[]>();
  for (const word of given) {
    const [, field = '', value = ''] = /^(\w+)=(.*)$/su.exec(word) ?? [];
    if (!Object.hasOwn(changes, field)) {
      throw new CommandFault(`Give what is to be changed as ${Object.keys(changes).join('=…, ')}=….`);
    }
    wanted.set(field, [...(wanted.get(field) ?? []), value]);
  }
  if (wanted.size === 0) throw new CommandFault(`Say what is to be changed: ${Object.keys(changes).join('=…, ')}=….`);
  return wanted;
};

/** Makes an account that exists what is given; answers what changed. Where nothing differs, nothing is written. */
export const applyChanges = async (
  { now, accounts, activities }: Pick<Stack, 'now' | 'accounts' | 'activities'>,
  accountId: string,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> => {
  const change = (account: Account): Account =>
    [...wanted].reduce((before, [field, values]) => changes[field]?.(before, values, now()) ?? before, account);
  const known = await findAccount(accounts, accountId);
  const asked = change(known);
  const faults = Object.entries(settingsFaults(asked)).map(([field, fault]) => `${field}: ${fault}`);
  if (asked.name === '') faults.push('name: The name must not be empty.');
  if (faults.length > 0) throw new CommandFault(['Nothing was changed:', ...faults].join('\n'));
  const told = differences(known, asked);
  if (told.length === 0) return [`${accountId} is so already: nothing was changed.`];
  // Who is in a stage that was chosen just now is counted by the next maintenance.
  const update = await accounts.update(accountId, change, now());
  if (update === null) throw new CommandFault(`${accountId} was deleted meanwhile.`);
  const settings = changesOf(update.before, update.after);
  if (settings.length > 0) {
    const detail = settings.join('\n');
    await activities.record(accountId, { kind: 'settings_changed', opportunityId: null, by: null, detail });
  }
  return differences(update.before, update.after).map((line) => `${accountId}: ${line}`);
};

const differences = (before: Account, after: Account): string[] => [
  ...(before.name === after.name ? [] : [`name: ${before.name} → ${after.name}`]),
  ...changesOf(before, after),
];
