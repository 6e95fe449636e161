"""Holds the templates to CloudFormation's own schemas, which cfn-lint brings along.

cfn-lint judges every template; then, for every type of resource in a service stack with every
option, the role that CloudFormation acts as must have each action that the type's schema says its
making, changing and removing needs.
"""

import fnmatch
import json
import subprocess
import sys
from pathlib import Path

import cfnlint
from assembly import template, templates

RESOURCES = Path(cfnlint.__file__).parent / "data/schemas/resources"

# What schemas list for options that no stack here uses, by how it begins. What an environment does
# not need it cannot touch: that is why these are not simply allowed.
NOT_USED = (
    "autoscaling:", "cognito-idp:", "elasticfilesystem:", "kms:", "s3files:", "s3tables:",
    # A catalogue that Lake Formation governs, schemas in a registry, and connections to other databases.
    "glue:CreateConnection", "glue:DeleteConnection", "glue:GetConnection", "glue:GetSchemaVersion",
    "glue:PassConnection", "glue:UpdateConnection", "lakeformation:CreateTable", "lakeformation:GetDataAccess",
    # Lists of all there is, which a stack does not ask for.
    "athena:ListWorkGroups", "firehose:ListDeliveryStreams", "glue:GetDatabases", "glue:GetTables",
    # A workgroup that runs Spark.
    "s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts",
    # Users and groups, and the way out of the boundary.
    "iam:DeleteGroupPolicy", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPolicy",
    "iam:PutGroupPolicy", "iam:PutUserPolicy",
    # What is in a bucket, and a bucket's rarer options.
    "s3:CreateBucketMetadata", "s3:UpdateBucketMetadata", "s3:DeleteObject", "s3:GetObject", "s3:getObject",
    "s3:ListAllMyBuckets", "s3:PutAccelerate", "s3:PutAnalytics", "s3:PutIntelligentTiering", "s3:PutInventory",
    "s3:PutMetrics", "s3:PutObject", "s3:PutReplication", "s3:REST.PUT.OBJECT",
)


def needed_actions(types):
    for path in RESOURCES.glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        if schema.get("typeName") in types:
            for handler in schema.get("handlers", {}).values():
                for action in handler.get("permissions", []):
                    yield schema["typeName"], action


def allowed_patterns(template, role_name):
    resources = template["Resources"]
    role = next(key for key, item in resources.items() if item["Properties"].get("RoleName") == role_name)
    for item in resources.values():
        if item["Type"] == "AWS::IAM::Policy" and {"Ref": role} in item["Properties"]["Roles"]:
            for statement in item["Properties"]["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                yield from [actions] if isinstance(actions, str) else actions


def main():
    # W3005: a DependsOn that a reference implies; CDK writes both.
    subprocess.run([Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", "W3005", "--", *map(str, templates())], check=True)

    service, foundation = template("every"), template("foundation")
    types = {item["Type"] for item in service["Resources"].values()}
    patterns = list(allowed_patterns(foundation, "hearth-foundation-execution-every"))
    missing, count = set(), 0
    for kind, action in needed_actions(types):
        count += 1
        used = not action.startswith(NOT_USED)
        if used and not any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns):
            missing.add((kind, action))
    if missing:
        lines = [f"  {action}, for {kind}" for kind, action in sorted(missing)]
        sys.exit("CloudFormation would lack:\n" + "\n".join(lines))
    assert count > 300, "the schemas name no permissions any more: this test would pass by emptiness"
    print(f"rules: cfn-lint has nothing against {len(templates())} templates; {len(types)} types of resource can be made")


if __name__ == "__main__":
    main()
