import type { OrderedEntry } from './stage-entry.ts';

/** The detail of a started check's activity: which package was ordered, then what was done otherwise than the tags or the settings asked; null: Turn's default, as it was asked. */
export const startedDetail = ({ packageId, warnings }: Pick<OrderedEntry, 'packageId' | 'warnings'>): string | null => {
  const told = warnings.map((warning) =>
    warning.kind === 'unknown_package' ? `not_${warning.packageId}` : warning.kind,
  );
  return told.length === 0 ? packageId : [packageId ?? 'default', ...new Set(told)].join(' ');
};
