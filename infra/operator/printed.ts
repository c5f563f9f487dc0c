/** A line as it goes to a terminal: what steers one, breaks a line or turns it round stands there by its code. A line of JSON means the same. */
export const printed = (line: string): string =>
  line.replaceAll(/[^\P{Cc}\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from({ length: sign.length }, (_, at) => codeOf(sign.charCodeAt(at))).join(''),
  );

const codeOf = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** Columns as one line: what somebody called something cannot make a column or a line of its own. */
export const columns = (texts: readonly string[]): string =>
  texts.map((text) => text.replaceAll(/\s+/gu, ' ')).join('\t');
