"""A CloudFormation template as it stands after a deployment: every reference has its value.

Names are those that CloudFormation gives: a resource's own name where the template has one, else the
stack's name, the logical id and twelve characters by chance
(docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html).
"""

import hashlib
import json
import re
from functools import cached_property
from pathlib import Path

ACCOUNT = "111122223333"
REGION = "eu-west-1"
CHANCE = "A1B2C3D4E5F6"

# The property that is the physical name, for types whose name a template may choose.
NAMED = {
    "AWS::ApiGateway::ApiKey": "Name", "AWS::ApiGatewayV2::DomainName": "DomainName", "AWS::Athena::WorkGroup": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName", "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::CodeDeploy::Application": "ApplicationName", "AWS::CodeDeploy::DeploymentConfig": "DeploymentConfigName",
    "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName", "AWS::ECR::Repository": "RepositoryName",
    "AWS::ECS::Cluster": "ClusterName", "AWS::ECS::Service": "ServiceName", "AWS::ECS::TaskDefinition": "Family",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name", "AWS::Events::ApiDestination": "Name", "AWS::Events::Connection": "Name",
    "AWS::Events::Rule": "Name", "AWS::Glue::Database": "DatabaseInput.Name",
    "AWS::Glue::Table": "TableInput.Name", "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName", "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Lambda::Function": "FunctionName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::Logs::LogStream": "LogStreamName",
    "AWS::Logs::SubscriptionFilter": "FilterName", "AWS::S3::Bucket": "BucketName", "AWS::SNS::Topic": "TopicName",
    "AWS::Scheduler::Schedule": "Name", "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
# ARNs that services give; {name} is the physical name, other fields are properties of the resource.
ARNS = {
    "AWS::Athena::WorkGroup": "athena:{region}:{account}:workgroup/{name}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::Dashboard": "cloudwatch::{account}:dashboard/{name}",
    "AWS::CodeDeploy::Application": "codedeploy:{region}:{account}:application:{name}",
    "AWS::CodeDeploy::DeploymentConfig": "codedeploy:{region}:{account}:deploymentconfig:{name}",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy:{region}:{account}:deploymentgroup:{ApplicationName}/{name}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{name}",
    "AWS::ECS::Cluster": "ecs:{region}:{account}:cluster/{name}",
    "AWS::ECS::Service": "ecs:{region}:{account}:service/{Cluster}/{name}",
    "AWS::ECS::TaskDefinition": "ecs:{region}:{account}:task-definition/{name}:1",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/0123456789abcdef",
    "AWS::ElasticLoadBalancingV2::Listener": "elasticloadbalancing:{region}:{account}:listener/app/{name}/0123456789abcdef/0123456789abcdef",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "elasticloadbalancing:{region}:{account}:targetgroup/{name}/0123456789abcdef",
    "AWS::Events::ApiDestination": "events:{region}:{account}:api-destination/{name}/01234567-89ab-cdef-0123-456789abcdef",
    "AWS::Events::Connection": "events:{region}:{account}:connection/{name}/01234567-89ab-cdef-0123-456789abcdef",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy/{name}", "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::IAM::OIDCProvider": "iam::{account}:oidc-provider/token.actions.githubusercontent.com",
    "AWS::KinesisFirehose::DeliveryStream": "firehose:{region}:{account}:deliverystream/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}", "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Scheduler::Schedule": "scheduler:{region}:{account}:schedule/{GroupName}/{name}",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{region}:{account}:schedule-group/{name}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
}
# Types whose Ref is their ARN and not their name.
REF_IS_ARN = {
    "AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::IAM::ManagedPolicy",
    "AWS::IAM::OIDCProvider", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine",
}


class Resource:
    """One resource, with its properties resolved, and its name, ARN and reference."""

    def __init__(self, template, key, raw):
        self.template, self.key, self.raw, self.type = template, key, raw, raw["Type"]

    @cached_property
    def properties(self):
        return self.template.resolve(self.raw.get("Properties", {}))

    @cached_property
    def is_named(self):
        """The template chooses the name, so no second one can be made beside it."""
        return self.own_name is not None

    @cached_property
    def own_name(self):
        value = self.properties
        for part in NAMED.get(self.type, "?").split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    @cached_property
    def name(self):
        if self.is_named:
            return self.own_name
        return f"{self.template.stack}-{self.key}-{CHANCE}"

    @cached_property
    def arn(self):
        """None where the service has none, or has one that no policy here can name."""
        if self.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            function = self.properties["FunctionName"]
            function = function if function.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
            return f"{function}:{self.properties.get('Name', self.number)}"
        if self.type not in ARNS:
            return None
        fields = {key: value for key, value in self.properties.items() if isinstance(value, str)}
        return "arn:aws:" + ARNS[self.type].format_map(fields | {"name": self.name, "account": ACCOUNT, "region": REGION})

    @cached_property
    def number(self):
        """Stands for the number of a version: another one for each."""
        return str(int(hashlib.sha256(self.key.encode()).hexdigest()[:4], 16) + 1)

    @cached_property
    def ref(self):
        if self.type in REF_IS_ARN or self.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return self.arn
        if self.type == "AWS::ApiGateway::Stage":
            return self.properties["StageName"]
        # What is named by chance has the letters and digits that the service gives, and nothing of the stack.
        return self.name if self.type in NAMED else f"{self.key[:8].lower()}0123"

    def attribute(self, name):
        if name.endswith("Arn") or name in ("LoadBalancerArns",):
            return self.arn or f"arn:aws:none:{REGION}:{ACCOUNT}:{self.key}"
        known = {
            "ApiEndpoint": f"https://{self.ref}.execute-api.{REGION}.amazonaws.com", "Name": self.name, "Version": self.number,
            "FunctionUrl": f"https://{self.ref.rsplit(':', 1)[-1]}.lambda-url.{REGION}.on.aws/", "TopicName": self.name,
            "RepositoryUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{self.name}", "GroupId": f"sg-{self.key[:8].lower()}",
            "LoadBalancerFullName": f"app/{self.name}/0123456789abcdef", "TargetGroupFullName": f"targetgroup/{self.name}/0",
        }
        return known.get(name, f"{self.key}.{name}")


class Template:
    """What one template makes in an account, by logical id."""

    def __init__(self, source, stack):
        body = json.loads(Path(source).read_text(encoding="utf-8")) if isinstance(source, (str, Path)) else source
        self.body, self.stack = body, stack
        self.resources = {key: Resource(self, key, raw) for key, raw in body["Resources"].items()}

    def of(self, *types):
        return [resource for resource in self.resources.values() if resource.type in types]

    @cached_property
    def outputs(self):
        return {key: self.resolve(output["Value"]) for key, output in self.body.get("Outputs", {}).items()}

    def resolve(self, node):
        """The value that CloudFormation would put in place; `AWS::NoValue` takes its property away."""
        if isinstance(node, list):
            return [self.resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref":
                return self.reference(argument)
            if function.startswith("Fn::"):
                return self.call(function[4:], argument)
        return {key: self.resolve(value) for key, value in node.items() if value != {"Ref": "AWS::NoValue"}}

    def reference(self, name):
        pseudo = {
            "AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.stack, "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.stack}/0",
        }
        return pseudo[name] if name in pseudo else self.resources[name].ref

    def call(self, function, argument):
        if function == "GetAtt":
            key, name = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.resources[key].attribute(name)
        if function == "Sub":
            text, values = argument if isinstance(argument, list) else (argument, {})
            def value(found):
                name = found[1]
                if name in values:
                    return self.resolve(values[name])
                return str(self.call("GetAtt", name) if "." in name and "::" not in name else self.reference(name))
            return re.sub(r"\$\{([\w.:]+)\}", value, text)
        if function == "GetAZs":
            return [f"{REGION}{letter}" for letter in "abc"]
        argument = self.resolve(argument)
        if function == "Join":
            return argument[0].join(map(str, argument[1]))
        if function == "Split":
            return argument[1].split(argument[0])
        if function == "Select":
            return argument[1][int(argument[0])]
        raise NotImplementedError(f"Fn::{function}")
