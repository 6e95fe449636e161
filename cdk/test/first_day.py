"""docs/deploy.md from top to bottom, on an account that has nothing and a laptop that is only logged in.

Each indented line of the page is run as it stands, in its order; what the page says in words between them is
done by whole_page(). Then three more days: one that begins with what a failed first try left, one on which a canary
is taken back, and one on which all is taken down and made again. Arguments name some of DAYS.
"""

import re
import sys

from day import day, deploy, log, put_images, remote, runs, status
from iam import Evaluator
from page import commands

LINE = '{"level":"ERROR","message":"a problem"}'


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
            with laptop.follow(command) as says:
                log(account, "/hearth/prod/messages/function", LINE)
                says(LINE)
        else:
            laptop.run(shell + command, **by_hand(laptop, command))
        shell = ""
    assert seen > 15, f"{seen} commands: the page is written otherwise than this test reads it"
    assert not account.stacks.stacks, list(account.stacks.stacks)


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


DAYS = {"page": whole_page, "second-try": second_try, "canary": canary_taken_back, "again": once_more}


def main(*wanted):
    with Evaluator() as iam:
        for name, story in DAYS.items():
            if not wanted or name in wanted:
                with day(iam, f"first day: {name}") as (laptop, account):
                    story(laptop, account)


if __name__ == "__main__":
    main(*sys.argv[1:])
