import { Failure } from '#shared/domain/failure.ts';
import { tagsSeen } from '#shared/domain/lever-knowledge.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { LeverUpdatePorts } from './ports.ts';

/** The sweep that sent us may go by a clock that is ahead of ours. */
const clocksDifferMs = 5_000;

/**
 * The screening with the tags that Lever really has, where this is one of the looks that we take now and then by
 * ourselves: a person may have deleted our tag. News from Turn costs no such read.
 */
export const lookAtLever = async (screening: Screening, ports: LeverUpdatePorts): Promise<Screening> => {
  const { accountId, opportunityId, refresh, lever } = screening;
  const isOwnLook =
    refresh !== null && refresh.attempts === 0 && refresh.dueAt <= ports.now() + clocksDifferMs && lever.tag !== null;
  if (!isOwnLook) return screening;
  try {
    const { tags } = await ports.leverOf(accountId, { holder: `${opportunityId}/look` }).readOpportunity(opportunityId);
    return { ...screening, lever: tagsSeen(lever, tags, ports.now()) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'final') throw error;
    // Deleted, or no longer ours to see: the check worker finds out which.
    await ports.nudgeStageChange({ accountId, opportunityId });
    return screening;
  }
};
