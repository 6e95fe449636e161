"""The drift workflow, from captures in S3 to an issue and a pull request in a bare repository.

Made-up traffic of two weeks on the example's model: the first as at training, the second with words that it has never
met. The workflow compares, tells an issue, retrains on the rows whose true labels are known, and opens a pull request
of which everything can be repeated from its own clone. `gh` is a stand-in that keeps issues and pull requests in a file.
"""

import csv
import json
import re
import sys
from datetime import date, timedelta

from day import day, remote
from iam import Evaluator
from laptop import BUILT, Stopped
from template import ACCOUNT
from workflow import GitHub

SUBJECT = "repo:example@1234567/hearth@7654321"
BUCKET = f"hearth-prod-messages-capture-{ACCOUNT}"
# 2026-02-15, a Sunday, is the last day.
TODAY = date(2026, 2, 15)
GH = r'''#!/usr/bin/env python3
"""gh, as far as drift.yml asks it: issues and pull requests in a file; what it is asked with is kept, too."""
import json, sys
from pathlib import Path
path = Path("STATE")
state = json.loads(path.read_text()) if path.exists() else {"issues": [], "pulls": [], "asked": []}
words = sys.argv[1:]
state["asked"].append(words[:2])
options = {words[at]: words[at + 1] for at in range(len(words) - 1) if words[at].startswith("--")}
body = Path(options["--body-file"]).read_text() if "--body-file" in options else None
match words[:2]:
    case ["api", _]:
        for number, issue in enumerate(state["issues"], 1):
            if issue["open"] and issue["body"].startswith("<!-- drift -->"):
                print(number)
    case ["issue", "create"]:
        state["issues"].append({"title": options["--title"], "body": body, "open": True})
    case ["issue", "edit"]:
        state["issues"][int(words[2]) - 1]["body"] = body
    case ["issue", "close"]:
        state["issues"][int(words[2]) - 1]["open"] = False
    case ["pr", "create"]:
        state["pulls"].append({"head": options["--head"], "title": options["--title"], "body": body})
    case ["auth", "setup-git"]:
        pass
    case other:
        sys.exit(f"the stand-in of gh does not know {other}")
path.write_text(json.dumps(state))
'''


class Traffic:
    """Requests of a week, answered by the model, as captures and true labels."""

    def __init__(self, laptop):
        self.laptop = laptop
        path = laptop.tree / "data/messages.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        # A third is what is asked later: of rows that it has learnt from, a model knows every word.
        self.weeks = rows[::6], rows[3::6]
        with open(path, "w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            table.writeheader()
            table.writerows(row for number, row in enumerate(rows) if number % 3)

    def week(self, number, last, change):
        """Captures by day, and the true labels, of the rows of a week with their text changed."""
        name, rows = f"week{number}", [row | {"text": change(row["text"])} for row in self.weeks[number]]
        lines = "".join(json.dumps({"text": row["text"]}) + "\n" for row in rows)
        (self.laptop.folder / "asked.jsonl").write_text(lines, encoding="utf-8")
        said = self.laptop.run(f"{BUILT}/hearth --quiet predict model.hearth --input {self.laptop.folder}/asked.jsonl")
        days, truth = {}, []
        for number, (row, line) in enumerate(zip(rows, said.splitlines(), strict=True)):
            answer = json.loads(line)
            model = answer.pop("model")
            day_of = last - timedelta(days=6 - number * 7 // len(rows))
            identity = f"{name}-{number}"
            record = {
                "captureData": {
                    "endpointInput": {"observedContentType": "application/json", "mode": "INPUT", "data": json.dumps({"text": row["text"]}), "encoding": "JSON"},
                    "endpointOutput": {"observedContentType": "application/json", "mode": "OUTPUT", "data": json.dumps(answer), "encoding": "JSON"},
                },
                "eventMetadata": {"eventId": identity, "inferenceTime": f"{day_of}T{number % 24:02d}:{number % 60:02d}:00Z", "modelName": model["name"], "modelVersion": model["version"]},
                "eventVersion": "0",
            }
            days.setdefault(str(day_of), []).append(json.dumps(record, separators=(",", ":")) + "\n")
            truth.append(f"{identity},{row['label']}\n")
        return days, "id,truth\n" + "".join(truth)


def prepared(laptop, account):
    """What docs/monitoring.md has a person do: `capture.retrain`, the variables, and the model."""
    laptop.edit("cdk/config.ts", "auth: { kind: 'iam' },", "auth: { kind: 'iam' },\n    capture: { share: 1, keepDays: 90, retrain: true },")
    laptop.run("make -s deploy ENV=foundation")
    remote(laptop, account)
    laptop.run("make -s repro && make -s push && git add --all && git commit --quiet --message 'the first model'")
    bare = laptop.folder / "github.git"
    laptop.run(f"git clone --quiet --bare . {bare}")
    jobs = laptop.folder / "jobs"
    jobs.mkdir()
    programs = laptop.folder / "gh"
    programs.mkdir()
    (programs / "gh").write_text(GH.replace("STATE", str(laptop.folder / "github.json")), encoding="utf-8")
    (programs / "gh").chmod(0o755)
    return GitHub(
        laptop.recorder, jobs, bare, {"AWS_REGION": "eu-west-1", "HEARTH_CAPTURES": f"s3://{BUCKET}/records", "HEARTH_TRUTH": "", "HEARTH_DAYS": "", "HEARTH_FAIL_ABOVE": ""},
        {"drift": {"AWS_DRIFT_ROLE": f"arn:aws:iam::{ACCOUNT}:role/hearth-foundation-drift"}}, SUBJECT,
        # git asks the bare repository where GitHub would be.
        settings={"PATH": f"{programs}:{laptop.environment['PATH']}", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{bare}.insteadOf",
                  "GIT_CONFIG_VALUE_0": "https://github.com/example/hearth.git"},
    )


def ran(github, wanted, today=TODAY):
    """Runs the workflow on a day, and gives what is on GitHub then."""
    github.ran.clear()
    github.settings["TODAY"] = str(today)
    found = github.run("drift.yml")
    if found != wanted:
        raise Stopped(f"drift.yml ended with {found}, and {wanted} was expected:\n" + "\n".join(str(one)[:3000] for one in github.ran[-8:]))
    path = github.folder.parent / "github.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"issues": [], "pulls": []}


def story(laptop, account):
    traffic = Traffic(laptop)
    github = prepared(laptop, account)
    s3 = account.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def put(days):
        for day_of, lines in days.items():
            s3.put_object(Bucket=BUCKET, Key=f"records/day={day_of}/a", Body="".join(lines).encode())

    both = {"look": "success", "tell": "success"}
    # Nothing was captured: that is an issue, since somebody expects captures.
    told = ran(github, both)
    assert len(told["issues"]) == 1 and "No request was captured" in told["issues"][0]["body"], told

    # A week as at training closes it.
    first, truth = traffic.week(0, TODAY - timedelta(days=8), str)
    put(first)
    told = ran(github, both, TODAY - timedelta(days=8))
    assert [issue["open"] for issue in told["issues"]] == [False] and told["pulls"] == [], told

    # A week of other words, without true labels: an issue, and no pull request.
    def change(text):
        return re.sub(r"[a-z]{4,}", lambda word: word[0][::-1] if len(word[0]) % 2 else word[0], text)
    second, more = traffic.week(1, TODAY, change)
    put(second)
    told = ran(github, both)
    assert [issue["open"] for issue in told["issues"]] == [False, True] and told["pulls"] == [], told
    assert "text.oov_ratio" in told["issues"][1]["body"], told["issues"][1]["body"]
    assert b"<html" in github.artifacts["drift"]["drift.html"].lower()

    # With true labels it retrains, and the pull request's branch is whole: data, parameters, metrics, and a model in the remote.
    s3.put_object(Bucket=BUCKET, Key="truth/labels.csv", Body=(truth + more.split("\n", 1)[1]).encode())
    github.variables["HEARTH_TRUTH"] = f"s3://{BUCKET}/truth/labels.csv"
    told = ran(github, both)
    assert github.artifacts["drift"]["outcome"] == b"passed", github.artifacts["drift"]["outcome"]
    assert [issue["open"] for issue in told["issues"]] == [False, True], told["issues"]
    (pull,) = told["pulls"]
    assert "captured rows" in pull["body"] and "| accuracy |" in pull["body"], pull["body"]
    clone = laptop.folder / "review"
    laptop.run(f"git clone --quiet --branch {pull['head']} {github.origin} {clone}")
    changed = laptop.run("git diff --name-only origin/main...HEAD", folder=clone).split()
    assert {"data/messages.csv", "dvc.lock", "metrics.json", "params.yaml"} <= set(changed), changed
    assert "split: {time: captured_at}" in (clone / "params.yaml").read_text(encoding="utf-8")
    pulled = laptop.run(f"{BUILT}/hearth pull && {BUILT}/hearth verify model.hearth && {BUILT}/hearth status --check", folder=clone)
    assert "model.hearth" in pulled, pulled

    # The same rows make no second pull request.
    told = ran(github, both)
    assert len(told["pulls"]) == 1, told["pulls"]

    # A model that the gate refuses becomes none: true labels that are wrong make it worse than the one before.
    labels = sorted({line.split(",")[1] for line in more.split("\n")[1:] if line})
    turned = dict(zip(labels, labels[1:] + labels[:1], strict=True))
    wrong = [line.split(",") for line in more.split("\n")[1:] if line]
    mixed = [f"{identity},{turned[label] if number < len(wrong) * 4 // 5 else label}\n" for number, (identity, label) in enumerate(wrong)]
    s3.put_object(Bucket=BUCKET, Key="truth/labels.csv", Body=("id,truth\n" + "".join(mixed)).encode())
    told = ran(github, both)
    assert github.artifacts["drift"]["outcome"] == b"gate", github.artifacts["drift"]
    assert len(told["pulls"]) == 1, told["pulls"]


def main():
    with Evaluator() as iam, day(iam, "drift") as (laptop, account):
        story(laptop, account)
    print("drift: an issue, and a pull request that repeats from its own clone, by a role that reads captures and adds models")


if __name__ == "__main__":
    sys.exit(main())
