import { existsSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildProcesses } from '../child-processes.ts';
import { StartFault } from '../start-fault.ts';

const binary = fileURLToPath(new URL('../../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));
const startsWithinMs = 10_000;

/** Starts the embedded DynamoDB (in memory, or in the folder) and answers its address once it listens. */
export async function startDynamodb(
  children: ChildProcesses,
  options: { dataDir: string | undefined; log(line: string): void },
): Promise<string> {
  if (!existsSync(binary)) {
    throw new StartFault(
      'The embedded DynamoDB is not installed here (it comes for Linux x64): set AWS_ENDPOINT_URL_DYNAMODB to another one, such as DynamoDB Local.',
    );
  }
  const port = await freePort();
  const database = options.dataDir === undefined ? [] : ['--db-path', path.join(options.dataDir, 'table.sqlite')];
  const { ended } = children.start('dynamodb', binary, ['serve', '--port', String(port), ...database], {
    env: {},
    onLine: (line) => options.log(`dynamodb ${line}`),
  });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([
    answers(url),
    ended.then((status) => {
      throw new StartFault(`The embedded DynamoDB ended at once (${status}); its own words stand above.`);
    }),
  ]);
  return url;
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + startsWithinMs;
  while (!(await respondsAt(url))) {
    if (performance.now() > deadline) throw new StartFault(`The embedded DynamoDB does not answer at ${url}.`);
    await wait(20);
  }
}

function respondsAt(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
