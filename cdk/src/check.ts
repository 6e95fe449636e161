import { RegionInfo } from 'aws-cdk-lib/region-info';
import { endpointFaults } from './check-endpoint.js';
import { overriddenVariantFaults } from './check-watch.js';
import { resolve } from './endpoint.js';
import { LEAST_CANARY_MINUTES, LOG_RETENTION_DAYS, OUTPUT_CHARACTERS, OVERHEAD_MINUTES, PATIENCE_MINUTES } from './limits.js';
import type { Release } from './release.js';
import type { Endpoint, Environment, Project } from './types.js';

export interface Config {
  readonly project: Project;
  readonly endpoints: readonly Endpoint[];
  readonly environments: readonly Environment[];
}

/**
 * Every mistake that can be known before a deployment is a sentence here: what would otherwise be a
 * stack that hangs for an hour. All are told at once, so that a person mends them in one go.
 */
export function faults(config: Config, release?: Release): string[] {
  const out = [...projectFaults(config.project)];
  for (const name of twice(config.endpoints.map((endpoint) => endpoint.name))) {
    out.push(`two endpoints have the name ${name}; each needs its own`);
  }
  for (const name of twice(config.environments.map((environment) => environment.name))) {
    out.push(`two environments have the name ${name}; each needs its own`);
  }
  if (config.endpoints.length === 0) out.push('there is no endpoint; config.ts lists them');
  for (const environment of config.environments) {
    out.push(...environmentFaults(config, environment));
    for (const endpoint of config.endpoints) {
      const here = `${environment.name}/${endpoint.name}`;
      const found = endpointFaults(resolve(endpoint, environment), environment, release?.[endpoint.name], config.project);
      out.push(...[...found, ...overriddenVariantFaults(endpoint, environment)].map((fault) => `${here}: ${fault}`));
    }
  }
  if (release !== undefined) out.push(...releaseFaults(config, release));
  return out;
}

export function refuse(found: readonly string[]): void {
  if (found.length > 0) throw new Error(`This cannot be deployed:\n  ${found.join('\n  ')}`);
}

function projectFaults(project: Project): string[] {
  const out: string[] = [];
  if (!/^\d{12}$/.test(project.account)) out.push(`account '${project.account}' is not twelve digits`);
  if (!RegionInfo.regions.some((region) => region.name === project.region)) {
    out.push(`region '${project.region}' is not one that AWS has; eu-west-1 would be one`);
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(project.repository)) {
    out.push(`repository '${project.repository}' is not OWNER/NAME, as it stands in its address on GitHub`);
  }
  for (const [what, id] of Object.entries(project.repositoryIds ?? {})) {
    if (!Number.isInteger(id) || id < 1) out.push(`repositoryIds.${what} is ${id}; gh api repos/${project.repository} has the number as ${what === 'owner' ? '.owner.id' : '.id'}`);
  }
  if (project.alertEmails.length === 0) out.push('alertEmails is empty; an alarm needs someone to hear it');
  for (const mail of project.alertEmails) {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(mail)) out.push(`alertEmails has '${mail}', which is no mail address`);
  }
  if (!(project.budgetDollars > 0)) out.push(`budgetDollars is ${project.budgetDollars}; an amount above 0 was expected`);
  return out;
}

function environmentFaults(config: Config, environment: Environment): string[] {
  const out: string[] = [];
  const { name, canary, throttle, logRetentionDays } = environment;
  // foundation is the other stack's name; `training` is the workflows' own environment.
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name) || ['foundation', 'training'].includes(name)) {
    out.push(`environment '${name}' cannot be named so: 1 to 16 small letters and digits, and neither foundation nor training`);
  }
  if (canary !== 'all-at-once') {
    const longest = PATIENCE_MINUTES - OVERHEAD_MINUTES;
    if (!Number.isInteger(canary.percent) || canary.percent < 1 || canary.percent > 99) {
      out.push(`${name}: a canary of ${canary.percent} percent is none; a whole number from 1 to 99 was expected`);
    }
    if (!Number.isInteger(canary.minutes) || canary.minutes > longest) {
      out.push(`${name}: a canary of ${canary.minutes} minutes outlasts the pipeline, which waits ${PATIENCE_MINUTES} for all; ${LEAST_CANARY_MINUTES} to ${longest} fit`);
    } else if (canary.minutes < LEAST_CANARY_MINUTES) {
      out.push(`${name}: a canary of ${canary.minutes} minutes ends before an alarm can stop it; ${LEAST_CANARY_MINUTES} to ${longest} fit`);
    }
  }
  if (!(throttle.rate > 0) || throttle.burst < throttle.rate) {
    out.push(`${name}: a burst of ${throttle.burst} under a rate of ${throttle.rate} never lets the rate through`);
  }
  if (!LOG_RETENTION_DAYS.includes(logRetentionDays)) {
    out.push(`${name}: CloudWatch keeps logs for no ${logRetentionDays} days; it takes ${LOG_RETENTION_DAYS.join(', ')}`);
  }
  out.push(...subscriberFaults(config, environment));
  for (const overridden of Object.keys(environment.overrides ?? {})) {
    if (!config.endpoints.some((endpoint) => endpoint.name === overridden)) {
      out.push(`${name}: overrides names ${overridden}, and there is no such endpoint`);
    }
  }
  return out;
}

/** A queue by its ARN: partition, region, account, name. */
const QUEUE = /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]{1,80}$/;

function subscriberFaults(config: Config, { name, applications }: Environment): string[] {
  const subscribers = applications?.subscribers ?? [];
  const out = twice(subscribers).map((subscriber) => `${name}: applications.subscribers has ${subscriber} twice`);
  for (const subscriber of subscribers) {
    if (subscriber.endsWith('.fifo')) {
      out.push(`${name}: applications.subscribers has the queue ${subscriber}; a FIFO queue gets messages of a FIFO topic only, and alarms publish to none`);
    } else if (!QUEUE.test(subscriber) && !/^https:\/\/[^/\s]+/.test(subscriber)) {
      out.push(`${name}: applications.subscribers has '${subscriber}'; an address that begins with https:// or the ARN of an SQS queue was expected`);
    } else if (QUEUE.test(subscriber) && subscriber.split(':')[1] !== RegionInfo.get(config.project.region).partition) {
      out.push(`${name}: applications.subscribers has '${subscriber}', a queue of another partition than ${config.project.region}`);
    }
  }
  return out;
}

function releaseFaults(config: Config, release: Release): string[] {
  const out: string[] = [];
  for (const { name } of config.endpoints) {
    if (release[name] === undefined) out.push(`the release has no image for ${name}; make release builds one for each endpoint`);
  }
  if (JSON.stringify(release).length > OUTPUT_CHARACTERS) {
    out.push(`the release has more than ${OUTPUT_CHARACTERS} characters, which no stack can remember; split the endpoints over two repositories`);
  }
  return out;
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
