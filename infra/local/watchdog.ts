// Runs as a process of its own: `node watchdog.mjs <folder>`. Learns process ids from standard input (`+123`, `-123`) and, when
// that closes because its parent ended in whatever way, ends them and removes the folder.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , folder] = process.argv;
const pids = new Set<number>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) pids.add(pid);
    else pids.delete(pid);
  })
  .on('close', () => {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
