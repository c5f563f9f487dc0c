/** One source file: its path from the root, and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

const longestFile = 200;
/** The state machine is read as a whole: parted over files, nobody would see all that can happen to a record. */
const longerFiles: Readonly<Record<string, number>> = { 'shared/domain/transitions.ts': 600 };
const forbiddenNames = ['index', 'utils', 'util', 'helpers', 'helper', 'common', 'types', 'services', 'lib'];
const roomsWithoutVendors = ['stores', 'http', 'observability', 'aws'].map((room) => `shared/${room}`);
const importShape =
  /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gmu;

/** What a file imports, as paths from the root; packages and node's own modules by name. */
export const importsOf = ({ path, text }: SourceFile): string[] =>
  [...text.matchAll(importShape)].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    if (name.startsWith('#')) return name.slice(1);
    return name.startsWith('.') ? new URL(name, `file:///${path}`).pathname.slice(1) : name;
  });

const isOwn = (name: string): boolean => /^(?:shared|functions|infra|test)\//u.test(name);
const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const isHandler = (path: string): boolean => /^functions\/[\w-]+\/handler\.ts$/u.test(path);

/** Why one file may not import another; null where it may. */
const objectionTo = (path: string, name: string): string | null => {
  const [from, to] = [folderOf(path), isOwn(name) ? folderOf(name) : name];
  if (from === 'shared/domain') return to === from ? null : 'the domain imports nothing but itself';
  if (name === 'zod' && from !== 'infra/operator') return 'functions load the small zod alone, zod/mini';
  if (!isOwn(name)) return null;
  if (from === 'infra/operator') {
    const isLocal = to === 'infra/local' || name.startsWith('test/');
    return isLocal ? "the operator's commands know nothing of the local stack" : null;
  }
  if (name.startsWith('test/') || name.startsWith('infra/')) return 'the product imports nothing of infra or test';
  if (name.startsWith('functions/') && to !== from) return 'functions never meet';
  if (to === 'shared/aws' && from !== to && !isHandler(path)) return 'AWS is known to the handlers alone';
  if (to === 'shared/app.ts' && !isHandler(path)) return 'only a handler composes the app';
  const isVendor = to === 'shared/lever' || to === 'shared/turn';
  if ((from === 'shared/lever' || from === 'shared/turn') && isVendor && to !== from)
    return 'Lever and Turn never meet';
  if (isVendor && roomsWithoutVendors.includes(from)) return 'no vendor is known here';
  return null;
};

/** A path from a file back to itself, or null. */
const cycleFrom = (start: string, graph: ReadonlyMap<string, readonly string[]>): string[] | null => {
  const seen = new Set<string>();
  const walk = (path: string, way: string[]): string[] | null => {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, [start]);
};

/** Everything in the product's source that breaks the house's rules, as sentences. */
export const findViolations = (files: readonly SourceFile[]): string[] => {
  const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
  const violations: string[] = [];
  for (const { path, text } of files) {
    for (const name of graph.get(path) ?? []) {
      const objection = objectionTo(path, name);
      if (objection !== null) violations.push(`${path} imports ${name}: ${objection}.`);
    }
    const cycle = cycleFrom(path, graph);
    if (cycle !== null) violations.push(`${path} imports itself: ${cycle.join(' → ')}.`);
    const lines = text.trimEnd().split('\n').length;
    if (lines > (longerFiles[path] ?? longestFile)) violations.push(`${path} has ${lines} lines.`);
    const forbidden = path.split('/').find((part) => forbiddenNames.includes(part.replace(/\.tsx?$/u, '')));
    if (forbidden !== undefined) violations.push(`${path} says by its name only of what kind it is: ${forbidden}.`);
  }
  return violations;
};
