type SamplePerson = {
  name: string;
  emails: string[];
  phones: { type: string; value: string }[];
  tags: string[];
  confidentiality: 'non-confidential' | 'confidential';
};

/** The packages of the sample customer at Turn. */
export const SAMPLE_PACKAGES = { standard: 'P4400000001', driver: 'P4400000002' } as const;

/** What that customer calls them. */
export const SAMPLE_PACKAGE_NAMES: Record<string, string> = {
  [SAMPLE_PACKAGES.standard]: 'Standard',
  [SAMPLE_PACKAGES.driver]: 'Driver',
};

const person = (name: string, rest: Partial<Omit<SamplePerson, 'name'>>): SamplePerson => ({
  name,
  emails: [],
  phones: [],
  tags: ['Full-time'],
  confidentiality: 'non-confidential',
  ...rest,
});

/** Invented candidates. Their names occur nowhere else, so a search of the logs finds every leak. */
export const samplePeople = {
  tagged: person('Zephyrine Oakhollow', {
    emails: ['zephyrine.oakhollow@sample-people.example'],
    phones: [
      { type: 'home', value: '312.555.0170' },
      { type: 'mobile', value: '(312) 555-0171' },
    ],
    tags: ['Full-time', `TurnPackage:${SAMPLE_PACKAGES.driver}:Driver: 7 years`],
  }),
  untagged: person('Barnabus Thistlewick', { emails: ['barnabus.thistlewick@sample-people.example'] }),
  withoutEmail: person('Ottoline Fernsby-Quill', { phones: [{ type: 'mobile', value: '+1 312-555-0172' }] }),
  confidential: person('Peregrine Valdimarsen', {
    emails: ['peregrine.valdimarsen@sample-people.example'],
    confidentiality: 'confidential',
  }),
  undecided: person('Isolde Crankshaw', {
    emails: ['isolde.crankshaw@sample-people.example'],
    tags: ['Full-time', `TurnPackage:${SAMPLE_PACKAGES.standard}`, `TurnPackage:${SAMPLE_PACKAGES.driver}`],
  }),
} satisfies Record<string, SamplePerson>;
