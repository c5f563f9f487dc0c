/** Documented are `C` and ten digits. It stands in a note, so that nothing else is taken for one. */
const turnId = /^C\d{6,20}$/u;

/** A Turn ID as Turn gave it; null where it is none. */
export const readTurnId = (given: unknown): string | null => {
  const id = typeof given === 'string' ? given.trim() : '';
  return turnId.test(id) ? id : null;
};
