"""docs/deploy.md from top to bottom, on an account that has nothing and a laptop that is only logged in.

Each indented line of the page is run as it stands, in its order; what the page says in words between them is
done by BETWEEN. Then three more days: one that begins with what a failed first try left, one on which a canary
is taken back, and one on which all is taken down and made again.
"""

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
from docs import commands
from gateway import Function, Gateway
from iam import Evaluator
from images import manifest
from laptop import BUILT, Laptop, Stopped
from recorder import Recorder, printed

os.environ["MOTO_ACCOUNT_ID"] = "111122223333"
logging.getLogger("werkzeug").setLevel(logging.ERROR)
# These run the tests and the linters, of which this is one.
IN_CI = ("make test-cdk", "make lint-cdk")


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
        print(f"first day: {name}: {len(recorder.calls)} calls of AWS, {time.monotonic() - start:.0f} s", flush=True)


def serve(account, function):
    """Puts this function behind every alias and every address."""
    account.functions = function.invoke
    if account.gateway is not None:
        account.gateway.function = function


def put_images(account, *letters):
    """Images of releases that were built on another day, and the release of each."""
    for letter in letters:
        made = account.client("ecr").put_image(repositoryName="hearth", imageManifest=manifest(letter)[0], imageTag=letter)
        digest = made["image"]["imageId"]["imageDigest"]
        yield json.dumps({"messages": {"digest": digest, "version": letter, "bytes": 560_865}}, separators=(",", ":"))


def deploy(laptop, environment, release, fails=None):
    (laptop.folder / "release.json").write_text(release, encoding="utf-8")
    return laptop.run(f"scripts/deploy.sh {environment} {laptop.folder}/release.json", fails=fails)


def status(account, environment):
    return account.stacks.find(f"hearth-{environment}").status


def runs(account, environment):
    """The digest that an environment's function runs."""
    (code,) = [one.properties["Code"] for one in account.stacks.find(f"hearth-{environment}").template.of("AWS::Lambda::Function")]
    return code["ImageUri"].split("@")[1]


def whole_page(laptop, account):
    """Every command; before some of them what the page says in words."""
    def commit():
        laptop.run("git add --all && { git diff --cached --quiet || git commit --quiet --message 'as the page says'; }")

    def another_release():
        commit()
        laptop.run("make -s release && make -s deploy ENV=prod")

    between = {
        "make release": commit,
        "make repro": lambda: remote(laptop, account),
        # What a merge does: until then prod has run one release only.
        "make rollback": another_release,
    }
    seen, shell = 0, ""
    for command in commands():
        if command.startswith(IN_CI):
            continue
        seen += 1
        if command.startswith("make destroy ENV=prod"):
            laptop.run("make -s destroy ENV=prod", fails="hearth-prod is protected")
        if command.startswith("eval"):
            # Its variables are for the next line.
            shell = f"{command}; "
            continue
        for start, step in between.items():
            if command.startswith(start):
                step()
        if command.startswith("make logs"):
            # It goes on until Ctrl-C.
            laptop.run(f"timeout --signal=INT 15 {command} || [ $? = 124 ]")
        else:
            laptop.run(shell + command, **by_hand(laptop, command))
        shell = ""
    assert seen > 15, f"{seen} commands: the page is written otherwise than this test reads it"
    assert not account.stacks.stacks, list(account.stacks.stacks)


def remote(laptop, account):
    """`make setup` writes the bucket into .dvc/config, but not one of the account that is for tests."""
    outputs = account.stacks.find("hearth-foundation").template.outputs
    text = (laptop.tree / ".dvc/config").read_text(encoding="utf-8")
    (laptop.tree / ".dvc/config").write_text(re.sub(r"url = \S+", f"url = {outputs['DvcRemote']}", text), encoding="utf-8")


def by_hand(laptop, command):
    """The address that `make url` printed, for a command that names $URL."""
    if "$URL" not in command:
        return {}
    return {"URL": re.findall(r"https://\S+", laptop.run("make -s url ENV=dev"))[0]}


def second_try(laptop, account):
    """A first try that failed half way, of the foundation and of an environment; the next one goes through."""
    account.fails_once = {"AWS::Budgets::Budget"}
    laptop.run("make -s deploy ENV=foundation", fails="AWS::Budgets::Budget")
    laptop.run("make -s deploy ENV=foundation")
    (release,) = put_images(account, "a")
    for environment in ("dev", "prod"):
        account.fails_once = {"AWS::CodeDeploy::DeploymentGroup"}
        deploy(laptop, environment, release, fails="AWS::CodeDeploy::DeploymentGroup")
        deploy(laptop, environment, release)
        assert status(account, environment) == "CREATE_COMPLETE", status(account, environment)


def canary_taken_back(laptop, account):
    """An alarm during the canary takes a release back; the same release goes through once the alarm is over; and
    a rollback goes through while it fires."""
    laptop.run("make -s deploy ENV=foundation")
    first, second = put_images(account, "a", "b")
    deploy(laptop, "prod", first)
    account.during_canary = {"hearth-prod-messages-server-errors", "hearth-prod-messages-errors"}
    deploy(laptop, "prod", second, fails="not deployed")
    assert runs(account, "prod") in first and status(account, "prod") == "UPDATE_ROLLBACK_COMPLETE", status(account, "prod")
    account.firing.clear()
    deploy(laptop, "prod", second)
    assert runs(account, "prod") in second
    account.firing = {"hearth-prod-messages-errors", "hearth-prod-messages-latency"}
    laptop.run("make -s rollback ENV=prod")
    assert runs(account, "prod") in first, "the rollback did not go through"


def once_more(laptop, account):
    """Everything down and up again: what was kept is taken in again, and nothing is in the way."""
    laptop.run("make -s deploy ENV=foundation")
    (release,) = put_images(account, "a")
    deploy(laptop, "prod", release)
    laptop.run("make -s destroy ENV=prod UNPROTECT=prod")
    kept = [name for (kind, name), stack in account.existing.items() if stack is None and kind == "AWS::Logs::LogGroup"]
    assert kept, "prod's logs are gone with it"
    deploy(laptop, "prod", release)
    assert status(account, "prod") == "CREATE_COMPLETE"
    laptop.run("make -s destroy ENV=prod UNPROTECT=prod")
    for command in commands("aws "):
        laptop.run(command)
    laptop.run("make -s deploy ENV=foundation")
    assert status(account, "foundation") in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), status(account, "foundation")


DAYS = {"the page": whole_page, "a second try": second_try, "a canary taken back": canary_taken_back, "down and up again": once_more}


def main(*wanted):
    with Evaluator() as iam:
        for name, story in DAYS.items():
            if not wanted or name in wanted:
                with day(iam, name) as (laptop, account):
                    story(laptop, account)


if __name__ == "__main__":
    main(*sys.argv[1:])
