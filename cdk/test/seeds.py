"""The checks of pairs.py find what they are for: each seed is a fault put into a template, and the words that find it."""

import copy
import sys

import assembly
from iam import Evaluator
from rights import rights
from shapes import rollback_shapes, shapes
from template import Template

ZONED = ("token.example.com",)
# Two endpoints of the six have all that the seeds are put into.
KEPT = ("signed", "Batchsigned", "token", "Alerts")


def narrowed(body):
    resources = {key: one for key, one in body["Resources"].items() if key.startswith(KEPT)}
    return {"Resources": resources, "Outputs": {key: one for key, one in body["Outputs"].items() if key == "Urltoken"}}


def statements(body, kind="AWS::IAM::Policy"):
    for resource in body["Resources"].values():
        if resource["Type"] == kind:
            yield from resource["Properties"]["PolicyDocument"]["Statement"]


def without(body, action, kind="AWS::IAM::Policy"):
    """Takes an action out of every statement that names it; another one stands for it where it is the only one."""
    for statement in statements(body, kind):
        if action in statement["Action"] and isinstance(statement["Action"], list):
            statement["Action"].remove(action)
        elif statement["Action"] == action:
            statement["Action"] = "lambda:GetFunction"


def of(body, kind, name=""):
    return next(one for key, one in body["Resources"].items() if one["Type"] == kind and name in str(key))


def gone(body, kind):
    body["Resources"] = {key: one for key, one in body["Resources"].items() if one["Type"] != kind}


def passed_to(body):
    for statement in statements(body):
        if statement["Action"] == "iam:PassRole" and isinstance(statement.get("Condition"), dict):
            services = statement["Condition"].get("StringEquals", {}).get("iam:PassedToService")
            if isinstance(services, list):
                services.remove("lambda.amazonaws.com")


def widened(body):
    of(body, "AWS::IAM::Policy", "signedFunctionRole")["Properties"]["PolicyDocument"]["Statement"].append({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"})


def renamed(body):
    of(body, "AWS::IAM::Role", "signedFunctionRole")["Properties"]["RoleName"] = "somebody-else"


def unbounded(body):
    del of(body, "AWS::IAM::Role", "signedFunctionRole")["Properties"]["PermissionsBoundary"]


def mute(body):
    policy = of(body, "AWS::SNS::TopicPolicy")["Properties"]["PolicyDocument"]
    policy["Statement"] = [one for one in policy["Statement"] if one["Effect"] != "Allow"]


def kept(body):
    of(body, "AWS::S3::Bucket")["DeletionPolicy"] = "Retain"


# What is changed in the foundation's template, in the service's, and what must be found.
SEEDS = {
    "whole services are missing": (lambda body: without(body, "lambda:*"), None, "CloudFormation may not lambda:CreateFunction"),
    "an action without a resource is missing": (lambda body: without(body, "codedeploy:StopDeployment"), None, "CloudFormation may not codedeploy:StopDeployment"),
    "a role may not be passed to Lambda": (passed_to, None, "with iam:PassedToService=lambda.amazonaws.com"),
    "the boundary has no log streams": (lambda body: without(body, "logs:CreateLogStream", "AWS::IAM::ManagedPolicy"), None, "which its boundary has not"),
    "a role of another name": (None, renamed, "CloudFormation may not iam:CreateRole on arn:aws:iam::111122223333:role/somebody-else"),
    "a role without a boundary": (None, unbounded, "has no boundary"),
    "a right outside the boundary": (None, widened, "dynamodb:GetItem on *, which its boundary has not"),
    "a service without its right": (None, lambda body: without(body, "lambda:InvokeFunction"), "may not lambda:InvokeFunction"),
    "a topic that CloudWatch may not publish to": (None, mute, "no alarm mails"),
    "a zone without a record": (None, lambda body: gone(body, "AWS::Route53::RecordSet"), "config.ts asks for"),
    "a kept bucket": (None, kept, "has DeletionPolicy Retain"),
}


def findings(foundation, service, iam):
    made, every = Template(foundation, "hearth-foundation"), Template(service, "hearth-every")
    return [*rights(made, every, "every", iam), *shapes(every, iam, ZONED)]


def main():
    foundation, service = assembly.template("foundation"), narrowed(assembly.template("every"))
    with Evaluator() as iam:
        found = findings(foundation, service, iam)
        if found:
            sys.exit("without a seed there should be nothing to find:\n  " + "\n  ".join(found))
        for name, (in_foundation, in_service, words) in SEEDS.items():
            bodies = copy.deepcopy(foundation), copy.deepcopy(service)
            for change, body in zip((in_foundation, in_service), bodies, strict=True):
                if change:
                    change(body)
            assert bodies != (foundation, service), f"{name}: nothing was changed"
            found = findings(*bodies, iam)
            assert any(words in text for text in found), f"{name}: {words!r} is not in:\n  " + "\n  ".join(found)
        every = Template(service, "hearth-every")
        assert any("starts nothing while one fires" in text for text in rollback_shapes(every, every)), "a rollback that heeds alarms is not found"
    print(f"seeds: {len(SEEDS) + 1} faults that AWS would refuse were put in and found")


if __name__ == "__main__":
    main()
