"""The workflows, run from a clone of a bare repository against the recorder: deploy, rollback and train.

A new repository on GitHub, a new account: the foundation is made by a person, and the rest by the roles that
the workflows take on. IAM is asked at each call of theirs.
"""

import sys
from contextlib import contextmanager

from account import trusted
from day import day, remote, runs, serve, status
from gateway import Function
from iam import Evaluator
from laptop import BUILT, Stopped
from template import ACCOUNT
from workflow import GitHub

# The two forms of a token's subject: github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens
OLD, NEW = "repo:example/hearth", "repo:example@1234567/hearth@7654321"
REFUSED = ("repo:example/hearth2", "repo:examples/hearth", "repo:example@1234567/hearth@7654322", "repo:example@7/hearth@7654321")
ROLES = {"train": "environment:training", "build": "ref:refs/heads/main", "deploy-dev": "environment:dev", "deploy-prod": "environment:prod"}


def prepared(laptop, account):
    """What sections 2 and 6 of docs/deploy.md have a person do: foundation, model and variables."""
    laptop.run("make -s deploy ENV=foundation")
    remote(laptop, account)
    laptop.run("make -s repro && make -s push && git add --all && git commit --quiet --message 'the first model'")
    bare = laptop.folder / "github.git"
    laptop.run(f"git clone --quiet --bare . {bare}")
    jobs = laptop.folder / "jobs"
    jobs.mkdir()
    role = "arn:aws:iam::{}:role/hearth-foundation-{}".format
    environments = {name: {"AWS_DEPLOY_ROLE": role(ACCOUNT, f"deploy-{name}")} for name in ("dev", "staging", "prod")}
    return GitHub(
        laptop.recorder, jobs, bare, {"AWS_REGION": "eu-west-1", "AWS_BUILD_ROLE": role(ACCOUNT, "build")},
        environments | {"training": {"AWS_TRAIN_ROLE": role(ACCOUNT, "train")}}, NEW,
        settings={name: laptop.environment[name] for name in ("CURL_HOME",)},
    )


def subjects(account):
    """Each role trusts its own subject in both forms, and no other repository, branch or environment."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"

    def may(role, subject):
        trust = account.roles[f"hearth-foundation-{role}"].trust
        claims = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": subject}
        return trusted(trust, "sts:AssumeRoleWithWebIdentity", {"Federated": provider}, claims)

    for role, own in ROLES.items():
        for where in {*ROLES.values(), "ref:refs/heads/other", "pull_request"}:
            for repository in (OLD, NEW, *REFUSED):
                wanted = where == own and repository in (OLD, NEW)
                assert may(role, f"{repository}:{where}") is wanted, f"{role} and {repository}:{where}: {not wanted}"


def results(github, name, wanted, **options):
    """Runs a workflow, whose jobs are to end so."""
    github.ran.clear()
    found = github.run(name, **options)
    if found != wanted:
        raise Stopped(f"{name} ended with {found}, and {wanted} was expected:\n" + "\n".join(str(one)[:3000] for one in github.ran[-8:]))


def pull_request(github, base, repository="example/hearth"):
    """What GitHub tells a workflow of a pull request from a branch of this repository, or of a fork."""
    github.event = {"pull_request": {"base": {"sha": base}, "head": {"repo": {"full_name": repository}}, "user": {"login": "somebody"}}}


@contextmanager
def no_model(laptop, account):
    """Meanwhile a function without its model is behind each address."""
    serving, broken = account.gateway.function, Function(BUILT / "function", laptop.folder / "nothing.hearth")
    try:
        serve(account, broken)
        yield
    finally:
        broken.stop()
        serve(account, serving)


def story(laptop, account):
    github = prepared(laptop, account)
    subjects(account)
    # The first release does not serve: nothing was there before, and nothing comes after.
    with no_model(laptop, account):
        results(github, "deploy.yml", {"release": "success", "dev": "failure", "staging": "skipped", "prod": "skipped"})
    assert any("there is nothing to go back to" in outcome for _, step, outcome in github.ran if step == "make rollback"), github.ran
    results(github, "deploy.yml", {"release": "success", "dev": "success", "staging": "success", "prod": "success"})
    first = runs(account, "prod")

    # Another model, which is merged; then one that does not serve: the smoke test takes dev back.
    before = laptop.run("git rev-parse HEAD").strip()
    laptop.edit("params.yaml", "seed: 0", "seed: 1")
    laptop.run(f"make -s repro && make -s push && git add --all && git commit --quiet --message 'another model' && git push --quiet {github.origin} main")
    results(github, "deploy.yml", {"release": "success", "dev": "success"}, only=("release", "dev"))
    second = runs(account, "dev")
    assert second != first, "the second release has the image of the first"
    with no_model(laptop, account):
        results(github, "environment.yml", {"deploy": "failure"}, inputs={"environment": "dev"})
    assert ("deploy dev", "make rollback", "success") in github.ran, github.ran
    assert runs(account, "dev") == first, "dev does not run what it ran before"
    results(github, "rollback.yml", {"rollback": "success"}, inputs={"environment": "dev"})
    assert runs(account, "dev") == second, "a rollback of a rollback is where it was"

    pull_request(github, before)
    results(github, "train.yml", {"train": "success", "repro": "success"}, only=("train", "repro"))
    assert b"| " in github.artifacts["report"]["report.md"], github.artifacts["report"]
    pull_request(github, before, "somebody/hearth")
    results(github, "train.yml", {"repro": "skipped"}, only=("repro",))
    assert status(account, "prod").endswith("_COMPLETE")


def main():
    with Evaluator() as iam, day(iam, "the workflows") as (laptop, account):
        story(laptop, account)
    print("workflows: deploy, rollback and train ran from clones, by the roles that they take on")


if __name__ == "__main__":
    sys.exit(main())
