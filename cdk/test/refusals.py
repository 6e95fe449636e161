"""What a service itself refuses of a resource, beside names that are taken and rights that are missing, in its words."""

import hashlib
import json

import botocore.exceptions
from template import REGION


def configuration(version):
    """What makes one version differ from the next: the function's code and settings."""
    function = next(one for one in version.template.of("AWS::Lambda::Function") if one.name == version.properties["FunctionName"])
    return hashlib.sha256(json.dumps(function.properties, sort_keys=True).encode()).hexdigest()


def function_refused(account, resource):
    values, quotas = resource.properties, account.quotas
    if values.get("MemorySize", 128) > quotas.memory:
        return f"'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {quotas.memory} (Service: Lambda, Status Code: 400)"
    if quotas.concurrency - values.get("ReservedConcurrentExecutions", 0) < min(quotas.unreserved, quotas.concurrency) and "ReservedConcurrentExecutions" in values:
        return f"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{quotas.unreserved}]. (Service: Lambda, Status Code: 400)"
    digest = values["Code"]["ImageUri"].split("@")[1]
    try:
        account.client("ecr").describe_images(repositoryName="hearth", imageIds=[{"imageDigest": digest}])
    except botocore.exceptions.ClientError as error:
        return f"Source image {values['Code']['ImageUri']} does not exist. Provide a valid source image. ({error.response['Error']['Code']})"
    return None


def version_refused(account, resource):
    """Lambda returns the version that is there where nothing has changed since: github.com/aws/aws-cdk/issues/35540."""
    published = account.versions.get(resource.properties["FunctionName"], [])
    if published and published[-1][1] == configuration(resource):
        return f"A version for this Lambda function exists ( {len(published)} ). Modify the function to create a new version. (HandlerErrorCode: AlreadyExists)"
    return None


def stage_refused(account, resource):
    """docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"""
    has_role = any(stack.template and stack.template.of("AWS::ApiGateway::Account") for stack in account.stacks.stacks.values())
    if "AccessLogSetting" in resource.properties and not has_role:
        return "CloudWatch Logs role ARN must be set in account settings to enable logging (Service: ApiGateway, Status Code: 400)"
    return None


REFUSALS = {"AWS::Lambda::Function": function_refused, "AWS::Lambda::Version": version_refused, "AWS::ApiGateway::Stage": stage_refused}


def refused_by(account, resource):
    """The reason why the service does not make or change this; None where it does."""
    return REFUSALS[resource.type](account, resource) if resource.type in REFUSALS else None


def shift(account, alias):
    """CodeDeploy takes traffic over: it does not begin while one of its alarms fires, and ends when one begins to."""
    policy = alias.raw.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
    if policy is None:
        return None
    name = alias.template.resolve(policy)["DeploymentGroupName"]
    group = next(one for one in alias.template.of("AWS::CodeDeploy::DeploymentGroup") if one.name == name)
    heeded = group.properties.get("AlarmConfiguration", {})
    names = {one["Name"] for one in heeded.get("Alarms", [])} if heeded.get("Enabled", True) else set()
    if account.firing & names:
        return f"Rollback ... One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: {sorted(account.firing & names)}"
    account.firing |= account.during_canary
    account.during_canary = set()
    if account.firing & names:
        return f"Deployment stopped: alarms {sorted(account.firing & names)} fired while traffic was shifted"
    return None


def moto(account, resource, is_removed=False):
    """Buckets, repositories, log groups and state machines are real, so that scripts can use them; the reason why one cannot be removed."""
    try:
        match resource.type:
            case "AWS::S3::Bucket" if is_removed:
                account.client("s3").delete_bucket(Bucket=resource.name)
            case "AWS::S3::Bucket":
                account.client("s3").create_bucket(Bucket=resource.name, CreateBucketConfiguration={"LocationConstraint": REGION})
            case "AWS::ECR::Repository" if is_removed:
                account.client("ecr").delete_repository(repositoryName=resource.name, force=bool(resource.properties.get("EmptyOnDelete")))
            case "AWS::ECR::Repository":
                account.client("ecr").create_repository(repositoryName=resource.name)
            case "AWS::StepFunctions::StateMachine" if is_removed:
                account.client("stepfunctions").delete_state_machine(stateMachineArn=resource.arn)
            case "AWS::StepFunctions::StateMachine":
                definition = json.loads(resource.properties["DefinitionString"])
                for state in definition["States"].values():
                    # moto's interpreter knows of no limit of failures, and refuses what names one.
                    state.pop("ToleratedFailurePercentage", None)
                account.client("stepfunctions").create_state_machine(name=resource.name, definition=json.dumps(definition), roleArn=resource.properties["RoleArn"])
            case "AWS::Logs::LogGroup" if is_removed:
                account.client("logs").delete_log_group(logGroupName=resource.name)
            case "AWS::Logs::LogGroup":
                account.client("logs").create_log_group(logGroupName=resource.name)
    except botocore.exceptions.ClientError as error:
        return str(error)
    return None
