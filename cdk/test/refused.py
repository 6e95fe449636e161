"""The recorder refuses what AWS refuses, in its words: each case is a call that a deployment could make by mistake."""

import json
import logging
import os
import sys

import boto3
from account import Account
from botocore.config import Config
from botocore.exceptions import ClientError
from doors import as_role, standing
from iam import Evaluator
from recorder import Recorder
from template import ACCOUNT, REGION

os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
logging.getLogger("werkzeug").setLevel(logging.ERROR)

ROLE = f"arn:aws:iam::{ACCOUNT}:role/{{}}".format
SMALL = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
NAMED = json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "a", "AssumeRolePolicyDocument": {}}}}})
BOOTSTRAPPED = json.dumps({
    "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
})


def change(client, name="hearth-every", body=SMALL, **more):
    return client("cloudformation").create_change_set(StackName=name, ChangeSetName="a", ChangeSetType="UPDATE" if name == "hearth-every" else "CREATE", TemplateBody=body, **more)


# Who calls, what, and the words of the refusal.
CASES = {
    "a role of cdk bootstrap": ("person", lambda client: change(client, RoleARN=ROLE("cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1")), "is invalid or cannot be assumed"),
    "a role that is not CloudFormation's": ("person", lambda client: change(client, RoleARN=ROLE("hearth-foundation-train")), "is invalid or cannot be assumed"),
    "a template that is too large to go inline": ("person", lambda client: change(client, body=SMALL + " " * 51_200), "length less than or equal to 51200"),
    "a parameter of cdk bootstrap": ("person", lambda client: change(client, "new", BOOTSTRAPPED), "Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version]"),
    "named roles without the capability": ("person", lambda client: change(client, "new", NAMED), "Requires capabilities : [CAPABILITY_NAMED_IAM]"),
    "a stack that is there already": ("person", lambda client: client("cloudformation").create_change_set(StackName="hearth-every", ChangeSetName="a", ChangeSetType="CREATE", TemplateBody=SMALL), "already exists and cannot be created again"),
    "a name that no stack can have": ("person", lambda client: change(client, "hearth every"), "regular expression pattern"),
    "a stack of another environment": ("role", lambda client: client("cloudformation").delete_stack(StackName="hearth-foundation"), "not authorized to perform: cloudformation:DeleteStack"),
    "a role of another environment": ("role", lambda client: change(client, RoleARN=ROLE("hearth-foundation-train")), "not authorized to perform: iam:PassRole"),
    "a function of another environment": ("role", lambda client: client("lambda").invoke(FunctionName="hearth-prod-messages"), "not authorized to perform: lambda:InvokeFunction"),
    "templates of another environment": ("role", lambda client: client("s3").put_object(Bucket=f"hearth-foundation-assets-{ACCOUNT}-{REGION}", Key="prod/a.json", Body=b"{}"), "not authorized to perform: s3:PutObject"),
    "another region": ("person", lambda client: client("cloudformation", "eu-central-9").describe_stacks(), "Credential should be scoped to a valid region"),
    "credentials of nobody": ("nobody", lambda client: client("cloudformation").describe_stacks(), "security token included in the request is invalid"),
    "an account that was not bootstrapped": ("person", lambda client: client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version"), "was not bootstrapped"),
}


def main():
    with Evaluator() as iam, Recorder(Account(iam)) as recorder:
        standing(recorder.account)
        as_role(recorder.account, "hearth-foundation-deploy-every")
        keys = {"person": "AKIAPERSON", "role": "ASIAROLE", "nobody": "AKIASTRANGER"}
        for name, (who, call, words) in CASES.items():
            def client(service, region=REGION, key=keys[who]):
                settings = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
                return boto3.client(service, region_name=region, endpoint_url=recorder.url, aws_access_key_id=key, aws_secret_access_key="secret", aws_session_token="token-of-ASIAROLE", config=settings)
            try:
                call(client)
            except ClientError as error:
                if words not in str(error):
                    sys.exit(f"refused: {name}: {words!r} was expected, and AWS's stand-in said: {error}")
            else:
                sys.exit(f"refused: {name}: the stand-in took it")
        assert len(recorder.calls) >= len(CASES)
    print(f"refused: the recorder refuses {len(CASES)} calls as AWS does")


if __name__ == "__main__":
    main()
