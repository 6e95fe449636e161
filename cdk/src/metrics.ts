import * as fs from 'node:fs';
import * as path from 'node:path';

/** A metric of the function, as `hearth emf table --json` prints it. */
export interface TableMetric {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
}

/** A Rust test holds the file to the table in the code, so that a dashboard cannot name what nobody writes. */
export const TABLE = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'metrics.json'), 'utf8')) as readonly TableMetric[];

/** Whether the batch function writes it, and not the one that answers requests. */
export const isOfBatch = (metric: TableMetric): boolean => metric.name.startsWith('batch.');

/** The default of HEARTH_EMF_NAMESPACE. */
export const NAMESPACE = 'Hearth';

/** Statistics other than the median and the tails, where the metric counts. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  cold_start: ['Sum'],
  error: ['Sum'],
  'batch.rows': ['Sum'],
  'batch.bytes': ['Sum'],
  'batch.bad_rows': ['Sum'],
};

export function tableMetric(name: string): TableMetric {
  const found = TABLE.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`the function writes no metric ${name}; cdk/metrics.json lists what it writes`);
  return found;
}

export function statistics(metric: TableMetric): readonly string[] {
  return COUNTED[metric.name] ?? ['p10', 'p50', 'p99'];
}

// A counted metric that was renamed must not quietly become a median.
Object.keys(COUNTED).forEach(tableMetric);
