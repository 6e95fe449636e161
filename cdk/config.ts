import type { Endpoint, Environment, Project } from './src/types.js';

/** Yours to fill in once: docs/deploy.md says where to find each value. */
export const project: Project = {
  account: '111122223333',
  region: 'eu-west-1',
  repository: 'example/hearth',
  repositoryIds: { owner: 1234567, repository: 7654321 },
  alertEmails: ['you@example.com'],
  budgetDollars: 20,
};

/**
 * What is served. Endpoint B is five lines; two endpoints side by side are also the plain way to
 * compare two models. src/types.ts explains every member, also those that have a default.
 */
export const endpoints: readonly Endpoint[] = [
  {
    name: 'messages',
    model: 'model.hearth',
    memoryMiB: 512,
    timeoutSeconds: 10,
    auth: { kind: 'iam' },
  },
];

/** Where it is served, in the order of promotion. What differs between them stands here, nothing else may. */
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
