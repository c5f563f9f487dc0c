import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The CDK's own rules take longer than all else of a start; test/unit/infra/app.test.ts holds the app against them. */
const withoutRules = { CDK_VALIDATION: 'false' };

/** Projects by what they need: `unit` nothing, `contract` the embedded DynamoDB, `end-to-end` the whole local stack, `speed` the machine for itself. */
export default defineConfig({
  root,
  test: {
    setupFiles: ['test/property-seed.ts'],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // How long something takes says only how busy the machine is: what takes longer than this hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 90_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
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
      { extends: true, test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          env: withoutRules,
        },
      },
      {
        extends: true,
        test: {
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts'],
          env: withoutRules,
          // Each file runs a whole system of its own: two at once, and nothing else beside them.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'speed',
          include: ['test/bench/**/*.test.ts'],
          hookTimeout: 900_000,
          env: withoutRules,
          // Whatever ran beside it would be measured too.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
