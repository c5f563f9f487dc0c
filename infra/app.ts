import { buildApp } from './build-app.ts';
import { StageFault } from './read-stage.ts';

try {
  buildApp({}, (line) => process.stderr.write(`${line}\n`)).synth();
} catch (error) {
  if (!(error instanceof StageFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
