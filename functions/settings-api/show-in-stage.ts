import type * as z from 'zod/mini';
import { listInStage } from '#shared/accounts/list-in-stage.ts';
import type { InStage } from '#shared/domain/in-stage.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import { askLever } from './ask-lever.ts';
import type { inStageAnswerSchema } from './in-stage-schemas.ts';

/** Who is in the account's trigger stages now, as Lever lists them, and who of them gets no check. */
export const showInStage = async ({ account }: Request, ports: AppPorts): Promise<Answer> => {
  const asked = await askLever(account, 'in-stage', ports, (lever) => listInStage(account, lever, ports));
  if ('refusal' in asked) return asked.refusal;
  const { candidates, isComplete } = asked.value;
  const json: z.infer<typeof inStageAnswerSchema> = { candidates: candidates.map(shown), isComplete };
  return { status: 200, json };
};

const shown = ({ decision, ...candidate }: InStage) => ({
  ...candidate,
  would: decision === null ? null : wouldBe(decision),
  packageId: decision?.kind === 'start' ? decision.packageId : null,
});

const wouldBe = (decision: NonNullable<InStage['decision']>): string => {
  if (decision.kind === 'problem') return decision.code;
  return decision.kind === 'ignore' ? decision.reason : decision.kind;
};
