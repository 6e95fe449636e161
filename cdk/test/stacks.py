"""CloudFormation's calls, as the CDK's command line and the scripts make them, with its refusals in its own words."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone

import yaml
from deployments import Deployment, Failure
from iam import ALLOWED
from recorder import Refusal
from template import ACCOUNT, REGION, Template

INLINE, BY_S3 = 51_200, 1_000_000
BUSY = ("IN_PROGRESS",)
DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


def now():
    return datetime.now(timezone.utc)


@dataclass
class Stack:
    name: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    # What is deployed, with its references resolved; None before the first deployment.
    template: Template | None = None
    body: str = ""
    role: str | None = None
    is_protected: bool = False
    tags: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    id: str = ""

    def say(self, resource, status, reason=""):
        self.events.insert(0, {
            "StackId": self.id, "StackName": self.name, "EventId": str(uuid.uuid4()), "Timestamp": now(),
            "LogicalResourceId": getattr(resource, "key", self.name), "PhysicalResourceId": getattr(resource, "name", self.id),
            "ResourceType": getattr(resource, "type", "AWS::CloudFormation::Stack"), "ResourceStatus": status, "ResourceStatusReason": reason,
        })

    def set(self, status, reason=""):
        self.status, self.reason = status, reason
        self.say(None, status, reason)


class Stacks:
    """The stacks of an account. A change set is carried out at once: nobody waits here."""

    def __init__(self, account):
        self.account, self.stacks = account, {}

    def find(self, name, missing=True):
        stack = next((one for one in self.stacks.values() if name in (one.name, one.id)), None)
        if stack is None and missing:
            raise Refusal("ValidationError", f"Stack with id {name} does not exist")
        return stack

    def body(self, principal, params):
        """The template of a call, and the right to read it where it lies in S3."""
        if "TemplateBody" in params:
            text = params["TemplateBody"]
            if len(text) > INLINE:
                raise Refusal("ValidationError", f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {INLINE}")
            return text
        path = params["TemplateURL"].split("://", 1)[1].split("/", 1)
        # Either as a host name or as the first folder.
        bucket, key = (path[0].split(".s3")[0], path[1]) if ".s3" in path[0] else path[1].split("/", 1)
        if self.account.iam.decide(principal, "s3:GetObject", [f"arn:aws:s3:::{bucket}/{key}"]) != ALLOWED:
            raise Refusal("ValidationError", "S3 error: Access Denied")
        try:
            text = self.account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        except Exception as error:
            raise Refusal("ValidationError", f"S3 error: {error}") from None
        if len(text) > BY_S3:
            raise Refusal("ValidationError", f"Template may not exceed {BY_S3} bytes in size.")
        return text

    def acting(self, principal, stack, params):
        """Whom CloudFormation acts as: the role that is handed over, or was before, else the caller."""
        arn = params.get("RoleARN") or stack.role
        if arn is None:
            return principal
        if params.get("RoleARN") and self.account.iam.decide(principal, "iam:PassRole", [arn], {"iam:PassedToService": "cloudformation.amazonaws.com"}) != ALLOWED:
            raise Refusal("AccessDenied", f"User: {principal.arn} is not authorized to perform: iam:PassRole on resource: {arn}")
        role = self.account.role(arn)
        if role is None or "cloudformation.amazonaws.com" not in json.dumps(role.trust):
            raise Refusal("ValidationError", f"Role {arn} is invalid or cannot be assumed")
        stack.role = arn
        return role

    def create_change_set(self, principal, params):
        name, kind = params["StackName"], params.get("ChangeSetType", "UPDATE")
        stack = self.find(name, missing=kind == "UPDATE")
        if stack is None:
            stack = Stack(name.split("/")[-1])
            stack.id = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack.name}/{uuid.uuid4()}"
        elif kind == "CREATE" and stack.status != "REVIEW_IN_PROGRESS":
            raise Refusal("ValidationError", f"Stack [{stack.name}] already exists and cannot be created again with the changeSet [{params['ChangeSetName']}].")
        if stack.status.endswith(BUSY) and stack.status != "REVIEW_IN_PROGRESS" or kind == "UPDATE" and stack.status in (*DEAD, "UPDATE_ROLLBACK_FAILED"):
            raise Refusal("ValidationError", f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        acting = self.acting(principal, stack, params)
        text = self.body(principal, params)
        template = Template(yaml.safe_load(text), stack.name)
        self.parameters(template)
        if any(role.is_named for role in template.of("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")) and "CAPABILITY_NAMED_IAM" not in params.get("Capabilities", []):
            raise Refusal("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]")
        deployment = Deployment(self.account, stack, template, acting, params.get("ImportExistingResources", False))
        change = {"id": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{params['ChangeSetName']}/{uuid.uuid4()}", "name": params["ChangeSetName"], "deployment": deployment, "text": text, "tags": params.get("Tags", [])}
        stack.changes[params["ChangeSetName"]] = change
        self.stacks[stack.name] = stack
        return {"Id": change["id"], "StackId": stack.id}

    def parameters(self, template):
        for parameter in template.body.get("Parameters", {}).values():
            if parameter["Type"].startswith("AWS::SSM::Parameter"):
                raise Refusal("ValidationError", f"Unable to fetch parameters [{parameter['Default']}] from parameter store for this account.")

    def change(self, params):
        stack = self.find(params["StackName"]) if "StackName" in params else next(one for one in self.stacks.values() if any(change["id"] == params["ChangeSetName"] for change in one.changes.values()))
        for change in stack.changes.values():
            if params["ChangeSetName"] in (change["name"], change["id"]):
                return stack, change
        raise Refusal("ChangeSetNotFoundException", f"ChangeSet [{params['ChangeSetName']}] does not exist")

    def describe_change_set(self, principal, params):
        stack, change = self.change(params)
        found = change["deployment"].changes()
        answer = {"ChangeSetName": change["name"], "ChangeSetId": change["id"], "StackId": stack.id, "StackName": stack.name, "Changes": found, "CreationTime": now()}
        if not found and not change["deployment"].has_new_outputs:
            return answer | {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": "The submitted information didn't contain changes. Submit different information to create a change set."}
        return answer | {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}

    def delete_change_set(self, principal, params):
        stack = self.find(params["StackName"], missing=False)
        if stack is not None:
            stack.changes.pop(params["ChangeSetName"], None)
        return {}

    def execute_change_set(self, principal, params):
        stack, change = self.change(params)
        is_new = stack.template is None
        stack.changes.clear()
        stack.set("CREATE_IN_PROGRESS" if is_new else "UPDATE_IN_PROGRESS", "User Initiated")
        try:
            change["deployment"].carry_out()
        except Failure as failure:
            stack.say(failure.resource, "CREATE_FAILED" if is_new else "UPDATE_FAILED", str(failure))
            stack.set("ROLLBACK_COMPLETE" if is_new else "UPDATE_ROLLBACK_COMPLETE", str(failure))
            return {}
        stack.template, stack.body, stack.tags = change["deployment"].template, change["text"], change["tags"]
        stack.set("CREATE_COMPLETE" if is_new else "UPDATE_COMPLETE")
        return {}

    def describe_stacks(self, principal, params):
        found = [self.find(params["StackName"])] if "StackName" in params else list(self.stacks.values())
        return {"Stacks": [self.told(stack) for stack in found]}

    def told(self, stack):
        outputs = stack.template.outputs if stack.template else {}
        return {
            "StackId": stack.id, "StackName": stack.name, "StackStatus": stack.status, "StackStatusReason": stack.reason, "CreationTime": now(),
            "EnableTerminationProtection": stack.is_protected, "Tags": stack.tags, **({"RoleARN": stack.role} if stack.role else {}),
            "Outputs": [{"OutputKey": key, "OutputValue": str(value)} for key, value in outputs.items()],
        }

    def get_template(self, principal, params):
        return {"TemplateBody": self.find(params["StackName"]).body or "{}"}

    def describe_stack_events(self, principal, params):
        return {"StackEvents": self.find(params["StackName"]).events}

    def describe_stack_resources(self, principal, params):
        return {"StackResources": []}

    def update_termination_protection(self, principal, params):
        self.find(params["StackName"]).is_protected = params["EnableTerminationProtection"]
        return {}

    def cancel_update_stack(self, principal, params):
        raise Refusal("ValidationError", "CancelUpdateStack cannot be called from current stack status")

    def delete_stack(self, principal, params):
        stack = self.find(params["StackName"], missing=False)
        if stack is None:
            return {}
        if stack.is_protected:
            raise Refusal("ValidationError", f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        try:
            if stack.template is not None:
                Deployment(self.account, stack, None, self.acting(principal, stack, params), False).take_down()
        except Failure as failure:
            stack.say(failure.resource, "DELETE_FAILED", str(failure))
            stack.set("DELETE_FAILED", str(failure))
            return {}
        del self.stacks[stack.name]
        return {}
