import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the file's content at once, readable by its owner only: a reader, or a start after a kill, finds the old or the new. */
export const writeAtomically = (file: string, content: string): void => {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
};
