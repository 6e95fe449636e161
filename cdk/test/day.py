"""One day of the rehearsals: an account of AWS, a laptop, and the function behind what is deployed."""

import json
import logging
import os
import re
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from account import Account
from gateway import Function, Gateway
from images import manifest
from laptop import BUILT, Laptop, Stopped
from recorder import Recorder, printed
from template import ACCOUNT

os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@contextmanager
def day(iam, name):
    """An empty account, with a gateway for what will be deployed, and a laptop."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Recorder(Account(iam)) as recorder:
        folder = Path(folder)
        laptop = Laptop(recorder, folder)
        laptop.run(f"{BUILT}/hearth train --quiet --out {folder}/served.hearth")
        function = Function(BUILT / "function", folder / "served.hearth")
        try:
            serve(recorder.account, function)
            recorder.account.gateway = Gateway(recorder.account, function, folder)
            laptop.environment |= recorder.account.gateway.settings
            yield laptop, recorder.account
        except (Stopped, AssertionError) as error:
            sys.exit(f"{name}: {error}\nThe last calls:\n{printed(recorder.calls[-12:])}")
        finally:
            function.stop()
        print(f"{name}: {len(recorder.calls)} calls of AWS, {time.monotonic() - start:.0f} s", flush=True)


def serve(account, function):
    """Puts this function behind every alias and every address."""
    account.functions = function.invoke
    if account.gateway is not None:
        account.gateway.function = function


def put_images(account, *letters):
    """Adds an image to the registry for each letter, and gives its release."""
    for letter in letters:
        made = account.client("ecr").put_image(repositoryName="hearth", imageManifest=manifest(letter)[0], imageTag=letter)
        yield release(made["image"]["imageId"]["imageDigest"], letter)


def release(digest, version):
    """The content of build/release.json."""
    return json.dumps({"messages": {"digest": digest, "version": version, "bytes": 560_865}}, separators=(",", ":"))


def deploy(laptop, environment, text, fails=None):
    """Deploys a release, given as the text of a release.json."""
    (laptop.folder / "release.json").write_text(text, encoding="utf-8")
    return laptop.run(f"scripts/deploy.sh {environment} {laptop.folder}/release.json", fails=fails)


def status(account, environment):
    return account.stacks.find(f"hearth-{environment}").status


def runs(account, environment):
    """The digest that an environment's function runs."""
    (code,) = [one.properties["Code"] for one in account.stacks.find(f"hearth-{environment}").template.of("AWS::Lambda::Function")]
    return code["ImageUri"].split("@")[1]


def output(account, environment, name):
    return account.stacks.find(f"hearth-{environment}").template.outputs[name]


def log(account, group, line):
    """Writes a line into a log group, as the function would."""
    client = account.client("logs")
    if not client.describe_log_streams(logGroupName=group)["logStreams"]:
        client.create_log_stream(logGroupName=group, logStreamName="a")
    client.put_log_events(logGroupName=group, logStreamName="a", logEvents=[{"timestamp": int(time.time() * 1000), "message": line}])


def remote(laptop, account):
    """`make setup` writes the bucket into .dvc/config, but not one of the account that is for tests."""
    path = laptop.tree / ".dvc/config"
    path.write_text(re.sub(r"url = \S+", f"url = {output(account, 'foundation', 'DvcRemote')}", path.read_text(encoding="utf-8")), encoding="utf-8")
