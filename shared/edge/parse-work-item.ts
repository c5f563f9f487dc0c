import * as z from 'zod';
import { isAccountId, isOpportunityId } from '#shared/domain/ids.ts';
import type { WorkItem } from '#shared/domain/work-item.ts';
import { parseJson } from '#shared/http/parse-json.ts';

const workItemSchema: z.ZodType<WorkItem> = z.object({
  accountId: z.string().refine(isAccountId),
  opportunityId: z.string().refine(isOpportunityId),
});

/** The work item in a message's body, or null where it holds none. */
export const parseWorkItem = (body: string): WorkItem | null => workItemSchema.safeParse(parseJson(body)).data ?? null;
