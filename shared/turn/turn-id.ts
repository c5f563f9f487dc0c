import * as z from 'zod';

/** Documented are `C` and ten digits. It stands in a note, so that nothing else is taken for one. */
const turnIdSchema = z
  .string()
  .trim()
  .regex(/^C\d{6,20}$/u);

/** A Turn ID as Turn gave it; null where it is none. */
export const readTurnId = (given: unknown): string | null => turnIdSchema.safeParse(given).data ?? null;
