import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `npm run accounts -- --local …` as an operator does, against the system whose API is there; `input` is what is pasted. */
export const runAccounts = (
  api: string,
  words: readonly string[],
  input = '',
): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve) => {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'infra/operator/accounts.ts', '--local', ...words], {
      cwd,
      env: { PATH, HOME: tmpdir(), USER: 'operator', PORT: new URL(api).port },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    child.on('close', (code) => resolve({ code, said }));
    child.stdin.end(input);
  });
