import { SAMPLE_PACKAGE_NAMES } from '../sandbox/sample-people.ts';

/** What the sample customer calls a package. */
export const packageName = (packageId: string): string => SAMPLE_PACKAGE_NAMES[packageId] ?? 'Unknown package';

/** The tag by which a recruiter asks for the package. */
export const packageTag = (packageId: string): string => `TurnPackage:${packageId}:${packageName(packageId)}`;
