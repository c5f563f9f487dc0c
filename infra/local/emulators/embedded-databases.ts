import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartFault } from '../start-fault.ts';

/** A program that `npm ci` brings and that speaks DynamoDB's protocol. */
export type EmbeddedDatabase = {
  readonly name: string;
  /** Where it lies; null where it is not installed. */
  readonly program: string | null;
  /** What it keeps the table in, below DATA_DIR. */
  readonly file: string;
  /** What it is started with; without a place to keep the table, it stays in memory. */
  commandLine(program: string, port: number, keptIn: string | null): readonly [string, ...string[]];
};

const require = createRequire(import.meta.url);

const whereInstalled = (find: () => string): string | null => {
  try {
    return find();
  } catch {
    return null;
  }
};

const dynoxide: EmbeddedDatabase = {
  name: 'dynoxide',
  program: whereInstalled(() => require.resolve('@dynoxide/linux-x64/dynoxide')),
  file: 'table.sqlite',
  commandLine: (program, port, keptIn) => [
    program,
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(keptIn === null ? [] : ['--db-path', keptIn]),
  ],
};

const dynalite: EmbeddedDatabase = {
  name: 'dynalite',
  program: whereInstalled(() => require.resolve('dynalite/cli.js')),
  file: 'table.level',
  // It listens everywhere unless told otherwise, and lets a new table wait for half a second.
  commandLine: (program, port, keptIn) => [
    process.execPath,
    program,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--createTableMs',
    '0',
    ...(keptIn === null ? [] : ['--path', keptIn]),
  ],
};

export type InstalledDatabase = EmbeddedDatabase & { readonly program: string };

/** The preferred one first: dynoxide is faster, but made for Linux x64 only; dynalite runs wherever Node does. */
export const embeddedDatabases: readonly EmbeddedDatabase[] = [dynoxide, dynalite];

/** The first that is installed; a StartFault where none is, or where another one's table lies in the folder. */
export const chooseDatabase = (dataDir: string | undefined, databases = embeddedDatabases): InstalledDatabase => {
  for (const database of databases) {
    const { name, program } = database;
    if (program === null) continue;
    const other = databases.find(
      ({ file }) => dataDir !== undefined && file !== database.file && existsSync(path.join(dataDir, file)),
    );
    if (other === undefined) return { ...database, program };
    throw new StartFault(
      `DATA_DIR ${dataDir} holds a table that ${other.name} wrote, and here runs ${name}, which cannot read it: choose another folder.`,
    );
  }
  throw new StartFault(
    `No embedded DynamoDB is installed here (${databases.map(({ name }) => name).join(', ')}): run npm ci, or set AWS_ENDPOINT_URL_DYNAMODB to another one, such as DynamoDB Local.`,
  );
};
