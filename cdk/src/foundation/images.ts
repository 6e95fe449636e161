import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { names } from '../names.js';

/** The registry that every environment runs from: an image is built once and never changes. */
export class Images extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.repository = new ecr.Repository(this, 'Repository', {
      repositoryName: names.repository,
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      encryption: ecr.RepositoryEncryption.AES_256,
      lifecycleRules: [{ description: 'a hundred to roll back to', maxImageCount: 100 }],
      removalPolicy: RemovalPolicy.RETAIN,
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
