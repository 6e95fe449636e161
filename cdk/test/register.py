"""scripts/register.sh against moto's SageMaker and S3 through the real AWS CLI; then what SageMaker does with a version:
it unpacks model.tar.gz into /opt/ml/model and starts the image with `serve`. That a real endpoint starts only an
account shows.
"""

import json
import logging
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import boto3
from gateway import Function
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
REGION, BUCKET, REPOSITORY = "eu-west-1", "hearth-foundation-dvc-111122223333-eu-west-1", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hearth"
DIGEST = f"sha256:{'a' * 64}"


class Account:
    def __init__(self, endpoint):
        self.settings = {"region_name": REGION, "endpoint_url": endpoint, "aws_access_key_id": "AKIAPERSON", "aws_secret_access_key": "secret"}
        self.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        outputs = {"RepositoryUri": REPOSITORY, "DvcRemote": f"s3://{BUCKET}/dvc"}
        template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        self.client("cloudformation").create_stack(StackName="hearth-foundation", TemplateBody=json.dumps(template))

    def client(self, service):
        return boto3.client(service, **self.settings)


def tree(folder):
    """A copy of what the script reads, so that the test writes nothing here."""
    listed = subprocess.run(["git", "ls-files", "scripts", "cdk"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listed.split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
        (folder / name).chmod(0o755)
    # The tests' own config.ts: the assertions know its endpoints.
    example = (ROOT / "cdk/test/example.ts").read_text(encoding="utf-8")
    (folder / "cdk/config.ts").write_text(example.replace("'../src/", "'./src/"), encoding="utf-8")
    (folder / "cdk/node_modules").symlink_to(ROOT / "cdk/node_modules")
    (folder / "build").mkdir()
    (folder / "build/release.json").write_text(json.dumps({"messages": {"digest": DIGEST, "version": "c73cf5a36097", "bytes": 1}}), encoding="utf-8")


def register(folder, endpoint, *arguments, fails=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = kept | {
        "PATH": f"{folder / 'bin'}:{kept['PATH']}", "HOME": str(folder), "HEARTH": str(BUILT / "hearth"), "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAPERSON", "AWS_SECRET_ACCESS_KEY": "secret",
    }
    done = subprocess.run(["scripts/register.sh", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (fails is None), (arguments, done.stdout, done.stderr)
    assert fails is None or fails in done.stderr, done.stderr
    return done.stdout


def served(folder, archive, environment):
    """The answer of what SageMaker would start."""
    model = folder / "opt/ml/model"
    model.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["model.hearth"], tar.getnames()
        tar.extractall(model, filter="data")
    assert environment == {"MODEL_PATH": "/opt/ml/model/model.hearth"}, environment
    function = Function(BUILT / "function", str(folder) + environment["MODEL_PATH"], "serve")
    try:
        assert function.ask("GET", "/ping")[0] == 200
        status, answer = function.ask("POST", "/invocations", b"where is my parcel\n", "text/csv")
        assert status == 200, answer
        return answer.decode()
    finally:
        function.stop()


def main():
    start = time.monotonic()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        account = Account(endpoint)
        tree(folder)
        (folder / "bin").mkdir()
        (folder / "bin/aws").symlink_to(ROOT / ".venv/bin/aws")
        try:
            register(folder, endpoint, fails="model.hearth is not there: make train, or hearth pull")
            subprocess.run([BUILT / "hearth", "train", "--quiet", "--out", folder / "model.hearth"], cwd=ROOT, check=True)
            register(folder, endpoint, "other", fails="cdk/config.ts has no endpoint other")
            said = register(folder, endpoint)
            assert re.fullmatch(r"messages [0-9a-f]{12} is registered, and waits for an approval: arn:aws:sagemaker:\S+:model-package/hearth-messages/1\n", said), said
            first = (folder / "build/model.tar.gz").read_bytes()
            # Again, from a model file that was touched: another version of the package, with the same bytes.
            (folder / "model.hearth").touch()
            assert register(folder, endpoint, "messages", "model.hearth").endswith("/hearth-messages/2\n")
            assert (folder / "build/model.tar.gz").read_bytes() == first
            package = account.client("sagemaker").describe_model_package(ModelPackageName=said.split()[-1])
            assert package["ModelApprovalStatus"] == "PendingManualApproval", package
            (container,) = package["InferenceSpecification"]["Containers"]
            assert container["Image"] == f"{REPOSITORY}@{DIGEST}", container
            assert all(".c7g." in one or "6g." in one for one in package["InferenceSpecification"]["SupportedRealtimeInferenceInstanceTypes"]), package
            figures = package["CustomerMetadataProperties"]
            assert figures["version"] == said.split()[1] and 0.9 < float(figures["accuracy"]) <= 1, figures
            bucket, key = container["ModelDataUrl"].removeprefix("s3://").split("/", 1)
            account.client("s3").download_file(bucket, key, str(folder / "downloaded.tar.gz"))
            answer = served(folder, folder / "downloaded.tar.gz", container["Environment"])
            assert answer.strip(), answer
            (folder / "build/release.json").write_text("{}", encoding="utf-8")
            register(folder, endpoint, fails="build/release.json has no image for messages")
            (folder / "build/release.json").unlink()
            register(folder, endpoint, fails="make release builds the image that serves the model")
        except AssertionError as error:
            sys.exit(f"register: {error}")
        finally:
            server.stop()
    print(f"register: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
