/** Limits of AWS, each with its page, and ours, each with its reason. */

/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LAMBDA_MEMORY_MIB = { min: 128, max: 10_240 } as const;
export const LAMBDA_TIMEOUT_SECONDS = 900;

/**
 * Seconds until what stands before the function gives up; the function must be done before, or its
 * work is paid for and thrown away. docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const DOOR_SECONDS = { 'http-api': 29, 'rest-api': 29, 'function-url': LAMBDA_TIMEOUT_SECONDS } as const;

/** docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html: CPU units and their memory, in MiB. */
export const FARGATE_MEMORY_MIB: Readonly<Record<number, { readonly sizes: readonly number[] }>> = {
  256: { sizes: [512, 1024, 2048] },
  512: { sizes: steps(1024, 4096, 1024) },
  1024: { sizes: steps(2048, 8192, 1024) },
  2048: { sizes: steps(4096, 16_384, 1024) },
  4096: { sizes: steps(8192, 30_720, 1024) },
  8192: { sizes: steps(16_384, 61_440, 4096) },
  16_384: { sizes: steps(32_768, 122_880, 8192) },
};

/** docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

/**
 * MiB beside the model. The function peaks at 10 and Lambda's own part of an environment is not
 * published; 64 leaves room for the largest request. Batch holds blocks of rows for each core.
 */
export const OVERHEAD_MIB = { function: 64, batch: 256 } as const;

/** Minutes that `make deploy` waits for CloudFormation before it calls the update off; deploy.yml gives a job more. */
export const PATIENCE_MINUTES = 30;
/**
 * Two bad minutes of three raise the alarm on server errors, and CloudWatch needs some minutes more to see
 * a minute: a public report has four for an alarm of one minute. A shorter canary goes on before.
 */
export const LEAST_CANARY_MINUTES = 5;

/** Of those, what a deployment takes beside its canary: creating, waiting, and rolling back. */
export const OVERHEAD_MINUTES = 10;

/** docs.aws.amazon.com/codedeploy/latest/userguide/limits.html: a deployment heeds 10 alarms, and 4 are of the endpoint. */
export const MOST_ANSWERING = 10 - 4;

/** docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const BUCKET_NAME_CHARACTERS = 63;

/** CloudFormation keeps no longer output, and the release is one. */
export const OUTPUT_CHARACTERS = 4096;

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);
}
