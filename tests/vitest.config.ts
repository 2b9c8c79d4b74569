import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['api/**/*.test.ts', 'journeys/**/*.test.ts', 'simulation/**/*.test.ts', 'ui/**/*.test.ts'],
    globalSetup: ['harness/global.ts'],
    setupFiles: ['harness/setup.ts'],
    pool: 'forks',
    // The machine's two cores are shared by the tests, the servers under test, PostgreSQL and Redis.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    allowOnly: false,
    retry: 0,
  },
})
