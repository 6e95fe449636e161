"""From training to a rollback, by the scripts that the workflows run: `make release-test`.

An author trains, pushes the model to S3 and commits; a fresh clone pulls it, builds the image, asks
it, pushes it to a registry and deploys its digest; the same once more with another model, by its
stage; then a rollback. All on loopback: the recorder is AWS, Debian's docker-registry is ECR.
scripts/release-test.sh says where that is, and gives the builder's arguments.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from account import Account
from day import output, remote, runs
from iam import Evaluator
from laptop import Laptop, Stopped
from recorder import Recorder
from registry import manifest_of, registry, trusting

ENGINE = os.environ["BUILDER"]
HEARTH = Path(os.environ["HEARTH"]).resolve()
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


def machine(recorder, folder, settings, origin=None):
    """A laptop with a real image builder."""
    folder.mkdir()
    laptop = Laptop(recorder, folder, origin, stand_ins=("aws",))
    laptop.environment |= settings | {"PATH": f"{HEARTH.parent}{os.pathsep}{laptop.environment['PATH']}"}
    return laptop


def foundation(author, account, address):
    """Deploys the foundation. Images go to the registry on loopback; the recorder's ECR has their manifests only."""
    author.run("scripts/deploy.sh foundation")
    account.stacks.find("hearth-foundation").template.outputs["RepositoryUri"] = f"{address}/hearth"
    remote(author, account)
    if platform.machine() == "x86_64":
        author.edit("cdk/config.ts", "memoryMiB: 512,", "memoryMiB: 512,\n    architecture: 'x86_64',")


def publish(author, message):
    """What train.yml runs while dvc.lock is not committed, and what its author does then."""
    author.run("dvc repro && hearth push")
    author.run("scripts/locked.sh", fails="commit dvc.lock, metrics.json and plots/")
    author.run(f"git add --all && git commit --quiet --message '{message}'")


def check(clone):
    """What train.yml runs once it is: nothing is trained again."""
    clone.run("hearth pull")
    assert "up to date" in (said := clone.run("dvc repro")), said
    clone.run("scripts/locked.sh")
    assert "The same bytes as before." in (said := clone.run("scripts/report.sh HEAD")), said
    clone.run("rm model.hearth")


def release_image(clone, account, address, arguments):
    """Builds, asks and pushes; gives the release."""
    start = time.monotonic()
    said = clone.run(" ".join(["scripts/release.sh", *arguments]), timeout=BUILD_SECONDS)
    asked = re.search(r'smoke: http://127\.0\.0\.1:\d+ answers .*"version":"(\w+)"', said)
    release = json.loads((clone.tree / "build/release.json").read_text(encoding="utf-8"))["messages"]
    assert asked and asked[1] == release["version"], f"the image was not asked before it was pushed:\n{said}"
    text = manifest_of(address, release["digest"])
    account.client("ecr").put_image(repositoryName="hearth", imageManifest=text, imageDigest=release["digest"], imageTag=release["version"])
    say(f"{release['version']} pulled, built, asked, and pushed as {release['digest'][:19]}, in {time.monotonic() - start:.0f} s")
    return release


def engine(clone, *arguments, text="", check=True):
    return subprocess.run([ENGINE, *arguments], env=clone.environment, input=text, check=check, capture_output=True, text=True).stdout


def file_of(clone, image, path):
    """A file of an image, which need not run for it."""
    name = engine(clone, "create", image).strip()
    copy = clone.tree / "build/copy"
    try:
        engine(clone, "cp", f"{name}:/{path}", str(copy))
    finally:
        engine(clone, "rm", "--force", name)
    return copy.read_bytes()


def forget(clone, address):
    images = set(engine(clone, "images", "--quiet", f"{address}/hearth", check=False).split())
    engine(clone, "rmi", "--force", *images, check=False)


def story(author, account, address, arguments, clone_of):
    foundation(author, account, address)
    publish(author, "a model")
    clone = clone_of(author.tree)
    check(clone)
    first = release_image(clone, account, address, arguments)
    clone.run("scripts/deploy.sh dev")
    assert runs(account, "dev") == first["digest"]

    # Another model, which an endpoint has by its stage: what lies in the clone is the first one, which
    # keeps a tenth of the requests, by its commit.
    old = (author.tree / "model.hearth").read_bytes()
    commit = author.run("git rev-parse HEAD").strip()
    author.edit("params.yaml", "seed: 0", "seed: 1")
    author.edit("cdk/config.ts", "model: 'model.hearth',", VARIANTS.replace("COMMIT", commit))
    publish(author, "another model")
    report = author.run("scripts/report.sh HEAD~1")
    assert "accuracy" in report and "The same bytes" not in report, report
    author.run("hearth tag model && hearth promote model prod")
    clone.run("git pull --quiet --tags")
    second = release_image(clone, account, address, arguments)
    assert second["digest"] != first["digest"] and second["version"] != first["version"], (first, second)
    clone.run("scripts/deploy.sh dev")
    assert runs(account, "dev") == second["digest"]
    (function,) = account.stacks.find("hearth-dev").template.of("AWS::Lambda::Function")
    told = function.properties["Environment"]["Variables"]
    assert told["HEARTH_VARIANTS"] == "new=/model.hearth:90,old=/variants/old.hearth:10", told
    assert file_of(clone, f"{address}/hearth@{second['digest']}", "variants/old.hearth") == old, "the variant is not the first model"
    assert second["bytes"] == len(old) + len((author.tree / "model.hearth").read_bytes()), second
    say("the image has both models, and the function is told who gets which")

    clone.run("scripts/rollback.sh dev")
    assert runs(account, "dev") == first["digest"] and json.loads(output(account, "dev", "Previous"))["messages"] == second
    # What answers now can only come from the registry.
    forget(clone, address)
    said = clone.run(f"scripts/image-smoke.sh {address}/hearth@{first['digest']}")
    assert f'"version":"{first["version"]}"' in said, said
    say(f"rolled back to {first['digest'][:19]}, which the registry has and which answers as {first['version']}")

    recipe = f"FROM {address}/hearth@{second['digest']}\nENV MODEL_PATH=/nothing.hearth\n"
    engine(clone, "build", "--tag", f"{address}/hearth:broken", "-", text=recipe)
    clone.run(f"scripts/image-smoke.sh {address}/hearth:broken", fails="GET /health answered 503")
    say("an image without its model is not pushed: its smoke test fails")


def main(arguments):
    with tempfile.TemporaryDirectory() as name, registry(Path(name)) as address, Evaluator() as iam, Recorder(Account(iam)) as recorder:
        folder = Path(name)
        # A container takes a moment to start.
        settings = trusting(address, folder) | {"HEARTH": str(HEARTH), "BUILDER": ENGINE, "SMOKE_PAUSE": "2"}
        author = machine(recorder, folder / "author", settings)
        try:
            story(author, recorder.account, address, arguments, lambda origin: machine(recorder, folder / "clone", settings, origin))
        except Stopped as stopped:
            sys.exit(str(stopped))
        finally:
            forget(author, address)
            engine(author, "logout", address, check=False)


if __name__ == "__main__":
    main(sys.argv[1:])
