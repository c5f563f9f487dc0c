import * as z from 'zod';
import { mostAddresses } from '#shared/domain/mail-list.ts';

/** The shapes of the addresses that are told by mail. */
export const mailAddressesSchema = z.strictObject({
  isSetUp: z.boolean().meta({ description: 'False: this service sends no mails yet, and takes no addresses.' }),
  addresses: z.array(
    z.strictObject({
      id: z.string(),
      masked: z.string().meta({ description: 'Its first letter and its host: addresses are never shown back.' }),
      state: z.enum(['sending', 'waiting', 'expired', 'not_sent', 'confirmed']).meta({
        description:
          '`sending`: its confirmation mail is about to go out; `waiting`: for the press on its link; `expired`: the link is too old; `not_sent`: the mail could not be sent.',
      }),
    }),
  ),
});

/** Who is told from now on: those that are there by their ids, new ones by their addresses. */
export const newMailAddressesSchema = z.strictObject({
  addresses: z
    .array(
      z.union([
        z.strictObject({
          id: z.string().max(100, 'There is no such address.'),
          sendAgain: z.boolean().optional().meta({ description: 'Sends another confirmation mail.' }),
        }),
        z.strictObject({ address: z.string().meta({ format: 'email', maxLength: 254 }) }),
      ]),
    )
    .max(mostAddresses, `At most ${mostAddresses} addresses.`),
});
