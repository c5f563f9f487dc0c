import { parseReferenceId } from '#shared/domain/ids.ts';
import type { TurnCheck } from '../sandbox/turn-records.ts';
import type { Notebook } from './notebook.ts';
import { packageName } from './package-names.ts';

/** Orders that Turn took, and every change of a check. */
export const watchChecks = (notebook: Notebook, checks: readonly TurnCheck[]): void => {
  for (const { workerId, turnId, state, packageId, referenceId, invitations, ...check } of checks) {
    const candidateId = referenceId === null ? null : (parseReferenceId(referenceId)?.opportunityId ?? null);
    const name = `${check.firstName} ${check.lastName}`;
    const before = notebook.swap(`check ${workerId}`, state);
    if (before === undefined) {
      const mailed = invitations > 0 ? ' The candidate gets an e-mail.' : '';
      const text = `Turn took the order: check ${turnId} for ${name}, package “${packageName(packageId)}”.${mailed}`;
      notebook.write({ source: 'turn', tone: 'good', candidateId, text });
    } else if (before !== state) {
      notebook.write({ source: 'turn', candidateId, text: `Turn moved ${name}’s check from ${before} to ${state}.` });
    }
  }
};
