import { answering, type ResolvedEndpoint, shadows } from './endpoint.js';
import { endpointBucket } from './names.js';
import { BUCKET_NAME_CHARACTERS, MOST_ANSWERING } from './limits.js';
import type { Endpoint, Environment, Project } from './types.js';
import { isOwn } from './variants.js';

/** What is wrong with what is captured, with the variants and with the alarms on what a model sees and says. */
export function watchFaults(endpoint: ResolvedEndpoint, environment: Environment, project: Project): string[] {
  return [...captureFaults(endpoint, environment, project), ...variantFaults(endpoint), ...alarmFaults(endpoint)];
}

function captureFaults({ name, alarms, capture, batch }: ResolvedEndpoint, environment: Environment, project: Project): string[] {
  const out: string[] = [];
  for (const what of ['batch', 'capture'] as const) {
    const bucket = endpointBucket(project, environment.name, name, what);
    if ((what === 'batch' ? batch : capture) !== undefined && bucket.length > BUCKET_NAME_CHARACTERS) {
      out.push(`its bucket would be ${bucket}, and S3 takes ${BUCKET_NAME_CHARACTERS} characters; a shorter name of the endpoint helps`);
    }
  }
  if (capture === undefined) return out;
  const { share, redact, keepDays, retrain } = capture;
  if (!(share > 0 && share <= 1)) out.push(`capture.share ${share} is no share above 0 and up to 1; without capture nothing is kept`);
  if (!Number.isInteger(keepDays) || keepDays < 1 || keepDays > 3650) {
    out.push(`capture.keepDays ${keepDays} is outside 1 to 3650 whole days`);
  }
  if (retrain === true && alarms.drift === 'off') out.push("capture.retrain is started by the drift alarm, and alarms.drift is 'off'; 0.25 is the usual limit");
  for (const column of redact ?? []) {
    // The function is told them in one variable, with commas between.
    if (column.trim() === '' || column.includes(',')) out.push(`capture.redact has '${column}', and the name of a column without a comma was expected`);
  }
  return out;
}

function variantFaults(endpoint: ResolvedEndpoint): string[] {
  const { variants, variantBy, shadowSample } = endpoint;
  const out: string[] = [];
  if (variants === undefined) {
    if (variantBy !== undefined) out.push(`variantBy is '${variantBy}', and there are no variants to assign to`);
    if (shadowSample !== undefined) out.push('shadowSample is given, and there are no variants');
    return out;
  }
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  if (sum !== 100) out.push(`the weights of the variants make ${sum}, and 100 was expected`);
  for (const { name, model, weight } of variants) {
    if (!/^[a-z][a-z0-9-]{0,23}$/.test(name)) out.push(`the variant '${name}' cannot be named so: 1 to 24 small letters, digits and dashes, and a letter first`);
    if (!model.endsWith('.hearth')) out.push(`the variant ${name} has the model '${model}', and a .hearth file was expected`);
    if (!Number.isInteger(weight) || weight < 0) out.push(`the variant ${name} has the weight ${weight}, and whole percents were expected`);
    if (variants.filter((other) => other.name === name).length > 1) out.push(`two variants have the name ${name}; each needs its own`);
  }
  if (!variants.some((variant) => variant.weight > 0 && isOwn(endpoint, variant))) {
    out.push(`no variant with a weight has ${endpoint.model}, the endpoint's own model; it must be one of them`);
  }
  const answer = answering(endpoint)?.length ?? 0;
  if (answer > MOST_ANSWERING) out.push(`${answer} variants answer, and ${MOST_ANSWERING} can: each has an alarm, and CodeDeploy heeds 10`);
  if (variantBy !== undefined && !/^(header|field):[^\s,]+$/.test(variantBy)) out.push(`variantBy is '${variantBy}', and header:NAME or field:NAME was expected`);
  if (shadowSample !== undefined && shadows(endpoint).length === 0) out.push('shadowSample is given, and no variant has the weight 0');
  if (shadowSample !== undefined && !(shadowSample > 0 && shadowSample <= 1)) out.push(`shadowSample ${shadowSample} is no share above 0 and up to 1`);
  return [...new Set(out)];
}

function alarmFaults(endpoint: ResolvedEndpoint): string[] {
  const { alarms, emf } = endpoint;
  const out: string[] = [];
  if (alarms.drift !== 'off' && !(alarms.drift > 0)) out.push(`alarms.drift ${alarms.drift} always fires; 0.25 is the usual limit, and 'off' makes no alarm`);
  for (const name of ['confidence', 'unknownWords', 'agreement'] as const) {
    const value = alarms[name];
    if (value !== undefined && value !== 'off' && !(value > 0 && value < 1)) out.push(`alarms.${name} ${value} is not between 0 and 1`);
  }
  const wanted = new Set<string>(alarms.anomalies);
  for (const name of ['drift', 'confidence', 'unknownWords', 'agreement'] as const) {
    if (alarms[name] !== undefined && alarms[name] !== 'off') wanted.add(name);
  }
  if (emf === 'off' && wanted.size > 0) out.push(`emf is off, and alarms.${[...wanted].join(', alarms.')} would have no metric to watch`);
  if (wanted.has('agreement') && shadows(endpoint).length === 0) out.push('alarms.agreement is for a shadow, and no variant has the weight 0');
  return out;
}

/** An image is one for all environments: there only the weights may be others than in the list. */
export function overriddenVariantFaults(listed: Endpoint, environment: Environment): string[] {
  const here = environment.overrides?.[listed.name]?.variants;
  if (here === undefined) return [];
  const known = new Set((listed.variants ?? []).map(inImage));
  return here.filter((variant) => !known.has(inImage(variant)))
    .map(({ name, model }) => `overrides has the variant ${name} of ${model}, which is not in the image; list it with the endpoint, with the weight 0`);
}

const inImage = ({ name, model, version }: { name: string; model: string; version?: string }): string => JSON.stringify([name, model, version]);
