import { type ActivityKind, activityKinds } from '#shared/domain/activity.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { invalid } from './read-body.ts';
import { withNames } from './with-names.ts';

const usualLimit = 50;
const largestLimit = 100;

/** A page of what happened, newest first. */
export const showActivity = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { after, kind, limit = String(usualLimit) } = incoming.query;
  const kinds = kind === undefined || kind === '' ? null : kind.split(',').map((name) => activityKind(name.trim()));
  const faults = {
    ...(/^[1-9]\d{0,2}$/u.test(limit) && Number(limit) <= largestLimit
      ? {}
      : { limit: `Choose 1 to ${largestLimit}.` }),
    ...(kinds?.includes(undefined) === true ? { kind: `Choose from these: ${activityKinds.join(', ')}.` } : {}),
    ...(after === undefined || cursorShape.test(after) ? {} : { after: 'Take it from the page before.' }),
  };
  if (Object.keys(faults).length > 0) return invalid(faults);
  const page = await ports.activities.list(account.accountId, {
    limit: Number(limit),
    after: after ?? null,
    kinds: kinds === null ? null : kinds.filter((name) => name !== undefined),
  });
  const activities = await withNames(account.accountId, page.activities, ports);
  return { status: 200, json: { ...page, activities } };
};

/** As the activity log makes them: a time and an id. */
const cursorShape = /^\d{15}\.[\w-]{1,64}$/u;

const activityKind = (name: string): ActivityKind | undefined => activityKinds.find((kind) => kind === name);
