import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Phone, PhoneNumber } from '#shared/domain/candidate.ts';
import { tidied } from '#shared/domain/folded.ts';

/**
 * Reads Lever's free text as a phone number: `(215) 588-5118`, `267.565.8877` and `+1098765432` were all seen. Without a
 * country it is one of the United States; an extension is no part of it.
 */
export const readPhone = ({ type, text }: Phone): PhoneNumber => {
  // Half the world writes 00 for the plus sign; no number of North America begins so.
  const number = parsePhoneNumberFromString(tidied(text).replace(/^[^\d+]*00/u, '+'), 'US');
  const isForeign = number !== undefined && number.countryCallingCode !== '1';
  return { type, value: number?.isValid() === true && !isForeign ? number.nationalNumber : null, isForeign };
};
