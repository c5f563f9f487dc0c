export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** One table of a part: what it is called, its columns, its rows, and what is to be known about it. */
export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly notes?: readonly string[];
};

/** As Markdown, in columns of one width. */
export const tableText = ({ title, columns, rows, notes = [] }: Table): string => {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [`## ${title}`, '', line(head), rule, ...body.map(line), '', ...notes, ''].join('\n');
};

/** To so many digits that mean something. */
export const rounded = (value: number, digits = 3): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : '–';

export const kib = (bytes: number): string => rounded(bytes / 1024);

export const medianOf = (values: readonly number[]): number => percentileOf(values, 0.5);

/** The value below which this share of them lies; NaN of none. */
export const percentileOf = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return below + (above - below) * (place - Math.floor(place));
};
