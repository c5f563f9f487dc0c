// A new process that loads one bundle and hands it one event, as a cold start does: `node run-once.mjs BUNDLE EVENT OUT`; `-` for neither.
// Writes to OUT what processor time it took from its beginning, in microseconds, and what was answered.
import fs from 'node:fs';
import { contextOf } from './context.ts';

const [, , file = '-', eventFile = '-', out = '-'] = process.argv;
let statusCode: unknown = null;
if (file !== '-') {
  const { handler } = await import(`file://${file}`);
  if (eventFile !== '-') {
    const event = JSON.parse(fs.readFileSync(eventFile, 'utf8'));
    ({ statusCode } = await handler(event, contextOf('first')));
  }
}
const { user, system } = process.cpuUsage();
fs.writeFileSync(out, JSON.stringify({ cpuMicros: user + system, statusCode }));
process.exit(0);
