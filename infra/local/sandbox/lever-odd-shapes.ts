type Shown = Readonly<Record<string, unknown>>;

const listOf = (shown: Shown, field: string): readonly unknown[] => {
  const list = shown[field];
  return Array.isArray(list) ? list : [];
};
const withItem =
  (field: string, ...odd: readonly unknown[]) =>
  (shown: Shown): Shown => ({ ...shown, [field]: [...odd, ...listOf(shown, field)] });
const withField =
  (field: string, value: unknown) =>
  (shown: Shown): Shown => ({ ...shown, [field]: value });
const without =
  (...fields: readonly string[]) =>
  (shown: Shown): Shown =>
    Object.fromEntries(Object.entries(shown).filter(([field]) => !fields.includes(field)));

/** Ways in which Lever could show a candidate oddly, of whom all that a check needs can still be read. */
export const harmlessOddShapes = {
  'a stage change without a stage': withItem('stageChanges', { toStageId: null, toStageIndex: 0, updatedAt: 1 }),
  'a stage change without a time': withItem('stageChanges', { toStageId: 'lead-new', toStageIndex: 0 }),
  'a phone that is text': withItem('phones', '(312) 555-0180'),
  'a phone that is a number': withItem('phones', 3_125_550_180),
  'a phone without a value': withItem('phones', { type: 'mobile', value: null }),
  'an e-mail that is an object': withItem('emails', { value: 'nobody@people.example' }),
  'a tag that is an object': withItem('tags', { text: 'Full-time' }),
  'a tag that is a number': withItem('tags', 2_026),
  'empty rows everywhere': (shown: Shown): Shown =>
    ['stageChanges', 'phones', 'emails', 'tags', 'links', 'sources'].reduce<Shown>(
      (odd, field) => withItem(field, null, undefined, {}, [])(odd),
      shown,
    ),
  'phones that are no list': withField('phones', '(312) 555-0180'),
  'tags that are null': withField('tags', null),
  'an archive that is empty': withField('archived', {}),
  'no word of an archive': without('archived', 'isAnonymized', 'dataProtection'),
  'times as text': (shown: Shown): Shown => ({
    ...shown,
    lastAdvancedAt: String(shown['lastAdvancedAt']),
    stageChanges: listOf(shown, 'stageChanges').map((change) => ({
      ...Object(change),
      updatedAt: String(Object(change).updatedAt),
    })),
  }),
  'words that nobody knows': (shown: Shown): Shown => ({
    ...shown,
    confidentiality: 'restricted',
    origin: 'telepathy',
  }),
  'fields that nobody knows': withField('assistant', { score: 5, notes: [null, 'x'] }),
  'no time of the last move': without('lastAdvancedAt'),
  'no list of moves': without('stageChanges'),
  'a list of moves without the last one': (shown: Shown): Shown => ({
    ...shown,
    stageChanges: listOf(shown, 'stageChanges').slice(0, -1),
  }),
} satisfies Readonly<Record<string, (shown: Shown) => unknown>>;

/** Ways in which something is missing that a check cannot do without, or that may forbid it cannot be read. */
export const unreadableOddShapes = {
  'no id': without('id'),
  'no stage': without('stage'),
  'a stage that is null': withField('stage', null),
  'a stage without an id': withField('stage', { text: 'Reference check' }),
  'no time of entry': without('stageChanges', 'lastAdvancedAt'),
  'data protection in words': withField('dataProtection', 'allowed'),
  'an answer in words to whether it is anonymized': withField('isAnonymized', 'perhaps'),
  'tags that are no list': withField('tags', { TurnPackage: 'P0000000002' }),
  'nothing at all': (_shown: Shown): unknown => null,
} satisfies Readonly<Record<string, (shown: Shown) => unknown>>;

const oddShapes = { ...harmlessOddShapes, ...unreadableOddShapes };

export type OddShape = keyof typeof oddShapes;

/** The opportunity as Lever shows it, in this odd way (null: as it should be). */
export const inShape = (shown: Shown, shape: OddShape | null): unknown =>
  shape === null ? shown : oddShapes[shape](shown);
