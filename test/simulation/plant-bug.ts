import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Edit, PlantedBug } from './planted-bugs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The text with the words replaced. Throws where they do not occur exactly once: the product has changed, and the bug has to follow. */
export const withEdit = (text: string, { file, from, to }: Edit): string => {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`In ${file} these words occur ${times} times: ${from}`);
  return text.replace(from, () => to);
};

/** The files that the bug is in, as they are with it. */
export const filesWith = ({ edits }: PlantedBug): Map<string, string> => {
  const files = new Map<string, string>();
  for (const edit of edits) {
    const path = `${root}${edit.file}`;
    files.set(path, withEdit(files.get(path) ?? readFileSync(path, 'utf8'), edit));
  }
  return files;
};

/** Puts the bug in while the files are bundled; they themselves stay as they are. */
export const planting = (bug: PlantedBug): Plugin => ({
  name: 'planted-bug',
  setup: ({ onLoad }) => {
    const files = filesWith(bug);
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = files.get(path);
      return contents === undefined ? undefined : { contents, loader: 'ts' };
    });
  },
});
