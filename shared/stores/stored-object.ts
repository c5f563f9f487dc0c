import * as z from 'zod/mini';

/**
 * An object as it is stored. Fields that this version does not know stay in it, unseen by the types, and are saved again:
 * the version before this one and the one after it work on the same table while a deployment, or its way back, is under way.
 */
export const storedObject = <Shape extends z.core.$ZodShape>(shape: Shape): z.ZodMiniObject<Shape> =>
  z.looseObject(shape);

/** One of our codes as it is stored. One that only another version knows is read as `unknown`, so that nobody's whole list is unreadable for it. */
export const storedCode = <Code extends string>(
  codes: readonly (Code | 'unknown')[],
): z.ZodMiniType<Code | 'unknown'> =>
  z.pipe(
    z.string(),
    z.transform((code) => codes.find((known) => known === code) ?? 'unknown'),
  );
