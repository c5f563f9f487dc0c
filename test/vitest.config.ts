import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Projects by what they need: `unit` nothing, `contract` the embedded DynamoDB, `end-to-end` the whole local stack. */
export default defineConfig({
  root,
  test: {
    setupFiles: ['test/property-seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Most of the time went into loading the same modules for each file anew. So none may leave anything behind.
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        // Time is virtual there: how much of the real one passes says only how busy the machine is.
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 1_800_000 },
      },
      { extends: true, test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
