import type { Check } from '#shared/domain/check.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { LeverUpdatePorts } from './ports.ts';

/** Writes down what Turn has told since the last look. */
export const recordNews = async (before: Screening, after: Screening, ports: LeverUpdatePorts): Promise<void> => {
  const { accountId, opportunityId } = after;
  for (const check of after.checks) {
    const known = before.checks.find(({ enteredAt }) => enteredAt === check.enteredAt);
    const status = check.progress?.status ?? null;
    if (status !== (known?.progress?.status ?? null)) {
      await ports.journal.record(accountId, { kind: 'check_status', opportunityId, detail: status });
    }
    if (hasReport(check) && (known === undefined || !hasReport(known))) {
      await ports.journal.record(accountId, { kind: 'report_available', opportunityId, detail: null });
    }
  }
};

const hasReport = ({ progress, dashboardUrl }: Check): boolean => progress?.hasReport === true && dashboardUrl !== null;
