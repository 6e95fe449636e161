import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KEPT, names } from '../names.js';
import type { Endpoint } from '../types.js';

/** Images kept for each endpoint: one each working day of two years, so that what prod runs is among them. */
const MOST_IMAGES = 500;

/** The registry that every environment runs from: an image is built once and never changes. */
export class Images extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, endpoints: readonly Endpoint[]) {
    super(scope, id);
    this.repository = new ecr.Repository(this, 'Repository', {
      repositoryName: names.repository,
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      encryption: ecr.RepositoryEncryption.AES_256,
      // Counted by endpoint: a busy one must not expire what another runs. scripts/release.sh begins a tag with
      // the endpoint's name. Longer names first: the first rule that matches an image decides, and the tags of
      // a-b begin with a-, too.
      lifecycleRules: endpoints.map(({ name }) => name).sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map((name, index) => ({
        rulePriority: index + 1, description: `the last ${MOST_IMAGES} of ${name}`, tagPrefixList: [`${name}-`], maxImageCount: MOST_IMAGES,
      })),
      removalPolicy: KEPT,
    });
    // Lambda asks for the image again whenever it has let go of a function that nobody called.
    const { account, region } = Stack.of(this);
    this.repository.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      conditions: { StringLike: { 'aws:sourceArn': `arn:aws:lambda:${region}:${account}:function:hearth-*` } },
    }));
  }
}
