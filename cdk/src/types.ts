/** One AWS account and region: Lambda takes images from a registry of its own region only. */
export interface Project {
  readonly account: string;
  readonly region: string;
  /** OWNER/NAME on GitHub: only its workflows may take on the roles. */
  readonly repository: string;
  /**
   * The numbers of both, which a repository made after 15 July 2026 has in its tokens:
   * `gh api repos/OWNER/NAME --jq '{owner: .owner.id, repository: .id}'`. An older one may leave them out.
   */
  readonly repositoryIds?: { readonly owner: number; readonly repository: number };
  /** Who hears of alarms and of the budget. */
  readonly alertEmails: readonly string[];
  /** Dollars a month for the whole account; a mail comes at 80 % of it. */
  readonly budgetDollars: number;
  /** True where the account has GitHub's identity provider already: there can be one only. */
  readonly hasIdentityProvider?: boolean;
}

/** How traffic goes over to a new version: a share first, the rest after some minutes without an alarm. */
export type Canary = 'all-at-once' | { readonly percent: number; readonly minutes: number };

export interface Environment {
  readonly name: string;
  readonly canary: Canary;
  /** Requests a second, and how many at once, of each endpoint. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly logRetentionDays: number;
  /** An SNS topic by which programs hear of alarms, beside the mails. Default: none. */
  readonly applications?: Applications;
  /** Keeps logs and batch files when the stack goes, and refuses `make destroy`. */
  readonly protect: boolean;
  /** What an endpoint has otherwise here than in the list, by its name; never its image, which is one for all: of variants only the weights. */
  readonly overrides?: Readonly<Record<string, Partial<Omit<Endpoint, 'name' | 'model' | 'version' | 'architecture'>>>>;
}

/** Each alarm is published as CloudWatch's JSON when it fires, and once more when it ends. */
export interface Applications {
  /**
   * Who gets each message: addresses (https://…), which confirm the subscription themselves, and ARNs of SQS queues,
   * whose policy must admit the topic. Others may subscribe to the topic by its ARN.
   */
  readonly subscribers: readonly string[];
}

export type Auth =
  /** Requests are signed by AWS credentials. */
  | { readonly kind: 'iam' }
  /** A token of this issuer, for one of these audiences. */
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audiences: readonly string[] }
  /** The header x-api-key; API Gateway's REST API holds the keys and their quota. */
  | { readonly kind: 'api-key'; readonly requestsPerDay: number }
  /** Anyone in these networks; for Fargate, where no gateway stands before the service. */
  | { readonly kind: 'network'; readonly cidrs: readonly string[] }
  /** Anyone at all. */
  | { readonly kind: 'public' };

export interface Domain {
  readonly name: string;
  readonly certificateArn: string;
  /** Route 53's zone that gets the record; without one the record is yours to make. */
  readonly zone?: { readonly id: string; readonly name: string };
}

export interface Endpoint {
  /** Small letters, digits and dashes: it is in the names of everything that AWS makes of it. */
  readonly name: string;
  /** The model file, from the repository's root. */
  readonly model: string;
  /** What `hearth tag` or `hearth promote` wrote: model@v1.2.0 or model#prod. Default: what dvc.lock names, or the file. */
  readonly version?: string;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly auth: Auth;
  /** Default: lambda. */
  readonly compute?: 'lambda' | 'fargate';
  /** What stands before the function. Default: http-api; rest-api where auth is api-key. */
  readonly door?: 'http-api' | 'rest-api' | 'function-url';
  /** Default: arm64, a fifth cheaper a millisecond. */
  readonly architecture?: 'arm64' | 'x86_64';
  /** `reserved` is the most at once and a share taken from the account; `provisioned` are kept warm, at a price. */
  readonly concurrency?: { readonly reserved?: number; readonly provisioned?: number };
  readonly alarms?: Alarms;
  /**
   * Metrics: `window` writes one line for up to 100 requests (a fourteenth of the bytes of log, a minute later),
   * `request` one each, which is found by its request id, `off` none. Default: window.
   */
  readonly emf?: 'request' | 'window' | 'off';
  /** X-Ray: `sampled` traces one request a second and a twentieth of the others, at 5 dollars a million traces. Default: off. */
  readonly tracing?: 'off' | 'sampled';
  /** A line of the API for each request, also one that it refused: time, address, status, latency. Default: all. */
  readonly accessLog?: 'all' | 'off';
  /**
   * Lambda's own lines: `all` writes START, END and REPORT for each request as text; `warnings` writes the log
   * as JSON and of Lambda's lines only warnings. Default: all.
   */
  readonly platformLog?: 'all' | 'warnings';
  /** Requests and answers, a row at a time, into S3 and under SQL. Default: none is kept. */
  readonly capture?: Capture;
  /** Web pages that may ask from a browser. */
  readonly cors?: { readonly origins: readonly string[] };
  readonly domain?: Domain;
  /** Scores whole folders of S3 with the same image. */
  readonly batch?: Batch;
  /** Size of a task and how many, where compute is fargate. Memory is memoryMiB. */
  readonly fargate?: { readonly cpu: number; readonly tasks: { readonly min: number; readonly max: number } };
  /** Several models in one image, which share the requests. The endpoint's own model is one of them. */
  readonly variants?: readonly Variant[];
  /** What assigns a request to a variant, the same one each time: header:NAME or field:NAME. Default: chance. */
  readonly variantBy?: string;
  /** Share of the requests that the variants of weight 0 score as well. Default: all. */
  readonly shadowSample?: number;
}

export interface Alarms {
  /** Milliseconds of the slowest hundredth of answers from which on a deployment rolls back. Default: 250. */
  readonly p99Ms?: number;
  /** Faults a minute from which on a deployment rolls back. Default: 1. */
  readonly faults?: number;
  /** PSI of the column that moved furthest away from training. Default: 0.25; none where off. */
  readonly drift?: number | 'off';
  /** The least mean probability of the label answered, 0 to 1. Default: none, since each model has its own. */
  readonly confidence?: number;
  /** The greatest mean share of words that the model does not know, 0 to 1. Default: none. */
  readonly unknownWords?: number;
  /** The least share of rows on which a shadow agrees, 0 to 1. Default: 0.9; none where off, or no shadow is. */
  readonly agreement?: number | 'off';
  /** What is also held against its own past weeks, by CloudWatch's anomaly detection, which costs three alarms each. */
  readonly anomalies?: readonly Anomaly[];
}

/** Each is a metric: drift.psi_max, prediction.confidence, input.oov_ratio, shadow.agreement. */
export type Anomaly = 'drift' | 'confidence' | 'unknownWords' | 'agreement';

export interface Capture {
  /** Share of the requests, above 0 and up to 1. */
  readonly share: number;
  /** Columns whose values are never written. */
  readonly redact?: readonly string[];
  /** Days until S3 deletes a record. The log keeps its copy as long as the environment keeps logs. */
  readonly keepDays: number;
  /**
   * The drift alarm starts the drift workflow on GitHub, which may read the records, and true labels under truth/ of
   * their bucket. The secret hearth/github must be there: docs/monitoring.md, "The loop". Default: false.
   */
  readonly retrain?: boolean;
}

export interface Variant {
  /** In the answer, in metrics and in what is captured. */
  readonly name: string;
  /** The model file, from the repository's root. */
  readonly model: string;
  /** As the endpoint's own version. */
  readonly version?: string;
  /** Percent of the requests. 0 is a shadow: it scores what others answer. */
  readonly weight: number;
}

export interface Batch {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Objects at once. */
  readonly concurrency: number;
  /** Percent of the objects that may fail before the run counts as failed. */
  readonly toleratedFailurePercentage: number;
  /** The column that is kept as id. Default: what a run is started with, or none. */
  readonly id?: string;
  /**
   * When runs start by themselves, as EventBridge Scheduler takes it: cron(0 6 * * ? *), rate(1 hour) or
   * at(2026-12-31T06:00:00). Default: a run starts when somebody starts it.
   */
  readonly schedule?: string;
  /** Of the schedule and of its placeholders, such as Europe/Berlin. Default: UTC. */
  readonly timeZone?: string;
  /**
   * What a scheduled run predicts: a folder or table under input/ of the bucket, with placeholders of the
   * scheduled time: {yyyy}, {MM}, {dd}, {HH}, {mm}, shifted as in {dd-1d} (y, M, w, d, h); {latest} is the
   * newest folder.
   */
  readonly input?: string;
  /** Where its answers go, with the same placeholders. Default: output/ in place of input/. */
  readonly output?: string;
  /** Minutes for which its input may be late before the run fails; an alarm tells at once. Default: 0. */
  readonly waitMinutes?: number;
  /**
   * What a run takes beside tables: the rows of a Parquet file; `list`, a CSV whose column Key names tables;
   * `inventory`, the manifest.json of an S3 inventory of the bucket. Default: nothing more.
   */
  readonly reads?: readonly Reader[];
  /** A folder under input/, such as input/arrivals/: each table that is put there is predicted once. Default: none. */
  readonly onArrival?: string;
}

export type Reader = 'parquet' | 'list' | 'inventory';
