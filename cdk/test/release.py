"""From training to a rollback, by the scripts that the workflows run: `make release-test`.

An author trains, pushes the model to S3 and commits; a fresh clone pulls it, builds the image, asks
it, pushes it to a registry and deploys its digest; the same once more with another model, by its
stage; then a rollback. All on loopback: moto is AWS, Debian's docker-registry is ECR. scripts/release-test.sh
says where both are, and gives the builder's arguments.
"""

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from author import HEARTH, MODELS, NOBODY, Author, edit
from local import ACCOUNT, ROOT, Deployment
from moto.server import ThreadedMotoServer
from registry import has, registry, trusting

ENGINE = os.environ["BUILDER"]
TEMPLATES = f"hearth-foundation-assets-{ACCOUNT}-eu-west-1"
# Long enough to compile, where no image test has run before.
BUILD_SECONDS = 2400


VARIANTS = """model: 'model.hearth',
    version: 'model#prod',
    variants: [
      { name: 'new', model: 'model.hearth', version: 'model#prod', weight: 90 },
      { name: 'old', model: 'model.hearth', version: 'COMMIT', weight: 10 },
    ],"""


def say(text):
    print(f"release: {text}", flush=True)


class Clone(Deployment):
    """Who releases: what deploy.yml and rollback.yml run, in a fresh clone."""

    def release_image(self, address, arguments):
        """Builds, asks and pushes; gives the release."""
        start = time.monotonic()
        said = self.run("release.sh", *arguments, timeout=BUILD_SECONDS)
        asked = re.search(r'smoke: http://127\.0\.0\.1:\d+ answers .*"version":"(\w+)"', said)
        release = json.loads((self.root / "build/release.json").read_text(encoding="utf-8"))["messages"]
        assert asked and asked[1] == release["version"], f"the image was not asked before it was pushed:\n{said}"
        assert has(address, release["digest"]), "the registry has no such manifest"
        seconds = time.monotonic() - start
        say(f"{release['version']} pulled, built, asked, and pushed as {release['digest'][:19]}, in {seconds:.0f} s")
        return release

    def runs(self, environment, digest):
        code = self.client("lambda").get_function(FunctionName=f"hearth-{environment}-messages")["Code"]
        assert code["ImageUri"].endswith(f"hearth@{digest}"), code["ImageUri"]


def foundation(clone, address):
    """The little of it that a deployment asks for: the real one names AWS's registry, which moto does not serve."""
    for bucket in (MODELS, TEMPLATES):
        clone.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    clone.client("ecr").create_repository(repositoryName="hearth")
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"RepositoryUri": {"Value": f"{address}/hearth"}, "Grantsdev": {"Value": "basic"}},
    }
    clone.client("cloudformation").create_stack(StackName="hearth-foundation", TemplateBody=json.dumps(template))


def engine(clone, *arguments, text="", check=True):
    command = [ENGINE, *arguments]
    return subprocess.run(command, env=clone.environment, input=text, check=check, capture_output=True, text=True).stdout


def file_of(clone, image, path):
    """A file of an image, which need not run for it."""
    name = engine(clone, "create", image).strip()
    copy = clone.root / "build/copy"
    try:
        engine(clone, "cp", f"{name}:/{path}", str(copy))
    finally:
        engine(clone, "rm", "--force", name)
    return copy.read_bytes()


def forget(clone, address):
    images = set(engine(clone, "images", "--quiet", f"{address}/hearth", check=False).split())
    engine(clone, "rmi", "--force", *images, check=False)


def story(author, clone, address, arguments):
    foundation(clone, address)
    author.publish("a model")
    author.check(clone.root.with_name("checked"))
    author.run("git", "clone", "--quiet", author.folder, clone.root)
    (clone.root / "cdk/node_modules").symlink_to(ROOT / "cdk/node_modules")
    first = clone.release_image(address, arguments)
    clone.run("deploy.sh", "dev", "build/release.json")
    clone.runs("dev", first["digest"])

    # Another model, which an endpoint has by its stage: what lies in the clone is the first one, which
    # keeps a tenth of the requests, by its commit.
    old = (author.folder / "model.hearth").read_bytes()
    commit = author.run("git", "rev-parse", "HEAD").strip()
    edit(author.folder / "params.yaml", "seed: 0", "seed: 1")
    edit(author.folder / "cdk/config.ts", "model: 'model.hearth',", VARIANTS.replace("COMMIT", commit))
    author.publish("another model")
    report = author.run("scripts/report.sh", "HEAD~1")
    assert "accuracy" in report and "The same bytes" not in report, report
    author.run("hearth", "tag", "model")
    author.run("hearth", "promote", "model", "prod")
    author.run("git", "-C", str(clone.root), "pull", "--quiet", "--tags")
    second = clone.release_image(address, arguments)
    assert second["digest"] != first["digest"] and second["version"] != first["version"], (first, second)
    clone.run("deploy.sh", "dev", "build/release.json")
    clone.runs("dev", second["digest"])
    told = clone.client("lambda").get_function_configuration(FunctionName="hearth-dev-messages")["Environment"]["Variables"]
    assert told["HEARTH_VARIANTS"] == "new=/model.hearth:90,old=/variants/old.hearth:10", told
    assert file_of(clone, f"{address}/hearth@{second['digest']}", "variants/old.hearth") == old, "the variant is not the first model"
    assert second["bytes"] == len(old) + len((author.folder / "model.hearth").read_bytes()), second
    say("the image has both models, and the function is told who gets which")

    clone.run("rollback.sh", "dev")
    clone.runs("dev", first["digest"])
    # What answers now can only come from the registry.
    forget(clone, address)
    said = clone.run("image-smoke.sh", f"{address}/hearth@{first['digest']}")
    assert f'"version":"{first["version"]}"' in said, said
    say(f"rolled back to {first['digest'][:19]}, which the registry has and which answers as {first['version']}")

    recipe = f"FROM {address}/hearth@{second['digest']}\nENV MODEL_PATH=/nothing.hearth\n"
    engine(clone, "build", "--tag", f"{address}/hearth:broken", "-", text=recipe)
    clone.run("image-smoke.sh", f"{address}/hearth:broken", fails="GET /health answered 503")
    say("an image without its model is not pushed: its smoke test fails")


def main(arguments):
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as name, registry(Path(name)) as address:
            folder = Path(name)
            clone = Clone(server.get_host_and_port()[1], folder, folder / "clone")
            clone.environment |= NOBODY | trusting(address, folder) | {"HEARTH": str(HEARTH)}
            (folder / "author").mkdir()
            try:
                story(Author(folder / "author", clone.environment), clone, address, arguments)
            finally:
                forget(clone, address)
                engine(clone, "logout", address, check=False)
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
