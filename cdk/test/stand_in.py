"""Makes an assembly deployable to moto: takes out what its CloudFormation does not know, and says so.

Run by cdk as the last part of its app command, on the assembly in CDK_OUTDIR.
"""

import json
import os
from pathlib import Path

KNOWN = """AWS::CloudWatch::Dashboard AWS::ECR::Repository AWS::IAM::ManagedPolicy AWS::IAM::Policy AWS::IAM::Role
AWS::Lambda::Function AWS::Lambda::Permission AWS::Logs::LogGroup AWS::S3::Bucket AWS::SNS::Topic
AWS::StepFunctions::StateMachine""".split()


def patched(node, gone):
    """A placeholder where something refers to what is gone."""
    if isinstance(node, dict):
        if len(node) == 1:
            ((key, value),) = node.items()
            if key == "Ref" and value in gone:
                return f"arn:aws:local:eu-west-1:111122223333:{value}"
            if key == "Fn::GetAtt" and value[0] in gone:
                return f"https://{value[0]}.example.com"
        return {key: patched(value, gone) for key, value in node.items()}
    return [patched(item, gone) for item in node] if isinstance(node, list) else node


def strip(template):
    resources = template["Resources"]
    gone = {key for key, resource in resources.items() if resource["Type"] not in KNOWN}
    # moto counts a permission for an alias among those of a function that it cannot find.
    gone |= {key for key, resource in resources.items() if resource["Type"] == "AWS::Lambda::Permission"}
    kept = {key: patched(resource, gone) for key, resource in resources.items() if key not in gone}
    for resource in kept.values():
        waits = resource.pop("DependsOn", [])
        waits = [key for key in ([waits] if isinstance(waits, str) else waits) if key not in gone]
        resource.pop("UpdatePolicy", None)
        # moto knows the older word only; what the newer one adds happens when a deployment fails.
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["DeletionPolicy"] = "Retain"
        if waits:
            resource["DependsOn"] = waits
    template["Resources"] = kept
    template["Outputs"] = patched(template.get("Outputs", {}), gone)
    return sorted({resources[key]["Type"] for key in gone}), len(kept), len(resources)


def main():
    folder = Path(os.environ["CDK_OUTDIR"])
    said = []
    for path in sorted(folder.glob("*.template.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        dropped, kept, total = strip(template)
        path.write_text(json.dumps(template, indent=1), encoding="utf-8")
        said.append(f"{path.name.split('.')[0]}: {kept} of {total} resources; not {', '.join(dropped)}")
    manifest_path = folder / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    for artifact in manifest["artifacts"].values():
        # moto has no such call; that prod has it is tested on the template.
        if artifact.get("properties", {}).get("terminationProtection"):
            artifact["properties"]["terminationProtection"] = False
    manifest_path.write_text(json.dumps(manifest), encoding="utf-8")
    Path(os.environ["STAND_IN_REPORT"]).write_text("\n".join(said), encoding="utf-8")


if __name__ == "__main__":
    main()
