const names = [
  'Wilhelmina Brackwater',
  'Thaddeus Merrowby',
  'Odalys Fennimore',
  'Cassius Underleaf',
  'Marguerite Sallowfield',
  'Ignatius Pellham-Rooke',
  'Seraphina Dunnock',
  'Leopold Quarrington',
  'Ambrosia Tattersall',
  'Evander Hollowmere',
  'Philippa Gorsewater',
  'Alaric Windlesham',
  'Clementine Rushbrook',
  'Montague Ferriby',
  'Henrietta Lovelock-Ames',
  'Bartholomew Skye',
];

export type Names = { next(): string };

/** Invented people, one after the other; after the last a numeral tells them apart. */
export const createNames = (): Names => {
  let used = 0;
  return {
    next: () => {
      const round = Math.floor(used / names.length);
      const name = names[used % names.length] ?? '';
      used += 1;
      return round === 0 ? name : `${name} ${'I'.repeat(round + 1)}`;
    },
  };
};

/** An invented address that leads nowhere. */
export const emailOf = (name: string): string =>
  `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@sample-people.example`;
