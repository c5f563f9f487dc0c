import * as z from 'zod/mini';

/** Turn's ids are texts in its documentation; a number is taken as one. */
export const turnIdText = z.union([z.string().check(z.minLength(1)), z.pipe(z.int(), z.transform(String))]);

const refusalSchema = z.object({ code: z.string() });

/** A missing token is answered 401, a bad one 400 with a `code` (Turn's documentation of `/public_api/me`); 403 is not documented. */
export const isTokenRefusal = (status: number, json: unknown): boolean =>
  json !== undefined && (status === 401 || status === 403 || (status === 400 && refusalSchema.safeParse(json).success));
