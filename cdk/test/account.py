"""An AWS account as a person gets it: no bootstrap, no role of any service, and the quotas of the first day."""

import json
import re
import uuid
from dataclasses import dataclass

import boto3
from iam import Principal, principals
from recorder import INTERNAL, Refusal
from runtime import Failed
from stacks import Stacks
from template import ACCOUNT, REGION

ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
HOST = "token.actions.githubusercontent.com"


@dataclass
class Quotas:
    """Of an account's first day: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, and re:Post on new accounts."""

    concurrency: int = 10
    # What must stay unreserved: 100, or all where there are fewer.
    unreserved: int = 10
    memory: int = 3008


class Account:
    """What there is, by type and name, and who may ask: the state behind the recorder."""

    def __init__(self, iam, quotas=None):
        self.iam, self.quotas = iam, quotas or Quotas()
        # By type and name the stack that has it; None where one has left it behind.
        self.existing = {}
        self.linked, self.firing = set(), set()
        # What Lambda would return for PublishVersion: of each function the configurations of its versions.
        self.versions = {}
        # Alarms that fire while the next canary runs.
        self.during_canary = set()
        # Types of which the next creation fails.
        self.fails_once = set()
        self.sessions = {"AKIAPERSON": Principal(f"arn:aws:iam::{ACCOUNT}:user/person", [ADMINISTRATOR])}
        self.stacks = Stacks(self)
        self.functions = lambda name, payload: {"statusCode": 500, "body": "no function is behind this test"}
        self.url, self.gateway = "", None
        # By its ARN, what Step Functions tells of the run of one table of a Distributed Map.
        self.children = {}

    def client(self, service):
        """moto's own, past the recorder."""
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, aws_access_key_id=INTERNAL, aws_secret_access_key="test")

    def handler(self, service, operation):
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        if service == "cloudformation":
            found = getattr(self.stacks, name, None)
            if found is None:
                raise Refusal("InvalidAction", f"the stand-in of CloudFormation has no {operation}")
            return found
        return getattr(self, f"{service}_{name}", None)

    @property
    def roles(self):
        """Every role that a stack has, by its name. The boundary of one stack's role is another stack's policy."""
        templates = [stack.template for stack in self.stacks.stacks.values() if stack.template is not None]
        policies = {policy.ref: policy.properties["PolicyDocument"] for template in templates for policy in template.of("AWS::IAM::ManagedPolicy")}
        return {name: role for template in templates for name, role in principals(template, policies).items()}

    def role(self, arn):
        return next((role for role in self.roles.values() if role.arn == arn), None)

    def sts_get_caller_identity(self, principal, params):
        return {"Account": ACCOUNT, "Arn": principal.arn, "UserId": "AIDA0"}

    def sts_assume_role(self, principal, params):
        raise Refusal("AccessDenied", f"User: {principal.arn} is not authorized to perform: sts:AssumeRole on resource: {params['RoleArn']}")

    def sts_assume_role_with_web_identity(self, principal, params):
        """docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html; the token here is its claims, unsigned."""
        role, claims = self.role(params["RoleArn"]), json.loads(params["WebIdentityToken"])
        context = {f"{HOST}:{name}": value for name, value in claims.items()}
        provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"
        has_provider = ("AWS::IAM::OIDCProvider", provider) in self.existing
        if role is None or not has_provider or not trusted(role.trust, "sts:AssumeRoleWithWebIdentity", {"Federated": provider}, context):
            raise Refusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        key = f"ASIA{len(self.sessions):016}"
        self.sessions[key] = Principal(role.arn, role.policies, role.boundary, role.trust)
        return {"Credentials": {"AccessKeyId": key, "SecretAccessKey": "secret", "SessionToken": f"token-of-{key}", "Expiration": "2099-01-01T00:00:00Z"},
                "AssumedRoleUser": {"AssumedRoleId": "AROA0:a", "Arn": role.arn}}

    def ssm_get_parameter(self, principal, params):
        raise Refusal("ParameterNotFound", f"{params['Name']} is not there: this account was not bootstrapped")

    def ecr_delete_repository(self, principal, params):
        """By hand, past CloudFormation; moto answers."""
        self.existing.pop(("AWS::ECR::Repository", params["repositoryName"]), None)

    def states_list_executions(self, principal, params):
        """The runs of a Distributed Map's tables, which moto does not keep as executions; of a machine, moto answers."""
        if "mapRunArn" not in params:
            return None
        wanted = [one for one in self.children.values() if one["status"] == params.get("statusFilter")]
        return {"executions": [{name: one[name] for name in ("executionArn", "stateMachineArn", "name", "status", "startDate")} for one in wanted]}

    def states_start_execution(self, principal, params):
        """AWS names a run that is given no name; moto's interpreter does not."""
        client = self.client("stepfunctions")
        return client.start_execution(**{"name": str(uuid.uuid4())} | params)

    def states_describe_execution(self, principal, params):
        return self.children.get(params["executionArn"])

    def lambda_get_account_settings(self, principal, params):
        limit = self.quotas.concurrency
        return {"AccountLimit": {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit}, "AccountUsage": {}}

    def lambda_invoke(self, principal, params):
        name = params["FunctionName"].split(":function:")[-1].split(":")[0]
        if ("AWS::Lambda::Function", name) not in self.existing:
            raise Refusal("ResourceNotFoundException", f"Function not found: {params['FunctionName']}")
        payload = json.loads(params.get("Payload") or b"{}")
        try:
            return {"StatusCode": 200, "Payload": json.dumps(self.functions(name, payload)).encode(), "ExecutedVersion": "1"}
        except Failed as failed:
            return {"StatusCode": 200, "Payload": json.dumps(failed.error).encode(), "ExecutedVersion": "1", "FunctionError": "Unhandled"}


def trusted(trust, action, principal, context):
    """The evaluation of a trust policy's statements: allow, StringEquals and StringLike, as these have no others."""
    for statement in trust["Statement"]:
        ((kind, who),) = statement["Principal"].items()
        is_who = all(statement["Principal"].get(kind) in (value, "*") or value in (who if isinstance(who, list) else [who]) for kind, value in principal.items())
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if statement["Effect"] == "Allow" and is_who and action in actions and holds(statement.get("Condition", {}), context):
            return True
    return False


def holds(conditions, context):
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            value, wanted = context.get(key), wanted if isinstance(wanted, list) else [wanted]
            if value is None:
                return False
            patterns = [re.escape(one) for one in wanted]
            if operator.endswith("StringLike"):
                patterns = [pattern.replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns]
            elif not operator.endswith("StringEquals"):
                raise NotImplementedError(operator)
            if not any(re.fullmatch(pattern, value) for pattern in patterns):
                return False
    return True
