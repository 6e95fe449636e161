"""`make smoke` for each kind of auth, door and machine: as a person whose region and key are in ~/.aws, and as the
role that a workflow takes on; on a function that serves, and on one without its model.

The templates with every option stand deployed in the recorder; nothing of CDK runs.
"""

import sys
import tempfile
from pathlib import Path

import assembly
from account import Account
from day import serve
from gateway import Function, Gateway
from iam import Evaluator, Principal
from laptop import BUILT, Laptop, Stopped
from recorder import Recorder, printed
from stacks import Stack
from template import ACCOUNT, REGION, Template


def standing(account):
    """Foundation and environment, as if deployed."""
    for name, environment in (("hearth-foundation", "foundation"), ("hearth-every", "every")):
        stack = Stack(name, "CREATE_COMPLETE", template=Template(assembly.template(environment), name), body="{}")
        stack.id = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/0"
        account.stacks.stacks[name] = stack
        for resource in stack.template.resources.values():
            if resource.is_named:
                account.existing[resource.type, resource.name] = name
    return account.stacks.stacks["hearth-every"].template


def as_role(account, name):
    """The variables that configure-aws-credentials sets."""
    role = account.roles[name]
    account.sessions["ASIAROLE"] = Principal(role.arn, role.policies, role.boundary, role.trust)
    return {"AWS_ACCESS_KEY_ID": "ASIAROLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token-of-ASIAROLE", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}


def story(laptop, account, broken):
    template = standing(account)
    endpoints = {key: value.split()[0] for key, value in template.outputs.items() if key.startswith("Smoke")}
    assert len(endpoints) == 6, endpoints
    who = {"a person with keys": {}, "the deploy role": as_role(account, "hearth-foundation-deploy-every")}
    for name, settings in who.items():
        said = laptop.run("make -s smoke ENV=every", **settings)
        silent = [endpoint for endpoint in endpoints.values() if f"smoke: {endpoint} " not in said]
        assert not silent, f"{name}: the smoke test says nothing of {silent}:\n{said}"
        for endpoint, status in (("token", 401), ("key", 403)):
            assert f"smoke: {endpoint} refuses" in said, f"{endpoint} was not asked without a token, which {status} answers:\n{said}"
    serve(account, broken)
    # One at a time: the first that fails would hide the others.
    outputs = template.outputs
    for key, endpoint in endpoints.items():
        template.outputs = {name: value for name, value in outputs.items() if not name.startswith("Smoke") or name == key}
        if endpoint == "task":
            # Nobody outside of its networks can tell: ECS asks each task for its health.
            continue
        try:
            laptop.run("make -s smoke ENV=every", fails="503")
        except Stopped as stopped:
            raise AssertionError(f"{endpoint} has no model, and the smoke test passed or said something else: {stopped}") from None
    return len(endpoints)


def main():
    with tempfile.TemporaryDirectory() as name, Evaluator() as iam, Recorder(Account(iam)) as recorder:
        folder, account = Path(name), recorder.account
        laptop = Laptop(recorder, folder)
        laptop.run(f"{BUILT}/hearth train --quiet --out {folder}/served.hearth")
        function, broken = Function(BUILT / "function", folder / "served.hearth"), Function(BUILT / "function", folder / "nothing.hearth")
        try:
            account.gateway = Gateway(account, function, folder)
            serve(account, function)
            laptop.environment |= account.gateway.settings
            count = story(laptop, account, broken)
        except (Stopped, AssertionError) as error:
            sys.exit(f"doors: {error}\nThe last calls:\n{printed(recorder.calls[-8:])}")
        finally:
            function.stop()
            broken.stop()
    print(f"doors: the smoke test asks {count} endpoints, of each auth, as a person and as the deploy role, and notices where there is no model")


if __name__ == "__main__":
    main()
