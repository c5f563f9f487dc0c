import type { Activity } from './activity.ts';

/** Did Turn not know this package when it was to be ordered last, as far as the lines of checks that were started tell (newest first)? */
export const isPackageUnknown = (packageId: string, started: readonly Activity[]): boolean => {
  for (const { detail } of started) {
    const [ordered, ...told] = (detail ?? '').split(' ');
    if (ordered === packageId) return false;
    if (told.includes(`not_${packageId}`)) return true;
  }
  return false;
};
