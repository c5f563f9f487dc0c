/** What a spreadsheet would take for a formula. */
const looksLikeFormula = /^[=+\-@＝＋－＠\t\r\n]/u;

/** A cell that no spreadsheet executes: what looks like a formula begins with an apostrophe. */
const cellOf = (text: string): string => {
  const harmless = looksLikeFormula.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
};

/** Rows as CSV (RFC 4180), with the mark by which spreadsheets know that it is UTF-8. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')}`;
