import { folded, hidesSomething, tidied } from './folded.ts';
import type { Warning } from './stage-entry.ts';

/** The person to invite, as an order needs it. Lives in memory only: never stored, queued or logged. */
export type Candidate = {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** Another valid address, should Turn not take the first; null: there is none. */
  readonly spareEmail: string | null;
  /** The 10 digits of a North American number, or null. */
  readonly phone: string | null;
};

/** Whom to invite, before the phone numbers are read. */
export type Addressee = Omit<Candidate, 'phone'>;

/** A phone as Lever has it: whatever people wrote. */
export type Phone = { readonly type: string | null; readonly text: string };

/** A phone as it was read. `value`: 10 digits, null where Turn could not use it; `isForeign`: it is certainly of a country outside North America. */
export type PhoneNumber = { readonly type: string | null; readonly value: string | null; readonly isForeign: boolean };

/** What Lever's one-string name and e-mails make of a candidate, or what is missing. */
export const readCandidate = (person: {
  readonly name: string;
  readonly emails: readonly string[];
}): Addressee | 'no_email' | 'no_full_name' => {
  const [email, ...others] = readEmails(person.emails);
  if (email === undefined) return 'no_email';
  const name = readName(person.name);
  if (name === null) return 'no_full_name';
  const spareEmail = others.find((each) => folded(each) !== folded(email)) ?? null;
  return { ...name, email, spareEmail };
};

/** With the phone number that Turn is given, and what the recruiter should know of it. Reading numbers takes data of every country, so only those do it who order, or show what would be ordered. */
export const withPhone = <Start extends { readonly candidate: Addressee; readonly warnings: readonly Warning[] }>(
  start: Start,
  numbers: readonly PhoneNumber[],
): Start & { readonly candidate: Candidate } => {
  const { phone, isForeignLeftOut } = choosePhone(numbers);
  const warnings: readonly Warning[] = isForeignLeftOut
    ? [...start.warnings, { kind: 'foreign_phone' }]
    : start.warnings;
  return { ...start, candidate: { ...start.candidate, phone }, warnings };
};

const word = String.raw`[\p{L}\p{M}\p{N}!#$%&'*+/=?^_\x60{|}~-]+`;
/** Dots part words and stand nowhere else; letters may be of any script. */
const localShape = new RegExp(String.raw`^${word}(?:\.${word})*$`, 'u');
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
/** The last label has two signs at least, and is no number. */
const domainShape = new RegExp(String.raw`^(?:${label}\.)+(?=..)(?!\p{N}+$)${label}$`, 'u');
/** A space that was pasted out of a web address, and its like. */
const escaped = /%[0-9a-f]{2}/iu;

/** The addresses that a mail server can take. */
export const readEmails = (emails: readonly string[]): string[] => emails.flatMap((each) => readEmail(each) ?? []);

/** The address, if a mail server can take it. */
const readEmail = (text: string): string | null => {
  const address = tidied(text);
  if (hidesSomething(text) || address.length > 254 || escaped.test(address)) return null;
  const [local = '', domain = '', ...more] = address.split('@');
  const isValid = more.length === 0 && local.length <= 64 && localShape.test(local) && domainShape.test(domain);
  return isValid ? address : null;
};

/** "Ada Lovelace", "Lovelace, Ada" and "Ada Lovelace, PhD": the first word is the first name, but where the last name stands first and ends in a comma. */
export const readName = (text: string): Pick<Candidate, 'firstName' | 'lastName'> | null => {
  const [one = '', ...others] = tidied(text).split(/ ?, ?/u);
  const [two, ...suffixes] = one.includes(' ') && isSuffix(one, others[0]) ? [undefined, ...others] : others;
  const [first = '', ...rest] = one.split(' ');
  const firstName = two === undefined || two === '' ? first : two;
  const family = two === undefined || two === '' ? rest.join(' ') : one;
  if (firstName === '' || !/\p{L}/u.test(family)) return null;
  return { firstName, lastName: [family, ...suffixes].filter((each) => each !== '').join(', ') };
};

/** What follows a whole name after a comma, and is no name. */
const knownSuffix = /^(?:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d|d\.?o)\.?$/iu;

/** Titles are many, but they alone are written in capitals. */
const isSuffix = (name: string, text = ''): boolean =>
  knownSuffix.test(text) || (/^[\p{Lu}.-]{2,}$/u.test(text) && /\p{Ll}/u.test(name));

/** The first number that Turn can use, a mobile one before others. */
const choosePhone = (numbers: readonly PhoneNumber[]): { phone: string | null; isForeignLeftOut: boolean } => {
  const mobileFirst = [
    ...numbers.filter(({ type }) => type === 'mobile'),
    ...numbers.filter(({ type }) => type !== 'mobile'),
  ];
  const at = mobileFirst.findIndex(({ value }) => value !== null);
  const leftOut = at < 0 ? mobileFirst : mobileFirst.slice(0, at);
  return { phone: mobileFirst[at]?.value ?? null, isForeignLeftOut: leftOut.some(({ isForeign }) => isForeign) };
};

/** The candidate without the one thing that Turn would not take, where the check can do without it; null: it cannot. */
export const withoutRefused = (
  candidate: Candidate,
  fields: readonly string[],
): { readonly candidate: Candidate; readonly warning: Warning } | null => {
  const [field, ...others] = fields;
  if (others.length > 0) return null;
  if (field === 'phone_number' && candidate.phone !== null)
    return { candidate: { ...candidate, phone: null }, warning: { kind: 'refused_phone' } };
  if (field === 'email' && candidate.spareEmail !== null)
    return {
      candidate: { ...candidate, email: candidate.spareEmail, spareEmail: null },
      warning: { kind: 'refused_email' },
    };
  return null;
};
