import type { Endpoint, Environment, Project } from '../src/types.js';

// The configuration that the tests deploy: config.ts as it is shipped, with `project` filled in. test/laptop.py puts it
// in the place of config.ts, so that the tests pass whatever yours says.

export const project: Project = {
  account: '111122223333',
  region: 'eu-west-1',
  repository: 'example/hearth',
  repositoryIds: { owner: 1234567, repository: 7654321 },
  alertEmails: ['ops@example.com'],
  budgetDollars: 20,
};

export const endpoints: readonly Endpoint[] = [
  {
    name: 'messages',
    model: 'model.hearth',
    memoryMiB: 512,
    timeoutSeconds: 10,
    auth: { kind: 'iam' },
  },
];

export const environments: readonly Environment[] = [
  {
    name: 'dev',
    canary: 'all-at-once',
    throttle: { rate: 10, burst: 20 },
    logRetentionDays: 7,
    protect: false,
  },
  {
    name: 'staging',
    canary: { percent: 50, minutes: 10 },
    throttle: { rate: 50, burst: 100 },
    logRetentionDays: 30,
    protect: false,
  },
  {
    name: 'prod',
    canary: { percent: 10, minutes: 10 },
    throttle: { rate: 500, burst: 1000 },
    logRetentionDays: 90,
    protect: true,
  },
];
