"""Batch runs from their schedule, from an arrival and from the command line to the answers in S3.

The state machine of the template runs in moto's interpreter of Amazon States Language; its tasks are the real
program `batch`, and every call of both is asked of IAM with the roles of the template. What EventBridge and its
scheduler would do is done here by what the template tells them. Step Functions' own limits only an account shows.
"""

import json
import os
import time

import boto3
from day import day, deploy, output, put_images
from iam import Evaluator
from laptop import BUILT, Stopped
from moto.core.config import default_user_config
from moto.events.models import EventPattern
from runtime import Failed, Runtime
from template import REGION

BATCH = """batch: {
      memoryMiB: 1769, timeoutSeconds: 900, concurrency: 4, toleratedFailurePercentage: 50, id: 'id',
      schedule: 'cron(0 6 * * ? *)', timeZone: 'Pacific/Auckland', input: 'input/year={yyyy-1d}/month={MM-1d}/day={dd-1d}/', waitMinutes: 1,
      onArrival: 'input/arrivals/', reads: ['list'],
    },"""
NAME = "hearth-dev-messages-batch"
ROWS = "id,text\na,where is my parcel\nb,I want my money back\n"
# The interpreter of moto signs its calls with this key.
INTERPRETER = "ak"


class World:
    """A deployed environment with batch, and its function."""

    def __init__(self, laptop, account):
        self.laptop, self.account = laptop, account
        self.template = account.stacks.find("hearth-dev").template
        self.bucket, self.machine = output(account, "dev", "BatchBucketmessages"), output(account, "dev", "BatchMachinemessages")
        roles = account.roles
        machine = next(one for one in self.template.of("AWS::StepFunctions::StateMachine"))
        account.sessions |= {
            INTERPRETER: next(role for role in roles.values() if role.arn == machine.properties["RoleArn"]),
            "AKIAFUNCTION": roles[f"{NAME}-function"], "AKIASCHEDULE": roles[f"{NAME}-schedule"], "AKIAARRIVAL": roles[f"{NAME}-arrival"],
        }
        function = next(one for one in self.template.of("AWS::Lambda::Function") if one.name == NAME)
        self.runtime = Runtime(BUILT / "batch", function.properties["Environment"]["Variables"] | {
            "AWS_ACCESS_KEY_ID": "AKIAFUNCTION", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": account.url, "MODEL_PATH": str(laptop.folder / "served.hearth"),
        })
        # Events of the function that ended with an error, and the error.
        self.failed = []
        account.functions = self.invoke

    def invoke(self, _, event):
        try:
            return self.runtime.invoke(event)
        except Failed as failed:
            self.failed.append((event, failed.error))
            raise

    def put(self, key, text=ROWS):
        return self.account.client("s3").put_object(Bucket=self.bucket, Key=key, Body=text.encode())["ETag"].strip('"')

    def keys(self, prefix):
        found = self.account.client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found]

    def answers(self, key):
        text = self.account.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read().decode()
        return [json.loads(line)["id"] for line in text.splitlines()]

    def steps(self, key):
        """Step Functions, as whoever has this key."""
        return boto3.client("stepfunctions", region_name=REGION, endpoint_url=self.account.url, aws_access_key_id=key, aws_secret_access_key="secret")

    def scheduled(self, moment):
        """What EventBridge Scheduler does at a time: the execution that it starts."""
        (schedule,) = self.template.of("AWS::Scheduler::Schedule")
        target = schedule.properties["Target"]
        return self.start("AKIASCHEDULE", target["Arn"], target["Input"].replace("<aws.scheduler.scheduled-time>", moment))

    def arrives(self, key, text=ROWS):
        """What S3 and EventBridge do with an object: the execution that its rule starts, if any."""
        etag = self.put(key, text)
        event = {
            "version": "0", "id": "1", "detail-type": "Object Created", "source": "aws.s3", "region": REGION, "resources": [f"arn:aws:s3:::{self.bucket}"],
            "detail": {"version": "0", "bucket": {"name": self.bucket}, "object": {"key": key, "size": len(text), "etag": etag, "sequencer": "1"}, "reason": "PutObject"},
        }
        (rule,) = self.template.of("AWS::Events::Rule")
        if not EventPattern.load(json.dumps(rule.properties["EventPattern"])).matches_event(event):
            return None, etag
        return self.start("AKIAARRIVAL", rule.properties["Targets"][0]["Arn"], json.dumps(event)), etag

    def start(self, key, machine, text):
        return self.steps(key).start_execution(stateMachineArn=machine, input=text)["executionArn"]

    def ended(self, arn, wanted):
        for _ in range(600):
            told = self.steps("AKIAPERSON").describe_execution(executionArn=arn)
            if told["status"] != "RUNNING":
                break
            time.sleep(0.2)
        if told["status"] != wanted:
            raise Stopped(f"{told['input']} ended as {told['status']}, and {wanted} was expected: {told.get('error')} {told.get('cause')}\n{self.failed}\n{''.join(self.runtime.lines[-8:])}")
        return told

    def metrics(self, name):
        lines = [json.loads(line) for line in self.runtime.lines if line.startswith("{")]
        return [line[name] for line in lines if name in line]


def by_the_clock(world):
    """06:00 in Auckland is the evening before in UTC; the folder is that of the day before, by Auckland's clock."""
    folder = "input/year=2026/month=12/day=31/"
    for key in ("a.csv", "deep/a.csv", "_SUCCESS", "deep/"):
        world.put(folder + key)
    run = world.scheduled("2026-12-31T17:00:00Z")
    world.ended(run, "SUCCEEDED")
    # Two tables of one name in two folders have two answers, and no other object is any.
    found = [f"output/year=2026/month=12/day=31/{name}.csv.jsonl" for name in ("a", "deep/a")]
    assert world.keys("output/") == found, world.keys("output/")
    assert world.answers(found[1]) == ["a", "b"]
    # The scheduler may start a run twice: nothing is predicted again.
    rows = len(world.metrics("batch.rows"))
    world.ended(world.scheduled("2026-12-31T17:00:00Z"), "SUCCEEDED")
    assert len(world.metrics("batch.rows")) == rows == 2


def late_and_missing(world):
    """An input that comes within the wait is predicted, and the alarm's metric told that it was late; another ends the run."""
    late = world.scheduled("2027-01-01T17:00:00Z")
    missing = world.scheduled("2027-01-02T17:00:00Z")
    while len(world.metrics("batch.no_input")) < 2:
        time.sleep(0.1)
    world.put("input/year=2027/month=01/day=01/late.jsonl", '{"id": 1, "text": "where is my parcel"}\n')
    world.ended(late, "SUCCEEDED")
    assert world.answers("output/year=2027/month=01/day=01/late.jsonl.jsonl") == [1]
    told = world.ended(missing, "FAILED")
    assert told["error"] == "MissingInput" and "no table is there, 1 minutes after the run began" in told["cause"], told
    (alarm,) = [one for one in world.template.of("AWS::CloudWatch::Alarm") if one.name.endswith("-batch-input")]
    assert (alarm.properties["MetricName"], alarm.properties["Dimensions"]) == ("batch.no_input", [{"Name": "service", "Value": NAME}])


def on_arrival(world):
    """Each content of a table once: again for the same event and the same bytes nothing, for others another."""
    (first, etag) = world.arrives("input/arrivals/new/t.csv")
    world.ended(first, "SUCCEEDED")
    found = f"output/arrivals/new/t.csv.{etag}.jsonl"
    assert world.answers(found) == ["a", "b"]
    rows = len(world.metrics("batch.rows"))
    world.ended(world.arrives("input/arrivals/new/t.csv")[0], "SUCCEEDED")
    assert len(world.metrics("batch.rows")) == rows, "the same content was predicted twice"
    (second, other) = world.arrives("input/arrivals/new/t.csv", ROWS + "c,where is it\n")
    world.ended(second, "SUCCEEDED")
    assert world.answers(f"output/arrivals/new/t.csv.{other}.jsonl") == ["a", "b", "c"]
    # What is no table is none, and what lies elsewhere starts nothing.
    world.ended(world.arrives("input/arrivals/_SUCCESS", "")[0], "SUCCEEDED")
    assert world.arrives("input/other/t.csv")[0] is None
    assert len(world.keys("output/arrivals/")) == 2


def from_the_command_line(world):
    """hearth batch: start, status, failed, retry, cancel. One of two tables fails, which config.ts tolerates here: moto
    knows of no limit."""
    laptop = world.laptop
    for day_ in (9, 10):
        world.put(f"input/daily/{day_}/good.csv")
    world.put("input/daily/10/bad.csv", "id,words\na,b\n")
    run = json.loads(laptop.run("hearth --quiet batch start --env dev --input 'input/daily/{latest}/' --id id --json"))["name"]
    told = world.ended(f"{world.machine.replace(':stateMachine:', ':execution:')}:{run}", "SUCCEEDED")
    assert world.keys("output/daily/") == ["output/daily/10/good.csv.jsonl"], world.keys("output/daily/")
    children(world, told["executionArn"])
    said = laptop.run(f"hearth batch status --env dev {run}")
    assert "input/daily/{latest}/" in said and "1 of 2 tables, 1 failed" in said, said
    said = laptop.run(f"hearth batch failed --env dev {run}")
    assert "input/daily/10/bad.csv" in said and "text" in said, said
    # Repaired, only that table is predicted; a folder that came since is not what this run means.
    world.put("input/daily/10/bad.csv")
    world.put("input/daily/11/newer.csv")
    rows = len(world.metrics("batch.rows"))
    said = laptop.run(f"hearth batch retry --env dev {run} --follow")
    assert f"{run}-retry-1" in said and "2 of 2 tables" in said, said
    assert len(world.metrics("batch.rows")) == rows + 1
    said = laptop.run("hearth batch status --env dev")
    assert f"{run}-retry-1" in said and run in said and "SUCCEEDED" in said, said
    # A list of tables, each under its own path.
    world.put("input/lists/today.csv", "Key,owner\ninput/daily/9/good.csv,ops\ninput/daily/11/newer.csv,ops\n")
    laptop.run("hearth batch start --env dev --kind list --input input/lists/today.csv --follow")
    assert [key for key in world.keys("output/daily/") if "/10/" not in key] == ["output/daily/11/newer.csv.jsonl", "output/daily/9/good.csv.jsonl"], world.keys("output/daily/")
    laptop.run("hearth batch start --env dev --input input/rows.parquet --follow", fails="batch.reads: ['parquet'] in cdk/config.ts switches it on")
    # Mistakes are told before anything is waited for.
    laptop.run("hearth batch start --env dev --input 'input/{YYYY}/' --follow", fails="{YYYY} is no placeholder")
    laptop.run("hearth batch start --env dev --input input/none/ --follow", fails=f"s3://{world.bucket}/input/none/: no table is there")
    laptop.run("hearth batch start --env dev --input elsewhere/ --follow", fails="a path under input/ of")
    laptop.run("hearth batch start --env prod --input input/none/", fails="the stack hearth-prod cannot be asked")
    laptop.run("hearth batch status --env dev --endpoint other", fails="messages was expected")
    laptop.run(f"hearth batch cancel --env dev {run}", fails="has ended already, as SUCCEEDED")
    waits = json.loads(laptop.run("hearth batch start --env dev --input input/none/ --wait 60 --json"))["name"]
    laptop.run(f"hearth batch cancel --env dev {waits}")
    assert "ABORTED" in laptop.run(f"hearth batch status --env dev {waits}")


def children(world, parent):
    """The runs of single tables that failed, as Step Functions keeps them."""
    for number, (event, error) in enumerate(world.failed):
        if "Items" in event:
            arn = f"{parent}/EachObject:{number}"
            world.account.children[arn] = {
                "executionArn": arn, "stateMachineArn": world.machine, "name": str(number), "status": "FAILED", "startDate": time.time(),
                "input": json.dumps({"key": event["Items"][0]["Key"], "batch": event["BatchInput"]}), "error": error["errorType"], "cause": json.dumps(error),
            }


def main():
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    with Evaluator() as iam, day(iam, "batch") as (laptop, account):
        os.environ["MOTO_PORT"] = account.url.rsplit(":", 1)[1]
        laptop.environment["PATH"] = f"{BUILT}:{laptop.environment['PATH']}"
        laptop.edit("cdk/config.ts", "auth: { kind: 'iam' },", f"auth: {{ kind: 'iam' }},\n    {BATCH}")
        laptop.run("make -s deploy ENV=foundation")
        (release,) = put_images(account, "a")
        deploy(laptop, "dev", release)
        world = World(laptop, account)
        try:
            by_the_clock(world)
            on_arrival(world)
            from_the_command_line(world)
            late_and_missing(world)
        finally:
            world.runtime.stop()


if __name__ == "__main__":
    main()
