import type { LeverModel } from '../sandbox/lever-model.ts';
import type { LeverOrganization } from '../sandbox/lever-records.ts';
import type { Notebook } from './notebook.ts';

/** Access that a Super Admin granted or revoked, and webhooks that the integration set up, or took out upon *Disconnect* or *Replace*. */
export const watchConnection = (
  notebook: Notebook,
  lever: LeverModel,
  { id, name, webhooks }: LeverOrganization,
): void => {
  const rise = (key: string, count: number): number => {
    const before = notebook.swap(`${key} ${id}`, String(count));
    return before === undefined ? 0 : count - Number(before);
  };
  const grants = lever.tokens.grants(id).length;
  const granted = rise('grants of', grants);
  if (granted > 0)
    notebook.write({
      ...byLever,
      tone: 'good',
      text: `A Super Admin of ${name} granted the integration access; the settings page says what it makes of it.`,
    });
  if (granted < 0) notebook.write({ ...byLever, tone: 'bad', text: `${name} revoked the integration’s access.` });

  const held = webhooks.filter(({ madeByApi }) => madeByApi).length;
  const added = rise('webhooks of ours in', held);
  const removals = lever.requests.filter(
    ({ account, path, status }) => account === id && path.startsWith('/webhooks/') && status === 204,
  );
  const removed = rise('webhooks that we removed from', removals.length);
  if (added > 0 && added === held) notebook.write({ ...byUs, text: `The integration set up its webhooks in ${name}.` });
  if (removed > 0 && held === 0)
    notebook.write({ ...byUs, text: `${name} was disconnected: the integration took its webhooks out.` });
};

const byLever = { source: 'lever', candidateId: null } as const;
const byUs = { source: 'integration', candidateId: null } as const;
