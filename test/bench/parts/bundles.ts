import { type Bundle, bundleFunction, functionNames } from '../bundles/bundle.ts';
import { kib, type Table } from '../say.ts';

export const measureBundles = async (folder: string, names: readonly string[] = functionNames()): Promise<Bundle[]> => {
  const bundles: Bundle[] = [];
  for (const name of names) bundles.push(await bundleFunction(name, folder));
  return bundles;
};

const heaviest = 3;

export const bundlesTable = (bundles: readonly Bundle[]): Table => ({
  title: 'Bundles',
  columns: ['', 'KiB minified', 'KiB gzip', 'what weighs most (KiB)', 'of node'],
  rows: bundles.map(({ name, bytes, gzipBytes, weights, builtins }) => [
    name,
    kib(bytes),
    kib(gzipBytes),
    weights
      .slice(0, heaviest)
      .map((each) => `${each.name} ${kib(each.bytes)}`)
      .join(', '),
    builtins.join(' '),
  ]),
});
