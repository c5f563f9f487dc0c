import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Apart from the other projects, because these tests need Chromium on the machine, and `npm test` nothing but npm. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // The CDK's own rules take longer than all else of a start; test/unit/infra/app.test.ts holds the app against them.
    env: { CDK_VALIDATION: 'false' },
    // The page says that something is done a moment before all of it shows that. How long a moment is says only how busy the machine is.
    expect: { poll: { timeout: 60_000, interval: 50 } },
    maxWorkers: 2,
  },
});
