"""Somebody's machine on the first day: a clone of this tree, an AWS command line that is logged in, and docker.

Region and key are in ~/.aws and not in the environment, as `aws configure` leaves them. docker and cargo are
stand-ins (bin/): images go into the recorder's ECR without layers, and what cargo would build is there.
"""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
NOBODY = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"} | {
    f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
}
CARGO = """#!/usr/bin/env bash
# cargo build, and cargo run -p hearth: what they would build is built.
mkdir -p target/release target/debug
for program in hearth function batch; do ln -sf "BUILT/$program" target/release/; ln -sf "BUILT/$program" target/debug/; done
[ "$1" = build ] && exit 0
while [ "$1" != -- ]; do shift; done
shift
exec BUILT/hearth "$@"
"""


# Version 2 of the AWS CLI has what version 1, from PyPI, has not: the credentials that it would use, as variables.
AWS = """#!/usr/bin/env bash
if [ "$1 $2" != "configure export-credentials" ]; then exec ROOT/.venv/bin/aws "$@"; fi
exec ROOT/.venv/bin/python - <<'PY'
import botocore.session
found = botocore.session.get_session().get_credentials()
for name, value in (("ACCESS_KEY_ID", found.access_key), ("SECRET_ACCESS_KEY", found.secret_key), ("SESSION_TOKEN", found.token)):
    if value:
        print(f"export AWS_{name}={value}")
PY
"""


class Laptop:
    """Runs commands in a clone, as a person or a workflow does, against the recorder."""

    def __init__(self, recorder, folder, origin=None, stand_ins=("cargo", "aws", "docker")):
        self.folder, self.recorder, self.tree = folder, recorder, folder / "hearth"
        home, programs = folder / "home", folder / "bin"
        (home / ".aws").mkdir(parents=True)
        programs.mkdir()
        (home / ".aws/config").write_text("[default]\nregion = eu-west-1\ncli_read_timeout = 0\n", encoding="utf-8")
        (home / ".aws/credentials").write_text("[default]\naws_access_key_id = AKIAPERSON\naws_secret_access_key = secret\n", encoding="utf-8")
        texts = {
            "cargo": CARGO.replace("BUILT", str(BUILT)), "aws": AWS.replace("ROOT", str(ROOT)),
            "docker": f"#!/bin/sh\nexec {sys.executable} {ROOT / 'cdk/test/images.py'} {folder / 'images.json'} \"$@\"\n",
        }
        for name in stand_ins:
            (programs / name).write_text(texts[name], encoding="utf-8")
            (programs / name).chmod(0o755)
        # Nor what `make test-cdk` tells a make inside of it, which would then say each folder that it enters.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GIT_", "CDK_", "MAKE", "MFLAGS"))}
        path = [programs, ROOT / ".venv/bin", ROOT / ".venv-dvc/bin", kept["PATH"]]
        self.environment = kept | NOBODY | {
            "HOME": str(home), "PATH": os.pathsep.join(map(str, path)), "AWS_ENDPOINT_URL": recorder.url, "AWS_EC2_METADATA_DISABLED": "true",
            # `npm test` has held the same templates to the rules; a smoke test need not wait for addresses here.
            "CDK_VALIDATION": "false", "CDK_DISABLE_VERSION_CHECK": "true", "CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_NOTICES": "false", "SMOKE_PAUSE": "0.1", "DVC_NO_ANALYTICS": "1", "BUILDER": "docker",
        }
        if origin is None:
            self.copy()
        else:
            self.run(f"git clone --quiet {origin} {self.tree}", folder=folder)
        self.install()

    def copy(self):
        """This tree, with what is not yet committed, as a repository of its own."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.tree / name)
        # The tests' own config.ts: the rehearsals know its account and endpoints.
        example = (ROOT / "cdk/test/example.ts").read_text(encoding="utf-8")
        (self.tree / "cdk/config.ts").write_text(example.replace("'../src/", "'./src/"), encoding="utf-8")
        self.run("git init --quiet --initial-branch main && git add --all && git commit --quiet --message 'a fresh start'")

    def install(self):
        """What `make setup setup-cdk dvc-tools` would install, from this tree."""
        # As links they are no folders, which .gitignore has them for.
        with open(self.tree / ".git/info/exclude", "a", encoding="utf-8") as file:
            file.write("cdk/node_modules\n.venv\n.venv-dvc\n")
        (self.tree / "cdk/node_modules").symlink_to(ROOT / "cdk/node_modules")
        # Older than what is installed, as make compares them.
        for name in ("requirements.txt", "cdk/requirements.txt", "cdk/package-lock.json", "tests/requirements.txt"):
            os.utime(self.tree / name, (0, 0))
        for name in (".venv", ".venv-dvc"):
            if (ROOT / name).exists():
                (self.tree / name).symlink_to(ROOT / name)

    def run(self, command, fails=None, folder=None, timeout=1200, **settings):
        done = subprocess.run(["bash", "-c", command], cwd=folder or self.tree, env=self.environment | settings, text=True, capture_output=True, timeout=timeout, check=False)
        said = done.stdout + done.stderr
        if (done.returncode != 0) != (fails is not None) or (fails or "") not in said:
            raise Stopped(f"{command} ended with {done.returncode}; {fails or 'success'!r} was expected:\n{said[-4000:]}")
        return said

    @contextmanager
    def follow(self, command):
        """Starts a command that runs until Ctrl-C, and gives a function that checks the end of its next line."""
        # Tests that run in the background of a shell ignore Ctrl-C, and so would what they start.
        hear = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        with subprocess.Popen(["bash", "-c", command], cwd=self.tree, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=hear) as process:
            def says(line):
                said = process.stdout.readline()
                if not said.endswith(f" {line}\n"):
                    raise Stopped(f"{command} said {said!r}, and {line!r} was expected")
            try:
                yield says
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGINT)

    def edit(self, name, old, new):
        text = (self.tree / name).read_text(encoding="utf-8")
        if old not in text:
            raise Stopped(f"{name} no longer has {old!r}")
        (self.tree / name).write_text(text.replace(old, new), encoding="utf-8")


class Stopped(Exception):
    """A command that did not end as its reader expects."""
