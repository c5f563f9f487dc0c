import type { Activity } from './activity.ts';
import type { Check } from './check.ts';

/** The detail of a started check's line: which package was ordered, then what was done otherwise than the tags or the settings asked; null: Turn's default, as it was asked. */
export const startedDetail = ({ packageId, warnings }: Pick<Check, 'packageId' | 'warnings'>): string | null => {
  const told = warnings.map((warning) =>
    warning.kind === 'unknown_package' ? `not_${warning.packageId}` : warning.kind,
  );
  return told.length === 0 ? packageId : [packageId ?? 'default', ...new Set(told)].join(' ');
};

/** Did Turn not know this package when it was to be ordered last, as far as the lines of checks that were started tell (newest first)? */
export const isPackageUnknown = (packageId: string, started: readonly Activity[]): boolean => {
  for (const { detail } of started) {
    const [ordered, ...told] = (detail ?? '').split(' ');
    if (ordered === packageId) return false;
    if (told.includes(`not_${packageId}`)) return true;
  }
  return false;
};
