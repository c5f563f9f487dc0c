// A process of its own for the test that kills it: starts a stack on the assembly it is given, says so, and stays.
import { startLocalStack } from '#infra/local/local-stack.ts';

const stack = await startLocalStack({ assemblyFolder: process.argv[2], accounts: [] });
process.stdout.write(`${JSON.stringify(stack.ready)}\n`);
