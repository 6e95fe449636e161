"""What CloudFormation does with a template: makes, changes and removes each resource, with the refusals of its service."""

import hashlib
import json

import botocore.exceptions
from calls import calls
from iam import ALLOWED

# Types without a name of their own of which an account can have one all the same.
SINGLE = ("AWS::IAM::OIDCProvider", "AWS::Budgets::Budget")
KEEPS = ("Retain", "RetainExceptOnCreate")


class Failure(Exception):
    """A resource that its service refused."""

    def __init__(self, resource, reason):
        super().__init__(reason)
        self.resource = resource


class Deployment:
    """One template on its way into a stack; without one, the stack on its way out."""

    def __init__(self, account, stack, template, principal, imports):
        self.account, self.stack, self.template, self.principal, self.imports = account, stack, template, principal, imports
        self.before = stack.template.resources if stack.template else {}
        self.after = template.resources if template else {}
        self.has_new_outputs = template is not None and stack.template is not None and template.outputs != stack.template.outputs

    def changes(self):
        def change(action, resource):
            return {"Type": "Resource", "ResourceChange": {"Action": action, "LogicalResourceId": resource.key, "ResourceType": resource.type}}
        added = [change("Import" if self.can_import(one) else "Add", one) for key, one in self.after.items() if key not in self.before]
        changed = [change("Modify", one) for key, one in self.after.items() if key in self.before and one.raw != self.before[key].raw]
        return added + changed + [change("Remove", one) for key, one in self.before.items() if key not in self.after]

    def carry_out(self):
        """All or nothing: a failure takes back what was done before it."""
        made, changed = [], []
        try:
            for key in self.order():
                resource, old = self.after[key], self.before.get(key)
                if old is None:
                    self.make(resource)
                    made.append(resource)
                elif old.properties != resource.properties:
                    self.change(resource, old)
                    changed.append(old)
        except Failure:
            for resource in reversed(made):
                self.remove(resource, is_undone=True)
            for old in changed:
                self.remember(old)
            raise
        for key, old in self.before.items():
            if key not in self.after:
                self.remove(old)

    def take_down(self):
        for resource in reversed(list(self.before.values())):
            self.remove(resource)

    def order(self):
        """Logical ids, each after what it refers to."""
        done = []

        def visit(key, path=()):
            if key in done or key not in self.after or key in path:
                return
            for other in references(self.after[key].raw):
                visit(other, (*path, key))
            done.append(key)

        for key in self.after:
            visit(key)
        return done

    def may(self, resource, handler):
        for call in calls(resource, (handler,)):
            if call.action == "iam:CreateServiceLinkedRole" and call.resources[0] in self.account.linked:
                continue
            if self.account.iam.decide(self.principal, call.action, call.resources, call.context).endswith("Denied"):
                raise Failure(resource, f"Resource handler returned message: \"User: {self.principal.arn} is not authorized to perform: {call}\" (HandlerErrorCode: AccessDenied)")
            if call.action == "iam:CreateServiceLinkedRole":
                self.account.linked.add(call.resources[0])

    def identity(self, resource):
        if resource.is_named:
            return resource.type, resource.name
        return (resource.type, resource.arn or resource.type) if resource.type in SINGLE else None

    def can_import(self, resource):
        """docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html"""
        identity = self.identity(resource)
        return (self.imports and identity in self.account.existing and self.account.existing[identity] is None
                and resource.raw.get("DeletionPolicy") in KEEPS)

    def make(self, resource):
        self.may(resource, "create")
        identity = self.identity(resource)
        if identity in self.account.existing and not self.can_import(resource):
            raise Failure(resource, f"Resource of type '{resource.type}' with identifier '{identity[1]}' already exists. (HandlerErrorCode: AlreadyExists)")
        refused = REFUSALS.get(resource.type, lambda *_: None)(self.account, resource)
        if resource.type in self.account.fails_once:
            self.account.fails_once.discard(resource.type)
            refused = f"{resource.type} has a fault of its own on this day (Status Code: 500)"
        if refused:
            raise Failure(resource, refused)
        is_there = identity in self.account.existing
        self.remember(resource)
        if not is_there:
            moto(self.account, resource)

    def change(self, resource, old):
        self.may(resource, "update")
        if resource.is_named and resource.name != old.name:
            self.make(resource)
            self.remove(old)
            return
        refused = REFUSALS.get(resource.type, lambda *_: None)(self.account, resource)
        if resource.type == "AWS::Lambda::Alias" and resource.properties.get("FunctionVersion") is not None and self.shifts(resource, old):
            refused = shift(self.account, resource)
        if refused:
            raise Failure(resource, refused)
        self.remember(resource)

    def shifts(self, resource, old):
        return json.dumps(resource.raw["Properties"].get("FunctionVersion")) != json.dumps(old.raw["Properties"].get("FunctionVersion"))

    def remember(self, resource):
        identity = self.identity(resource)
        if identity:
            self.account.existing[identity] = self.stack.name
        if resource.type == "AWS::Lambda::Version":
            self.account.versions.setdefault(resource.properties["FunctionName"], []).append((resource.key, configuration(resource)))

    def remove(self, resource, is_undone=False):
        policy = resource.raw.get("DeletionPolicy")
        if policy == "Retain" or policy == "RetainExceptOnCreate" and not is_undone:
            identity = self.identity(resource)
            if identity:
                self.account.existing[identity] = None
            return
        self.may(resource, "delete")
        refused = moto(self.account, resource, is_removed=True)
        if refused and not is_undone:
            raise Failure(resource, refused)
        self.account.existing.pop(self.identity(resource), None)
        if resource.type == "AWS::Lambda::Version":
            published = self.account.versions.get(resource.properties["FunctionName"], [])
            published[:] = [one for one in published if one[0] != resource.key]
        if resource.type == "AWS::Lambda::Function":
            self.account.versions.pop(resource.name, None)


def references(node):
    """Logical ids that a resource waits for."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield value[0] if isinstance(value, list) else value.split(".")[0]
            elif key == "DependsOn":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


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


def shift(account, alias):
    """CodeDeploy takes traffic over: it does not begin while one of its alarms fires, and ends when one begins to."""
    policy = alias.raw.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
    if policy is None:
        return None
    name = alias.template.resolve(policy)["DeploymentGroupName"]
    group = next(one for one in alias.template.of("AWS::CodeDeploy::DeploymentGroup") if one.name == name)
    heeded = group.properties.get("AlarmConfiguration", {})
    names = {one["Name"] for one in heeded.get("Alarms", [])} if heeded.get("Enabled", True) and not heeded.get("IgnorePollAlarmFailure") else set()
    if account.firing & names:
        return f"Rollback ... One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: {sorted(account.firing & names)}"
    account.firing |= account.during_canary
    account.during_canary = set()
    if account.firing & names:
        return f"Deployment stopped: alarms {sorted(account.firing & names)} fired while traffic was shifted"
    return None


def moto(account, resource, is_removed=False):
    """Buckets, repositories and log groups are real, so that scripts can use them; the reason why one cannot be removed."""
    try:
        match resource.type:
            case "AWS::S3::Bucket" if is_removed:
                account.client("s3").delete_bucket(Bucket=resource.name)
            case "AWS::S3::Bucket":
                account.client("s3").create_bucket(Bucket=resource.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            case "AWS::ECR::Repository" if is_removed:
                account.client("ecr").delete_repository(repositoryName=resource.name, force=bool(resource.properties.get("EmptyOnDelete")))
            case "AWS::ECR::Repository":
                account.client("ecr").create_repository(repositoryName=resource.name)
            case "AWS::Logs::LogGroup" if is_removed:
                account.client("logs").delete_log_group(logGroupName=resource.name)
            case "AWS::Logs::LogGroup":
                account.client("logs").create_log_group(logGroupName=resource.name)
    except botocore.exceptions.ClientError as error:
        return str(error)
    return None
