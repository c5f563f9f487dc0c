// `npm run preflight -- --stage NAME`: says before a deployment what it would fail on. Reads only.
import { parseArgs } from 'node:util';
import { readStageFile, readStageName, StageFault, whoIsTold } from '../read-stage.ts';
import { askCli } from './ask-aws.ts';
import { checkFirst } from './check-first.ts';

const read = async (url: string): Promise<unknown> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (response?.ok) return response.json();
  throw new Error(`${url} ${response === null ? 'cannot be reached' : `answers ${response.status}`}`);
};

try {
  const { values } = parseArgs({ options: { stage: { type: 'string' } } });
  const stage = readStageFile(readStageName(values.stage));
  const { lines, isWell } = await checkFirst(stage, { ask: askCli, read });
  process.stdout.write(`${[...whoIsTold(stage), ...lines].join('\n')}\n`);
  if (!isWell) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof StageFault || (error instanceof Error && 'code' in error))) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
