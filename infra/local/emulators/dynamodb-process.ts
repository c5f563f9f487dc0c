import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { ChildProcesses } from '../child-processes.ts';
import { StartFault } from '../start-fault.ts';
import { chooseDatabase, type InstalledDatabase } from './embedded-databases.ts';

type DynamodbOptions = {
  /** Keeps the table here; in memory without it. */
  dataDir: string | undefined;
  log(line: string): void;
  /** By default the best that is installed. */
  database?: InstalledDatabase;
};

const startsWithinMs = 10_000;

/** Starts the embedded DynamoDB and answers its address once it serves. */
export const startDynamodb = async (children: ChildProcesses, options: DynamodbOptions): Promise<string> => {
  const { dataDir, log, database = chooseDatabase(dataDir) } = options;
  const { name, program, file } = database;
  const keptIn = dataDir === undefined ? null : path.join(dataDir, file);
  log(`DynamoDB is ${name} here, and keeps the table in ${keptIn ?? 'memory'}.`);
  const port = await freePort();
  const [command, ...args] = database.commandLine(program, port, keptIn);
  const { ended } = children.start('dynamodb', command, args, { env: {}, onLine: (line) => log(`dynamodb ${line}`) });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([
    serves(name, url),
    ended.then((status) => {
      const inUse = keptIn === null ? '' : ` Perhaps another one has ${keptIn} open.`;
      throw new StartFault(`${name} ended at once (${status}); its own words stand above.${inUse}`);
    }),
  ]);
  return url;
};

/** Asks for the tables, and not merely for an answer: dynalite answers before it has opened its files. */
const serves = async (name: string, url: string): Promise<void> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const deadline = AbortSignal.timeout(startsWithinMs);
  const listsTables = (): Promise<boolean> =>
    client.send(new ListTablesCommand({}), { abortSignal: deadline }).then(
      () => true,
      () => false,
    );
  try {
    while (!(await listsTables())) {
      if (deadline.aborted) throw new StartFault(`${name} does not answer at ${url}.`);
      await wait(20);
    }
  } finally {
    client.destroy();
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
