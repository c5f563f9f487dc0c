const byteOrderMark = /^\uFEFF/u;

/** The JSON value of a text, with or without a byte order mark, or undefined where it is none (JSON itself has no undefined). */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(byteOrderMark, ''));
  } catch {
    return undefined;
  }
};
