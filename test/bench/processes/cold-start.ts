import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Starts a process for one event, or for none, and answers its processor time from its beginning in microseconds. Throws unless it answers as wanted. */
export const coldStart = async (
  runOnce: string,
  environment: Readonly<Record<string, string>>,
  start: { readonly file?: string; readonly event?: object; readonly wanted?: number },
): Promise<number> => {
  const { file, event, wanted } = start;
  const place = path.join(path.dirname(runOnce), randomUUID());
  const [eventFile, out] = [`${place}.event.json`, `${place}.json`];
  if (event !== undefined) writeFileSync(eventFile, JSON.stringify(event));
  const args = [runOnce, file ?? '-', event === undefined ? '-' : eventFile, out];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${file ?? 'A bare process'} ended with ${code}: ${said}`);
  const { cpuMicros, statusCode } = JSON.parse(readFileSync(out, 'utf8'));
  for (const each of [eventFile, out]) rmSync(each, { force: true });
  if (wanted !== undefined && statusCode !== wanted) throw new Error(`${file} answered ${statusCode}: ${said}`);
  return cpuMicros;
};
