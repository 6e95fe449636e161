"""Deploys for real, to a CloudFormation on this machine: `make deploy`, promote, rollback and destroy.

moto stands in for AWS, on loopback. It does not know every type of resource: stand_in.py takes those
out and the last lines name them. Canaries, API Gateway's routing and what IAM would refuse cannot be
seen here.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3
from docs import commands
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"


def release(letter):
    return json.dumps(
        {"messages": {"digest": "sha256:" + letter * 64, "version": letter, "bytes": 560865}}, separators=(",", ":")
    )


class Deployment:
    """The scripts as a person runs them, against the stand-in."""

    def __init__(self, port, folder, root=ROOT):
        self.root = root
        self.report = folder / "report"
        self.release = folder / "release.json"
        # Named and not numbered: moto takes a number for the name of a bucket.
        endpoint = f"http://localhost:{port}"
        self.environment = os.environ | {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_APP": f"node --import tsx app.ts && {sys.executable} test/stand_in.py",
            # moto cannot change a stack by a change set.
            "CDK_METHOD": "direct",
            # `npm test` has held the same templates to the rules.
            "CDK_VALIDATION": "false",
            "CDK_OUTPUT": str(folder / "cdk.out"),
            "CDK_DISABLE_VERSION_CHECK": "true",
            "STAND_IN_REPORT": str(self.report),
        }
        self.environment.pop("AWS_PROFILE", None)
        session = boto3.Session("test", "test", region_name="eu-west-1")
        self.client = lambda service: session.client(service, endpoint_url=endpoint)

    def run(self, script, *arguments, fails=None, timeout=300):
        done = subprocess.run(
            [str(self.root / "scripts" / script), *map(str, arguments)],
            env=self.environment, cwd=self.root, text=True, capture_output=True, timeout=timeout, check=False,
        )
        said = done.stdout + done.stderr
        if (done.returncode != 0) != (fails is not None):
            sys.exit(f"{script} {' '.join(map(str, arguments))} ended with {done.returncode}:\n{said}")
        if fails is not None and fails not in said:
            sys.exit(f"{script} was to say {fails!r} and said:\n{said}")
        return done.stdout

    def logs(self, environment):
        """logs.sh goes on until Ctrl-C: each line is to come out of it once, also one that is written later."""
        client, group = self.client("logs"), f"/hearth/{environment}/messages/function"
        client.create_log_stream(logGroupName=group, logStreamName="a")

        def write(line):
            event = {"timestamp": int(time.time() * 1000), "message": line}
            client.put_log_events(logGroupName=group, logStreamName="a", logEvents=[event])

        def follows(lines, others=(), only=""):
            command = [str(self.root / "scripts/logs.sh"), environment]
            with subprocess.Popen(command, env=self.environment | {"ONLY": only}, text=True, stdout=subprocess.PIPE) as tail:
                limit = threading.Timer(60, tail.kill)
                limit.start()
                for line in others:
                    write(line)
                for line in lines:
                    write(line)
                    said = tail.stdout.readline()
                    assert said.endswith(f" {line}\n"), f"logs.sh said {said!r}"
                limit.cancel()
                tail.terminate()

        follows(['{"level":"INFO","message":"a line"}', "a later line"])
        kinds = {
            "problems": '{"level":"ERROR","message":"a problem"}',
            "captured": '{"captureData":{"endpointInput":{"data":"{\\"text\\":\\"ERROR\\"}"}}}',
            "metrics": '{"_aws":{"Timestamp":1}}',
        }
        for only, line in kinds.items():
            follows([line], [other for other in kinds.values() if other != line], only)
        self.run("logs.sh", environment, "nothing", fails=f"hearth-{environment} has no endpoint nothing")

    def deploy(self, environment, letter):
        self.release.write_text(release(letter), encoding="utf-8")
        self.run("deploy.sh", environment, self.release)

    def runs(self, environment, letter):
        """What the function is made of, and what the stack remembers of before."""
        code = self.client("lambda").get_function(FunctionName=f"hearth-{environment}-messages")["Code"]
        assert code["ImageUri"].endswith("hearth@sha256:" + letter * 64), code["ImageUri"]

    def remembers(self, environment, name, letter):
        stack = self.client("cloudformation").describe_stacks(StackName=f"hearth-{environment}")["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        wanted = release(letter) if letter else "{}"
        assert outputs[name] == wanted, (name, outputs[name])


def story(deployment):
    run, runs, remembers = deployment.run, deployment.runs, deployment.remembers
    run("deploy.sh", "Dev", fails="name an environment of cdk/config.ts")
    run("deploy.sh", "dev", "nowhere.json", fails="nowhere.json is not there: make release")
    run("url.sh", "dev", fails="hearth-dev is not deployed: make deploy ENV=dev")

    run("deploy.sh", "dev", "cdk/prices.json", fails="the foundation does not know dev yet")
    run("deploy.sh", "foundation")
    buckets = [bucket["Name"] for bucket in deployment.client("s3").list_buckets()["Buckets"]]
    assert f"hearth-foundation-dvc-{ACCOUNT}-eu-west-1" in buckets, buckets

    # A wrong region on the command line is not the one that counts.
    deployment.environment |= {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    deployment.deploy("dev", "a")
    runs("dev", "a")
    remembers("dev", "Previous", None)
    run("rollback.sh", "dev", fails="there is nothing to go back to")
    assert run("url.sh", "dev").startswith("https://"), "no address"

    deployment.deploy("dev", "b")
    runs("dev", "b")
    remembers("dev", "Previous", "a")
    # The same release again: what a rollback goes back to stays.
    deployment.deploy("dev", "b")
    remembers("dev", "Previous", "a")

    run("promote.sh", "dev", "prod")
    deployment.logs("prod")
    runs("prod", "b")
    run("rollback.sh", "dev")
    runs("dev", "a")
    remembers("dev", "Previous", "b")
    runs("prod", "b")

    run("destroy.sh", "foundation", fails="the foundation holds every model")
    run("destroy.sh", "dev")
    run("url.sh", "dev", fails="hearth-dev is not deployed")
    runs("prod", "b")

    # The end of docs/deploy.md, as it stands there.
    run("destroy.sh", "prod")
    # What is typed by hand goes to the region of whoever types.
    deployment.environment |= {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
    for command in commands("aws "):
        subprocess.run(command, shell=True, env=deployment.environment, check=True, capture_output=True)
    run("promote.sh", "dev", "prod", fails="hearth-dev is not deployed")
    assert not deployment.client("ecr").describe_repositories()["repositories"]
    stacks = deployment.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])
    assert not stacks["StackSummaries"], stacks


def main():
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            deployment = Deployment(server.get_host_and_port()[1], Path(folder))
            story(deployment)
            print("local: deployed, changed, promoted, rolled back and destroyed on this machine:")
            print(deployment.report.read_text(encoding="utf-8"))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
