import type { ResolvedEndpoint } from './endpoint.js';
import type { Batch, Reader } from './types.js';

const READERS: readonly Reader[] = ['inventory', 'list', 'parquet'];

/** Longest wait for an input: a run ends after six hours, and its tables need some of them. */
const LONGEST_WAIT_MINUTES = 240;
/** docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const SCHEDULE = {
  cron: /^cron\(\S+ \S+ \S+ \S+ \S+ \S+\)$/,
  rate: /^rate\([1-9]\d* (minute|hour|day)s?\)$/,
  at: /^at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)$/,
} as const;
/** The placeholders of batch/src/pattern.rs. */
const PLACEHOLDER = /^\{(latest|(yyyy|MM|dd|HH|mm)([+-]\d{1,5}[yMwdh])?)\}$/;

/** The faults of a batch that starts by itself, a sentence each. */
export function startFaults({ compute, batch }: ResolvedEndpoint): string[] {
  if (batch === undefined || compute === 'fargate') return [];
  const out: string[] = [];
  if (batch.schedule === undefined) {
    for (const name of ['timeZone', 'input', 'output', 'waitMinutes'] as const) {
      if (batch[name] !== undefined) out.push(`batch.${name} is for a schedule, and there is no batch.schedule`);
    }
  } else {
    out.push(...scheduleFaults(batch, batch.schedule));
  }
  const { id, onArrival, reads } = batch;
  const unknown = (reads ?? []).find((reader) => !READERS.includes(reader));
  if (unknown !== undefined) out.push(`batch.reads has '${unknown}'; ${READERS.join(', ')} were expected`);
  if (id !== undefined && id.trim() === '') out.push('batch.id is empty; the name of a column was expected');
  if (onArrival !== undefined && !/^input\/([^{}*?]+\/)?$/.test(onArrival)) {
    out.push(`batch.onArrival is '${onArrival}'; a folder such as input/arrivals/ was expected, without placeholders`);
  }
  return out;
}

function scheduleFaults(batch: Batch, schedule: string): string[] {
  const out: string[] = [];
  const { timeZone, input, output, waitMinutes } = batch;
  if (!Object.values(SCHEDULE).some((form) => form.test(schedule))) {
    out.push(`batch.schedule is '${schedule}'; cron(0 6 * * ? *) with six fields, rate(1 hour) or at(2026-12-31T06:00:00) was expected`);
  } else if (SCHEDULE.cron.test(schedule) && schedule.slice(5, -1).split(' ').filter((field, at) => (at === 2 || at === 4) && field === '?').length !== 1) {
    out.push(`batch.schedule is '${schedule}': of its third and fifth field, day of the month and day of the week, exactly one must be ?`);
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) out.push(`batch.timeZone '${timeZone}' is none; a name such as Europe/Berlin was expected`);
  if (input === undefined) {
    out.push('batch.schedule needs batch.input, such as input/year={yyyy}/month={MM}/day={dd}/');
  } else {
    out.push(...pathFaults('input', input));
    if (!(batch.reads?.includes('parquet') && input.endsWith('.parquet')) && !/(\/|\.(csv|tsv|jsonl|ndjson)(\.gz)?)$/.test(input)) out.push(`batch.input is '${input}'; a folder ends with a slash, a table with .csv, .tsv or .jsonl, also with .gz`);
    if (/\{latest\}(?![^/]*\/)/.test(input)) out.push(`batch.input is '${input}', and {latest} is for the name of a folder: a slash must follow`);
  }
  if (output !== undefined) {
    out.push(...pathFaults('output', output));
    if (!output.endsWith('/')) out.push(`batch.output is '${output}'; a folder ends with a slash`);
    if (count(output) > count(input ?? '')) out.push('batch.output has {latest} more often than batch.input, which it takes its values from');
  }
  if (waitMinutes !== undefined && (!Number.isInteger(waitMinutes) || waitMinutes < 0 || waitMinutes > LONGEST_WAIT_MINUTES)) {
    out.push(`batch.waitMinutes ${waitMinutes} is outside 0 to ${LONGEST_WAIT_MINUTES}`);
  }
  return out;
}

function pathFaults(what: 'input' | 'output', path: string): string[] {
  const out: string[] = [];
  if (!path.startsWith(`${what}/`)) out.push(`batch.${what} is '${path}', and it must begin with ${what}/, which is all that the function may ${what === 'input' ? 'read' : 'write'}`);
  const wrong = path.match(/\{[^}]*\}?|\}/g)?.find((found) => !PLACEHOLDER.test(found));
  if (wrong !== undefined) {
    out.push(`batch.${what} has ${wrong}, which is no placeholder; {yyyy}, {MM}, {dd}, {HH}, {mm}, one of these shifted as in {dd-1d}, or {latest} was expected`);
  }
  return [...out, ...shiftFaults(what, path)];
}

/** {yyyy}/{MM}/{dd-1d} is 2027/01/31 on 1 January: a field that is shifted needs the larger ones beside it shifted as well. */
function shiftFaults(what: string, path: string): string[] {
  const found = Array.from(path.matchAll(/\{(yyyy|MM|dd|HH|mm)([+-]\d+[yMwdh])?\}/g), ([whole, field, shift]) => ({ whole, field: field!, shift: shift ?? '' }));
  const fields = ['yyyy', 'MM', 'dd', 'HH', 'mm'];
  for (const { whole, field, shift } of found.filter((one) => one.shift !== '')) {
    const lacking = fields.slice(0, fields.indexOf(field)).find((larger) => found.some((one) => one.field === larger) && !found.some((one) => one.field === larger && one.shift === shift));
    if (lacking !== undefined) return [`batch.${what} has ${whole} beside {${lacking}}, which are of different times; {${lacking}${shift}} was expected`];
  }
  return [];
}

const count = (path: string): number => path.split('{latest}').length - 1;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // An offset such as +01:00 is one to JavaScript and none to EventBridge.
    return /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}
