"""Holds every pair of options of config.ts to what AWS would refuse: see pairs.ts, which writes the templates.

For each configuration, in each environment: the size of the template, cdk-nag and CloudFormation's rules,
cfn-lint, IAM (rights.py), and the rules of shapes.py; cfn-lint also judges the template in which all options are
together. All that is wrong is told at once.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import cfnlint.api
import cfnlint.config
import yaml
from assembly import templates
from iam import CDK, Evaluator
from rights import rights
from shapes import rollback_shapes, shapes
from template import Template

# docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: bytes in the call, and by S3.
INLINE, BY_S3 = 51_200, 1_000_000
ENVIRONMENTS = ("dev", "staging", "prod")


def size(folder, name):
    """A template that the assembly does not upload goes with the call, as the YAML that the CLI makes of it."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = (folder / f"{name}.template.json").read_text(encoding="utf-8")
    is_uploaded = "stackTemplateAssetObjectUrl" in manifest["artifacts"][name]["properties"]
    bytes_of, limit = (len(text), BY_S3) if is_uploaded else (len(yaml.dump(json.loads(text), sort_keys=False, width=10**6)), INLINE)
    if bytes_of > limit:
        yield f"{name}: the template has {bytes_of} bytes, and CloudFormation takes {limit} {'by S3' if is_uploaded else 'in a call'}"


def lint(paths):
    """What cfn-lint says of each template that is not the same as another. W3005: CDK writes a DependsOn beside a reference."""
    seen = {}
    for path in paths:
        seen.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    settings = cfnlint.config.ManualArgs(ignore_checks=["W3005"], regions=["eu-west-1"])
    for path in seen.values():
        for match in cfnlint.api.lint_file(path, config=settings):
            yield f"{path.parent.name}/{path.name}: {match.rule.id} {match.message}"


def main():
    start = time.monotonic()
    wrong = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, Evaluator() as iam:
        folder = Path(name)
        said = subprocess.run(["node", "--import", "tsx", "test/pairs.ts", folder], cwd=CDK, check=True, capture_output=True, text=True).stdout
        rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
        for number, finding in json.loads((folder / "findings.json").read_text(encoding="utf-8")).items():
            wrong[finding].append(number)
        for number, row in enumerate(rows):
            here = folder / str(number)
            foundation = Template(here / "foundation.template.json", "hearth-foundation")
            zoned = ["messages.example.com"] if row["domain"] == "zone" else []
            found = [*size(here, "foundation"), *shapes(foundation, iam)]
            for environment in ENVIRONMENTS:
                service = Template(here / f"{environment}.template.json", f"hearth-{environment}")
                found += [*size(here, environment), *shapes(service, iam, zoned), *rights(foundation, service, environment, iam)]
                found += rollback_shapes(Template(here / f"rollback/{environment}.template.json", f"hearth-{environment}"), service)
            for text in found:
                wrong[text].append(str(number))
        for text in lint([*templates(), *sorted(folder.glob("*/*.template.json"))]):
            wrong[text].append("cfn-lint")
    if wrong:
        lines = [f"  {text} [in {len(numbers)}: {', '.join(numbers[:8])}]" for text, numbers in sorted(wrong.items())]
        sys.exit("AWS would refuse, or the reader would miss:\n" + "\n".join(lines))
    assert iam.asked > 10_000, f"{iam.asked} questions of IAM: this test would pass by emptiness"
    print(f"pairs: {said.strip()}; {iam.asked} questions of IAM; {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
