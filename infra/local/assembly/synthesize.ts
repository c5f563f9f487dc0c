import { fileURLToPath } from 'node:url';
import type { ChildProcesses } from '../child-processes.ts';
import { StartFault } from '../start-fault.ts';

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** Synthesizes the CDK app into the folder with these values of a stage in the place of its file, exactly as a deployment would, and says why where it cannot. */
export const synthesize = async (
  outputFolder: string,
  stageValues: Record<string, string>,
  children: ChildProcesses,
  log: (line: string) => void,
): Promise<void> => {
  const child = children.start('synthesis', process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    cwd: projectRoot,
    env: {
      ...process.env,
      CDK_OUTDIR: outputFolder,
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'production', stageValues }),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    onLine: (line) => log(`synthesis ${line}`),
  });
  const status = await child.ended;
  if (status !== 0)
    throw new StartFault(`The CDK app does not synthesize (it ended with ${status}); its own words stand above.`);
};
