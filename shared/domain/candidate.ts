/** The person to invite, as an order needs it. Lives in memory only: never stored, queued or logged. */
export type Candidate = {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** 10 or 11 digits, or null. */
  readonly phone: string | null;
};

export type Phone = { readonly type: string | null; readonly value: string };

const emailShape = /^[^\s@<>()[\],;:"\\]+@[^\s@<>()[\],;:"\\]+\.[^\s@<>()[\],;:"\\]+$/u;

/** Turns Lever's one-string name, e-mails and free-text phones into a candidate, or says what is missing. */
export const readCandidate = (person: {
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly Phone[];
}): Candidate | 'no_email' | 'no_full_name' => {
  const email = person.emails.map((each) => each.trim()).find((each) => each.length <= 254 && emailShape.test(each));
  if (email === undefined) return 'no_email';
  const [firstName = '', ...rest] = person.name.trim().split(/\s+/u);
  const lastName = rest.join(' ');
  if (firstName === '' || lastName === '') return 'no_full_name';
  return { firstName, lastName, email, phone: choosePhone(person.phones) };
};

const choosePhone = (phones: readonly Phone[]): string | null => {
  const mobileFirst = [...phones.filter((phone) => phone.type === 'mobile'), ...phones];
  const digits = mobileFirst.map((phone) => phone.value.replaceAll(/\D/gu, ''));
  return digits.find((each) => each.length === 10 || each.length === 11) ?? null;
};
