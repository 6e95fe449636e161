"""The commands of docs/runbook.md, each as it stands, on an environment with capture and batch that had two releases."""

import json
import os
import time

from captured import record
from day import day, deploy, log, output, put_images, remote
from iam import Evaluator
from laptop import BUILT
from page import commands
from scripts import LINES as KINDS

OPTIONS = "capture: { share: 1, keepDays: 30 },\n    batch: { memoryMiB: 1769, timeoutSeconds: 900, concurrency: 40, toleratedFailurePercentage: 5, schedule: 'rate(1 day)', input: 'input/day={latest}/' },"
GROUP = "/hearth/prod/messages/function"
# A line of each kind, from which `make logs` picks by ONLY; without it, all.
LINES = KINDS | {"": '{"level":"INFO","message":"a line"}'}
METRICS = {"Namespace": "Hearth", "Dimensions": [["service"]], "Metrics": [{"Name": "latency.handler", "Unit": "Milliseconds"}]}
TEXTS = ("where is my parcel", "the invoice is wrong", "please take it back")


def prepare(laptop, account):
    """Two releases, two models in git, captured rows, and their labels."""
    laptop.edit("cdk/config.ts", "auth: { kind: 'iam' },", f"auth: {{ kind: 'iam' }},\n    {OPTIONS}")
    laptop.run("make -s deploy ENV=foundation")
    remote(laptop, account)
    for seed, release in enumerate(put_images(account, "a", "b")):
        laptop.run(f"sed -i 's/^seed: .*/seed: {seed}/' params.yaml && dvc repro && hearth push && git add --all && git commit --quiet --message 'a model'")
        deploy(laptop, "prod", release)
    laptop.run("cp model.hearth next.hearth")

    rows = [json.dumps({"text": f"{text} {number}"}) for number in range(100) for text in TEXTS]
    (laptop.tree / "rows.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    answers = laptop.run("hearth predict model.hearth < rows.jsonl 2>/dev/null").splitlines()
    records = [captured(str(number), row, answer) for number, (row, answer) in enumerate(zip(rows, answers, strict=True))]
    key = "records/day=2026-11-29/a.jsonl"
    account.client("s3").put_object(Bucket=output(account, "prod", "CaptureBucketmessages"), Key=key, Body="\n".join(records).encode())
    truth = [f"{number},{json.loads(answer)['label']}" for number, answer in enumerate(answers)]
    (laptop.tree / "labels.csv").write_text("id,truth\n" + "\n".join(truth) + "\n", encoding="utf-8")


def captured(event, row, answer):
    """The line of a captured row."""
    model = json.loads(answer)["model"]
    about = {"modelName": model["name"], "modelVersion": model["version"]}
    return json.dumps(record(row, answer, eventId=event, inferenceTime="2026-11-29T03:04:05Z", **about))


def failed_run(account):
    """A batch run that failed, as moto makes each of its runs."""
    os.environ["SF_EXECUTION_HISTORY_TYPE"] = "FAILURE"
    account.client("s3").put_object(Bucket=output(account, "prod", "BatchBucketmessages"), Key="input/october/a.csv", Body=b"text\nwhere is it\n")
    account.client("stepfunctions").start_execution(stateMachineArn=output(account, "prod", "BatchMachinemessages"), input='{"input": "input/october/"}')


def metrics():
    """A line of metrics, as the function writes it."""
    about = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [METRICS]}
    return json.dumps({"_aws": about, "service": "hearth-prod-messages", "latency.handler": 0.3})


def every_command(laptop, account):
    """Variables that one line sets are for those behind it."""
    seen, shell, logged = 0, "", []
    for command in commands(page="runbook.md"):
        seen += 1
        if "=$(" in command:
            shell += f"{command}; "
        elif command.startswith("make logs"):
            only = command.partition("ONLY=")[2]
            log(account, GROUP, LINES[only])
            logged.append(only)
            with laptop.follow(command) as says:
                for kind in logged:
                    if only in ("", kind):
                        says(LINES[kind])
        else:
            if "hearth emf" in command:
                log(account, GROUP, metrics())
            laptop.run(shell + command)
    assert seen > 12, f"{seen} commands: the page is written otherwise than this test reads it"
    assert (laptop.tree / "drift.html").is_file()


def main():
    with Evaluator() as iam, day(iam, "the runbook") as (laptop, account):
        laptop.environment["PATH"] = f"{BUILT}:{laptop.environment['PATH']}"
        prepare(laptop, account)
        failed_run(account)
        every_command(laptop, account)


if __name__ == "__main__":
    main()
