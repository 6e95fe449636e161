"""The comment on what a pull request changes of the services: services.yml, run from a clone of a bare repository.

Option by option: one that adds, one whose removal would lose data, and the label that allows it. Nobody asks AWS.
`gh` is a stand-in that keeps the comments of the pull request in a file.
"""

import json
import sys

from day import day
from iam import Evaluator
from workflow import GitHub
from workflows import results

CAPTURE = "auth: { kind: 'iam' },\n    capture: { share: 0.1, keepDays: 30 },"
GH = """#!/usr/bin/env python3
import json, re, sys
from pathlib import Path

kept = Path("COMMENTS")
comments = json.loads(kept.read_text()) if kept.exists() else {}
arguments = sys.argv[1:]
path = next((one for one in arguments if one.startswith("repos/")), "")
if arguments[:2] == ["pr", "comment"]:
    comments[str(len(comments) + 1)] = Path(arguments[arguments.index("--body-file") + 1]).read_text()
elif "PATCH" in arguments:
    field = arguments[arguments.index("--field") + 1]
    comments[path.rsplit("/", 1)[1]] = Path(field.removeprefix("body=@")).read_text()
else:
    start = re.search(r'startswith\\("(.*?)"\\)', arguments[arguments.index("--jq") + 1])[1]
    print("\\n".join(key for key, body in comments.items() if body.startswith(start)))
kept.write_text(json.dumps(comments))
"""


def pull_request(github, base, *labels):
    """What GitHub tells of a pull request from a branch of this repository."""
    labels = [{"name": label} for label in labels]
    github.event = {"pull_request": {"number": 7, "base": {"sha": base}, "labels": labels, "head": {"repo": {"full_name": "example/hearth"}}, "user": {"login": "somebody"}}}


def pushed(laptop, github, message):
    """Commits what was edited; gives the commit before it."""
    base = laptop.run("git rev-parse HEAD").strip()
    laptop.run(f"git add --all && git commit --quiet --message '{message}' && git push --quiet {github.origin} main")
    return base


def story(laptop):
    bare, jobs, comments = laptop.folder / "github.git", laptop.folder / "jobs", laptop.folder / "comments.json"
    laptop.run(f"git clone --quiet --bare . {bare}")
    jobs.mkdir()
    gh = laptop.folder / "bin/gh"
    gh.write_text(GH.replace("COMMENTS", str(comments)), encoding="utf-8")
    gh.chmod(0o755)
    github = GitHub(laptop.recorder, jobs, bare, {}, {}, "", settings={"PATH": laptop.environment["PATH"]})

    def comment():
        (body,) = json.loads(comments.read_text(encoding="utf-8")).values()
        return body

    # An option more, which a budget of another amount does not hide.
    laptop.edit("cdk/config.ts", "auth: { kind: 'iam' },", CAPTURE)
    pull_request(github, pushed(laptop, github, "capture"))
    results(github, "services.yml", {"review": "success", "comment": "success"})
    assert comment().startswith("<!-- services -->\n## What this changes of the services\n\n### foundation"), comment()
    for name in ("dev", "staging", "prod"):
        assert f"- S3 Bucket `hearth-{name}-messages-capture-111122223333`" in comment(), comment()
    assert "costs $0.10 a month more when idle" in comment() and "**Permissions are widened**" in comment()

    # Without it again: the bucket holds records.
    laptop.edit("cdk/config.ts", CAPTURE, "auth: { kind: 'iam' },")
    base = pushed(laptop, github, "no capture")
    pull_request(github, base)
    results(github, "services.yml", {"review": "failure", "comment": "success"})
    lost = "dev: S3 Bucket `hearth-dev-messages-capture-111122223333` is deleted; what it holds is deleted with it, or blocks the deployment"
    assert any(lost in outcome for _, _, outcome in github.ran), github.ran
    assert f"- {lost}" in comment(), comment()
    pull_request(github, base, "other", "data-loss-allowed")
    results(github, "services.yml", {"review": "success", "comment": "success"})

    # What changes nothing says so, and a mistake is a sentence.
    laptop.edit("cdk/config.ts", "budgetDollars: 20", "budgetDollars: 20.0")
    pull_request(github, pushed(laptop, github, "the same"))
    results(github, "services.yml", {"review": "success", "comment": "success"})
    assert comment() == "<!-- services -->\n## What this changes of the services\n\nNo change: foundation, dev, staging, prod.\n", comment()
    laptop.edit("cdk/config.ts", "memoryMiB: 512", "memoryMiB: 20000")
    pushed(laptop, github, "too much")
    laptop.run("make --silent review BASE=HEAD~1", fails="memoryMiB 20000 is outside the 128 to 10240 that Lambda has")


def main():
    with Evaluator() as iam, day(iam, "the review of services") as (laptop, _):
        story(laptop)


if __name__ == "__main__":
    sys.exit(main())
