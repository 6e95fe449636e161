"""IAM's answers for one environment: all that a deployment needs is allowed, and nothing reaches beyond its boundary."""

import fnmatch

from calls import calls
from iam import ALLOWED, Principal, principals
from services import uses
from subjects import reference


def rights(foundation, service, environment, iam):
    """Each call that IAM would refuse, as a sentence."""
    roles = principals(foundation)
    boundaries = {policy.ref: policy.properties["PolicyDocument"] for policy in foundation.of("AWS::IAM::ManagedPolicy")}
    yield from deployment(roles[f"hearth-foundation-execution-{environment}"], service, iam)
    own = principals(service, boundaries)
    for role in own.values():
        if role.boundary is None:
            yield f"{service.stack}: {role.name} has no boundary"
            continue
        yield from beyond(role, service, iam)
    yield from smoke(roles[f"hearth-foundation-deploy-{environment}"], service, iam)
    for resource in service.resources.values():
        for role, needed in uses(resource):
            principal = own[role.rsplit("/", 1)[1]]
            for call in needed:
                if iam.decide(principal, call.action, call.resources, call.context) != ALLOWED:
                    yield f"{service.stack}: {resource.type} may not {call} as {principal.name}"


def deployment(execution, service, iam):
    """CloudFormation, with its role, makes, reads, changes and removes each resource."""
    for resource in service.resources.values():
        for call in calls(resource):
            decision = iam.decide(execution, call.action, call.resources, call.context)
            # Not an action or a resource that IAM knows: the registry's schemas have a few slips.
            if decision.endswith("Denied"):
                yield f"{service.stack}: CloudFormation may not {call}, for {resource.type}"


def smoke(deployer, service, iam):
    """Whoever deploys may ask each function on its alias, whatever stands before it."""
    for alias in service.of("AWS::Lambda::Alias"):
        if iam.decide(deployer, "lambda:InvokeFunction", [alias.arn]) != ALLOWED:
            yield f"{service.stack}: {deployer.name} may not invoke {alias.arn}, so no smoke test reaches it"


def beyond(role, service, iam):
    """A right outside the boundary is none: whoever wrote it thinks that the role has it."""
    inline = [policy["PolicyDocument"] for resource in service.of("AWS::IAM::Policy") if role.name in resource.properties["Roles"]
              for policy in [resource.properties]]
    most = Principal(role.arn, [role.boundary])
    for statement in (statement for policy in inline for statement in policy["Statement"] if statement["Effect"] == "Allow"):
        resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        for action in expanded(statement["Action"]):
            for resource in resources:
                if iam.decide(most, action, [resource.replace("*", "x0123") if resource != "*" else "*"]).endswith("Denied"):
                    yield f"{service.stack}: {role.name} has {action} on {resource}, which its boundary has not"


def expanded(actions):
    """The actions that patterns such as xray:Get* stand for."""
    for pattern in [actions] if isinstance(actions, str) else actions:
        if "*" not in pattern:
            yield pattern
            continue
        service, name = pattern.split(":")
        for action in reference("actions", service).values():
            if fnmatch.fnmatchcase(action["name"].lower(), name.lower()):
                yield f"{service}:{action['name']}"
