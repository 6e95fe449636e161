"""The calls that CloudFormation makes, with its role, to make, read, change and remove one resource.

Which actions: the handlers' permissions of the type's schema in the CloudFormation registry, by the copy
in cfn-lint; and what AWS's pages name beside them (ALSO). On which resource: by its ARN, or by what it
belongs to. Actions for options that the resource does not use are left out (NEEDS).
"""

import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import cfnlint
from subjects import ROLE_PROPERTY, properties, subjects
from template import ACCOUNT, REGION

SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas"
HANDLERS = ("create", "read", "update", "delete")


@dataclass
class Call:
    """One call: the action, the resources that it may concern (the first that IAM knows counts), the context."""

    action: str
    resources: list
    context: dict = field(default_factory=dict)

    def __str__(self):
        context = ", ".join(f"{key}={value}" for key, value in self.context.items() if key != "aws:RequestedRegion")
        return f"{self.action} on {(self.resources or ['*'])[0]}{f' with {context}' if context else ''}"


# Actions that are called only where one of these properties is there, by regular expressions.
NEEDS = {
    r"kms:": r"kms|KeyARN$|KeyArn$", r"s3:GetObject(Version)?$|s3:getObject": r"S3Bucket$|S3Location|S3Key|Truststore",
    r"ec2:(DescribeSecurityGroups|DescribeSubnets|DescribeVpcs|DescribeNetworkInterfaces|DescribeInstances)": r"VpcConfig|VpcId|SubnetIds|NetworkConfiguration|RouteTableId",
    r"elasticfilesystem:|s3files:": "FileSystemConfig", r"autoscaling:|s3:(Get|Put)BucketPolicy$": r"^PolicyDocument$|AutoScaling",
    r"cognito-idp:": "Cognito", r"s3tables:|s3:.*BucketMetadata": "Metadata(Table)?Configuration", r"glue:.*Connection|glue:PassConnection": "Connection",
    r"cloudwatch:GetMetricData": "PredictiveScaling", r"glue:GetSchemaVersion": "SchemaReference", r"lakeformation:(CreateTable|GetDataAccess)": "LakeFormation",
    r"s3:(PutObject|PutObjectAcl|DeleteObject)$": "AccelerateConfiguration|OpenTableFormatInput", r"s3:PutAccelerate": "AccelerateConfiguration",
    r"s3:PutAnalytics": "AnalyticsConfigurations", r"s3:PutIntelligentTiering": "IntelligentTieringConfigurations",
    r"s3:PutInventory": "InventoryConfigurations", r"s3:PutMetrics": "MetricsConfigurations", r"s3:PutReplication": "ReplicationConfiguration",
    r"s3:(ListAllMyBuckets|ListBucketMultipartUploads|AbortMultipartUpload|ListMultipartUploadParts|REST)": "ManagedQueryResultsConfiguration",
    r"iam:(\w*)(User|Group)Policy": "Users|Groups", r"iam:DeleteRolePermissionsBoundary": "^$", r"iam:CreateServiceLinkedRole": "^$",
    r"logs:(Put|Get|Delete)DataProtection": "DataProtectionPolicy", r"codedeploy:RegisterOnPremises": "OnPremises",
    r"firehose:TagDeliveryStream": "DeliveryStreamName", r"(athena|firehose|glue):(List(WorkGroups|DeliveryStreams)|GetTables|GetDatabases)": "^$",
    r"s3:GetBucketLocation|s3:ListBucket": r"BucketName|^Bucket$", r"cloudwatch:(PutMetricAlarm|DeleteAlarms)": "AlarmName",
    r"lambda:\w+ProvisionedConcurrencyConfig": "ProvisionedConcurren", r"servicediscovery:|ecs:.*Namespace": "ServiceConnect|Namespace",
    r"budgets:|billing:": "BudgetName", r"logs:\w+IndexPolic": "FieldIndexPolicies", r"logs:(Put|Delete|Describe)ResourcePolic": "ResourcePolicyDocument|AccessLogSettings",
    r"lambda:\w*CodeSigningConfig": "CodeSigningConfig", r"lambda:GetLayerVersion": "Layers", r"lambda:PassCapacityProvider": "CapacityProvider",
}
# The service that takes a role on, by the type of resource that is given the role.
PASSED_TO = {
    "AWS::ApiGateway::Account": "apigateway", "AWS::CodeDeploy::DeploymentGroup": "codedeploy", "AWS::EC2::FlowLog": "vpc-flow-logs", "AWS::Events::Rule": "events",
    "AWS::ECS::TaskDefinition": "ecs-tasks", "AWS::KinesisFirehose::DeliveryStream": "firehose", "AWS::Lambda::Function": "lambda",
    "AWS::Logs::SubscriptionFilter": "logs", "AWS::Scheduler::Schedule": "scheduler", "AWS::StepFunctions::StateMachine": "states",
}
# The roles that services make for themselves where an account has none yet: service and name.
# ops.apigateway: docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html
LINKED = {
    "AWS::ApiGateway::DomainName": ("ops.apigateway", "APIGateway"), "AWS::ApiGatewayV2::DomainName": ("ops.apigateway", "APIGateway"),
    # docs.aws.amazon.com/eventbridge/latest/userguide/using-service-linked-roles-service-action-1.html
    "AWS::Events::Connection": ("apidestinations.events", "AmazonEventBridgeApiDestinations"),
    "AWS::ECS::Cluster": ("ecs", "ECS"), "AWS::ElasticLoadBalancingV2::LoadBalancer": ("elasticloadbalancing", "ElasticLoadBalancing"),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("ecs.application-autoscaling", "ApplicationAutoScaling_ECSService"),
}
# What AWS's pages ask for and the schemas leave out.
ALSO = {
    # docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
    "AWS::ApiGatewayV2::Stage": ["logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
                                 "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries"],
    # docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
    "AWS::EC2::Subnet": ["ec2:DescribeAvailabilityZones"],
}


@functools.cache
def schema_of(kind):
    """The type's schema in the CloudFormation registry, for this region."""
    names = json.loads((SCHEMAS / f"providers/{REGION}.json").read_text(encoding="utf-8"))
    return json.loads((SCHEMAS / f"resources/{names[kind]}.json").read_text(encoding="utf-8"))


@functools.cache
def permissions(kind, handlers):
    """The actions of a type's handlers, each once."""
    schema = schema_of(kind)
    listed = [action for name in handlers for action in schema.get("handlers", {}).get(name, {}).get("permissions", [])]
    return list(dict.fromkeys(listed + (ALSO.get(kind, []) if "create" in handlers else [])))


def uses(resource, action):
    for pattern, wanted in NEEDS.items():
        if re.match(pattern, action):
            return any(re.search(wanted, name, re.IGNORECASE) for name, _ in properties(resource.properties))
    return True


def calls(resource, handlers=HANDLERS):
    """All calls for one resource, in its life or in a part of it."""
    at = {"aws:RequestedRegion": REGION}
    for action in permissions(resource.type, handlers):
        if action == "iam:PassRole":
            yield from passes(resource, at)
        elif uses(resource, action):
            for resources in subjects(resource, action):
                yield Call(action, resources, at | bounds(resource, action))
    if resource.type in LINKED and "create" in handlers:
        service, name = LINKED[resource.type]
        role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}.amazonaws.com/AWSServiceRoleFor{name}"
        yield Call("iam:CreateServiceLinkedRole", [role], {"iam:AWSServiceName": f"{service}.amazonaws.com"})
    if handlers != ("delete",) and "ImageUri" in resource.properties.get("Code", {}):
        # docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-permissions
        repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{resource.properties['Code']['ImageUri'].split('/')[1].split('@')[0]}"
        for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy"):
            yield Call(action, [repository], at)


def passes(resource, at):
    for name, value in properties(resource.properties):
        # A service-linked role is its service's own: nobody passes it.
        if ROLE_PROPERTY.search(name) and isinstance(value, str) and ":role/" in value and ":role/aws-service-role/" not in value:
            service = PASSED_TO.get(resource.type, f"unknown to this test, for {resource.type}")
            yield Call("iam:PassRole", [value], at | {"iam:PassedToService": f"{service}.amazonaws.com"})


def bounds(resource, action):
    """The boundary of the role that is changed, which a condition can ask for."""
    if action not in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"):
        return {}
    role = resource
    if resource.type == "AWS::IAM::Policy":
        role = next(role for role in resource.template.of("AWS::IAM::Role") if role.ref in resource.properties["Roles"])
    boundary = role.properties.get("PermissionsBoundary")
    return {} if boundary is None else {"iam:PermissionsBoundary": boundary}
