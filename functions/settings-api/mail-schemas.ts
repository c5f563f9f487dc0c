import * as z from 'zod/mini';
import { mostAddresses } from '#shared/domain/mail-list.ts';

/** The shapes of the addresses that are told by mail. */
export const mailAddressesSchema = z.strictObject({
  isSetUp: z.boolean().check(z.describe('False: this service sends no mails yet, and takes no addresses.')),
  addresses: z.array(
    z.strictObject({
      id: z.string(),
      masked: z.string().check(z.describe('Its first letter and its host: addresses are never shown back.')),
      state: z
        .enum(['sending', 'waiting', 'expired', 'not_sent', 'confirmed'])
        .check(
          z.describe(
            '`sending`: its confirmation mail is about to go out; `waiting`: for the press on its link; `expired`: the link is too old; `not_sent`: the mail could not be sent.',
          ),
        ),
    }),
  ),
});

/** Who is told from now on: those that are there by their ids, new ones by their addresses. */
export const newMailAddressesSchema = z.strictObject({
  addresses: z
    .array(
      z.union([
        z.strictObject({
          id: z.string().check(z.maxLength(100, 'There is no such address.')),
          sendAgain: z.optional(z.boolean()).check(z.describe('Sends another confirmation mail.')),
        }),
        z.strictObject({ address: z.string().check(z.meta({ format: 'email', maxLength: 254 })) }),
      ]),
    )
    .check(z.maxLength(mostAddresses, `At most ${mostAddresses} addresses.`)),
});
