import * as readline from 'node:readline';
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';

/**
 * Answers questions of IAM for the tests in Python: one JSON line in, one line out. The policies are
 * defined once by name; a question then names a principal's policies, its boundary, an action, the
 * resources that it may concern, and the request's context. Of the resources the first one counts
 * that IAM has for this action. The answer is Allowed, ImplicitlyDenied, ExplicitlyDenied, or the
 * reason why there is no such request.
 */
interface Question {
  readonly principal: string;
  readonly policies: readonly string[];
  readonly boundary?: string | null;
  readonly resourcePolicy?: string | null;
  readonly action: string;
  readonly resources: readonly string[];
  readonly context: Record<string, string | string[]>;
}

// Only answers may stand on standard output.
console.log = console.error;

const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const policies = new Map<string, unknown>();
const named = (name: string): { name: string; policy: unknown } => ({ name, policy: policies.get(name) });

/**
 * Any API by a star. The simulator takes what stands before the first slash for a type of resource, in
 * which a star is nothing; of execute-api it is the API's id:
 * docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
function ofThisApi<T>(policy: T, resource: string): T {
  const api = /^arn:aws:execute-api:[^:]+:\d+:([^/]+)\//.exec(resource)?.[1];
  return api === undefined ? policy : JSON.parse(JSON.stringify(policy).replace(/(arn:aws:execute-api:[^:"]+:\d+:)\*\//g, `$1${api}/`)) as T;
}

async function ask(question: Question, resource: string): Promise<string> {
  const { principal, action, context, boundary, resourcePolicy } = question;
  const simulation: Simulation = {
    request: { principal, action, contextVariables: context, resource: { resource, accountId: principal.split(':')[4] ?? '' } },
    identityPolicies: ofThisApi(question.policies.map(named), resource),
    serviceControlPolicies: [{ orgIdentifier: 'r-0', policies: [{ name: 'FullAWSAccess', policy: ALL }] }],
    resourceControlPolicies: [],
    ...(resourcePolicy == null ? {} : { resourcePolicy: named(resourcePolicy).policy }),
    ...(boundary == null ? {} : { permissionBoundaryPolicies: [named(boundary)] }),
  };
  // The two pages of API Gateway in the service authorization reference share their verbs; the data
  // behind the validation keeps one of them only.
  if (action.startsWith('apigateway:')) return runUnsafeSimulation(simulation, {});
  const response = await runSimulation(simulation, { simulationMode: 'Strict' });
  return response.resultType === 'error' ? JSON.stringify(response.errors) : response.overallResult;
}

async function answer(line: string): Promise<string> {
  const sent = JSON.parse(line) as Question | { readonly define: string; readonly policy: unknown };
  if ('define' in sent) {
    policies.set(sent.define, sent.policy);
    return 'Defined';
  }
  let said = 'no resource';
  for (const resource of [...sent.resources, '*']) {
    said = await ask(sent, resource);
    if (!/no\.resource\.types|must\.use\.wildcard/.test(said)) break;
  }
  return said;
}

for await (const line of readline.createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
