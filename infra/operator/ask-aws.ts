import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { CommandFault } from './stack.ts';

/** Runs the AWS CLI with these words; gives what it printed. */
export type AskAws = (words: readonly string[]) => Promise<string>;

/** Asks the operator's own AWS CLI. Throws a `CommandFault` where there is none, or AWS refuses. */
export const askCli: AskAws = async (words) => {
  try {
    return (await promisify(execFile)('aws', [...words])).stdout;
  } catch (error) {
    const { code, stderr } = z.object({ code: z.unknown(), stderr: z.string().optional() }).parse(error);
    throw new CommandFault(
      code === 'ENOENT'
        ? 'The AWS CLI is not installed, or not in PATH: this command asks AWS with it.'
        : `The AWS CLI answers: ${stderr?.trim() ?? 'nothing'}`,
    );
  }
};
