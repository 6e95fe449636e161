import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The first synthesis in a process loads the rules of CloudFormation, which takes seconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One process: loading aws-cdk-lib costs more than all the tests but one.
    isolate: false,
    fileParallelism: false,
    // test/gates.test.ts runs cdk-nag and CloudFormation's rules; elsewhere they would only run again.
    env: { CDK_VALIDATION: 'false' },
  },
});
