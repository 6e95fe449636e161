"""make deploy, promote, rollback, url, logs and destroy, one after the other, and what each says to a mistake."""

import json

from day import day, deploy, log, output, put_images, release, runs
from iam import Evaluator

CAPTURE = "capture: { share: 1, keepDays: 30 },"
RESERVED = "concurrency: { reserved: 5 },"
# What is in a log; ONLY picks one of them.
LINES = {
    "problems": '{"level":"ERROR","message":"a problem"}',
    "captured": '{"captureData":{"endpointInput":{"data":"{\\"text\\":\\"ERROR\\"}"}}}',
    "metrics": '{"_aws":{"Timestamp":1}}',
}


def too_early(laptop):
    """Each script before what it needs is there, and a mistake in config.ts."""
    run = laptop.run
    laptop.edit("cdk/config.ts", "budgetDollars: 20", "budgetDollars: 0")
    run("make -s check", fails="an amount above 0 was expected")
    laptop.edit("cdk/config.ts", "budgetDollars: 0", "budgetDollars: 20")
    run("make -s deploy ENV=Dev", fails="name an environment of cdk/config.ts")
    run("make -s deploy ENV=dev", fails="build/release.json is not there: make release")
    run("make -s url ENV=dev", fails="hearth-dev is not deployed: make deploy ENV=dev")
    run("make -s promote FROM=dev ENV=prod", fails="hearth-dev is not deployed: make deploy ENV=dev")
    run("make -s destroy ENV=foundation", fails="the foundation holds every model")
    deploy(laptop, "dev", release("sha256:" + "a" * 64, "a"), fails="the foundation does not know dev yet")
    laptop.edit("cdk/config.ts", "account: '111122223333'", "account: '444455556666'")
    run("make -s deploy ENV=foundation", fails="these credentials are of the account 111122223333, and cdk/config.ts names 444455556666")
    laptop.edit("cdk/config.ts", "account: '444455556666'", "account: '111122223333'")


def back_and_forth(laptop, account):
    """A rollback goes to the release before, the same release again changes nothing of that, and twice is back."""
    first, second = put_images(account, "a", "b")
    # A wrong region on the command line is not the one that counts.
    laptop.environment |= {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    deploy(laptop, "dev", first)
    assert runs(account, "dev") in first and output(account, "dev", "Previous") == "{}"
    laptop.run("make -s rollback ENV=dev", fails="there is nothing to go back to")
    assert laptop.run("make -s url ENV=dev").startswith("https://"), "no address"
    deploy(laptop, "dev", second)
    assert runs(account, "dev") in second and output(account, "dev", "Previous") == first
    deploy(laptop, "dev", second)
    assert output(account, "dev", "Previous") == first, "the same release again is what a rollback would go back to"
    for running, before in ((first, second), (second, first)):
        laptop.run("make -s rollback ENV=dev")
        assert runs(account, "dev") in running and output(account, "dev", "Previous") == before
        assert json.loads(output(account, "dev", "Release")) == json.loads(running)


def logs(laptop, account):
    """logs.sh goes on until Ctrl-C: each line comes out of it once, also one that is written later."""
    group = "/hearth/dev/messages/function"
    with laptop.follow("make -s logs ENV=dev") as says:
        for line in ('{"level":"INFO","message":"a line"}', "a later line"):
            log(account, group, line)
            says(line)
    for only, wanted in LINES.items():
        with laptop.follow(f"make -s logs ENV=dev ONLY={only}") as says:
            for line in (*(line for line in LINES.values() if line != wanted), wanted):
                log(account, group, line)
            says(wanted)
    laptop.run("make -s logs ENV=dev ENDPOINT=nothing", fails="hearth-dev has no endpoint nothing")


def more_of_the_foundation(laptop, account):
    """An option that CloudFormation's role may not make yet, and one for which a new account is too small."""
    running = output(account, "dev", "Release")
    laptop.edit("cdk/config.ts", "auth: { kind: 'iam' },", f"auth: {{ kind: 'iam' }},\n    {CAPTURE}")
    deploy(laptop, "dev", running, fails="config.ts asks in dev for what the foundation does not allow yet (capture): make deploy ENV=foundation")
    laptop.run("make -s deploy ENV=foundation")
    deploy(laptop, "dev", running)
    laptop.edit("cdk/config.ts", CAPTURE, RESERVED)
    deploy(laptop, "dev", running, fails="concurrency.reserved of dev makes 5, and this account lets 10 run at once, of which 100 must stay free")


def main():
    with Evaluator() as iam, day(iam, "the scripts") as (laptop, account):
        too_early(laptop)
        laptop.run("make -s deploy ENV=foundation")
        back_and_forth(laptop, account)
        logs(laptop, account)
        more_of_the_foundation(laptop, account)
        laptop.run("make -s destroy ENV=dev")
        laptop.run("make -s url ENV=dev", fails="hearth-dev is not deployed")


if __name__ == "__main__":
    main()
