import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as yours from '../config.js';
import type { Config } from '../src/check.js';
import { everything, listed, made } from './fixtures.js';

interface Report {
  readonly pluginReports: readonly { readonly violations: unknown[]; readonly suppressedViolations?: readonly { readonly reason?: string }[] }[];
}

beforeAll(() => void vi.stubEnv('CDK_VALIDATION', 'true'));
afterAll(() => void vi.unstubAllEnvs());

/** What config.ts lists by now, but in the account and region of the tests: filling in `project` changes no snapshot. */
const { account, region } = yours.project;
const moved = JSON.stringify(yours).replaceAll(account, listed.project.account).replaceAll(region, listed.project.region);
const config: Config = { ...JSON.parse(moved) as Config, project: listed.project };

describe.each([['config.ts', config], ['every option', everything]] as const)('%s', (_, of) => {
  const { app, foundation, services } = made(of);
  const stacks = { foundation, ...services };

  it('passes cdk-nag and the rules of CloudFormation, with a sentence for each exception', () => {
    const report = JSON.parse(fs.readFileSync(path.join(app.synth().directory, 'validation-report.json'), 'utf8')) as Report;
    const suppressed = report.pluginReports.flatMap((plugin) => plugin.suppressedViolations ?? []);
    expect(report.pluginReports.flatMap((plugin) => plugin.violations)).toEqual([]);
    expect(suppressed.length).toBeGreaterThan(0);
    for (const { reason } of suppressed) expect(reason).toMatch(/^[A-Z].{20,}[.]$|^config[.]ts .{20,}[.]$|^ecr:.{20,}[.]$/);
  });

  it.each(Object.entries(stacks))('gives no warning in %s', (_, stack) => expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]));
});

/** A reference, or a text with references in it, as a text; undefined where the node is something else. */
function text(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return String(node);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = node as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  return join?.[1].map(text).join(join[0]);
}

/** A template as a reviewer reads it: a line a value. Tags are the same everywhere; the dashboard has tests of its own. */
function lines(node: unknown, at: readonly string[] = []): string[] {
  if (at.includes('Tags') || at.includes('DashboardBody')) return [];
  const value = text(node);
  if (value !== undefined) return [`${at.join('.')} = ${value}`];
  if (Array.isArray(node) && node.every((item) => typeof item === 'string')) return [`${at.join('.')} = ${node.join(' ')}`];
  return Object.entries(node as object).flatMap(([key, item]) => lines(item, [...at, key]));
}

// What a reviewer reads when infrastructure or config.ts changes, of one environment: `npx vitest run -u` writes it anew.
describe('the snapshot', () => {
  const { foundation, services } = made({ ...config, environments: config.environments.slice(-1) });
  it.each(Object.entries({ foundation, ...services }))('of %s is what was reviewed', async (stack, one) => {
    const { Resources, Outputs } = Template.fromStack(one).toJSON() as Record<string, object>;
    await expect(`${lines({ ...Resources, Outputs }).join('\n')}\n`).toMatchFileSnapshot(`snapshots/${stack}.txt`);
  });
});

it('would stop a careless bucket: the gate itself is tested', () => {
  const { app } = made(listed);
  new s3.Bucket(new Stack(app, 'extra'), 'Careless');
  expect(() => app.synth()).toThrow(/extra\/Careless/);
});
