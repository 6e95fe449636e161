"""IAM on this machine: what a role of a template may do, by its policies, its boundary and conditions.

The evaluation is that of @cloud-copilot/iam-simulate, which knows IAM's actions, the types of resource
and the condition keys of each, from AWS's service authorization reference. It runs in one node process.
"""

import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

CDK = Path(__file__).resolve().parents[1]
ALLOWED = "Allowed"


class Evaluator:
    """One process that answers questions of IAM; equal questions are asked once."""

    def __init__(self):
        command = ["node", "--import", "tsx", "test/evaluator.mts"]
        self.process = subprocess.Popen(command, cwd=CDK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.names, self.known, self.asked = {}, {}, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def tell(self, value):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the evaluator ended; run `node --import tsx test/evaluator.mts` in cdk/ to see why")
        try:
            return json.loads(line)
        except ValueError:
            raise RuntimeError(f"the evaluator answered {value} with {line!r}") from None

    def name(self, policy):
        """A name by which the process knows this policy."""
        text = json.dumps(policy, sort_keys=True)
        if text not in self.names:
            self.names[text] = hashlib.sha256(text.encode()).hexdigest()[:16]
            self.tell({"define": self.names[text], "policy": policy})
        return self.names[text]

    def decide(self, principal, action, resources, context=None, resource_policy=None):
        """What IAM says: Allowed, ImplicitlyDenied, ExplicitlyDenied; anything else is no request that IAM knows."""
        self.asked += 1
        question = {
            "principal": principal.arn, "policies": [self.name(policy) for policy in principal.policies],
            "boundary": self.name(principal.boundary) if principal.boundary else None,
            "resourcePolicy": self.name(resource_policy) if resource_policy else None,
            "action": action, "resources": list(resources), "context": context or {},
        }
        key = json.dumps(question, sort_keys=True)
        if key not in self.known:
            self.known[key] = self.tell(question)
        return self.known[key]


@dataclass
class Principal:
    """A role as IAM sees it: its policies, and the boundary that no policy can go beyond."""

    arn: str
    policies: list
    boundary: dict | None = None
    trust: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.arn.rsplit("/", 1)[1]


def managed(arn):
    """A policy of AWS's own, by the copy that moto has of it."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found = json.loads(aws_managed_policies_data).get(arn.rsplit("/", 1)[1])
    return found and found["Document"]


def principals(template, boundaries=None):
    """The roles of a template, by their physical name. `boundaries` has policies of other stacks by their ARN."""
    policies = dict(boundaries or {})
    for resource in template.of("AWS::IAM::ManagedPolicy"):
        policies[resource.ref] = resource.properties["PolicyDocument"]
    found = {}
    for role in template.of("AWS::IAM::Role"):
        own = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
        own += [policies.get(arn) or managed(arn) for arn in role.properties.get("ManagedPolicyArns", [])]
        own += [
            policy.properties["PolicyDocument"] for policy in template.of("AWS::IAM::Policy")
            if role.ref in policy.properties.get("Roles", [])
        ]
        boundary = role.properties.get("PermissionsBoundary")
        if boundary is not None and boundary not in policies:
            raise KeyError(f"{role.ref} has the boundary {boundary}, which no template makes")
        trust = role.properties["AssumeRolePolicyDocument"]
        found[role.ref] = Principal(role.arn, [policy for policy in own if policy], policies.get(boundary), trust)
    return found
