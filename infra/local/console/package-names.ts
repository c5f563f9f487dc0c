import { SAMPLE_PACKAGES } from '../sandbox/sample-people.ts';

const names: Record<string, string> = { [SAMPLE_PACKAGES.standard]: 'Standard', [SAMPLE_PACKAGES.driver]: 'Driver' };

/** What the sample customer calls a package. */
export const packageName = (packageId: string): string => names[packageId] ?? 'Unknown package';

/** The tag by which a recruiter asks for the package. */
export const packageTag = (packageId: string): string => `TurnPackage:${packageId}:${packageName(packageId)}`;
