"""Who changes the model: this tree as a repository of its own, with DVC in it."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from local import ROOT

HEARTH = Path(os.environ["HEARTH"]).resolve()
# Without the account: scripts/remote.sh passes over what tests deployed.
MODELS = "hearth-foundation-dvc-of-the-test"
# Git without the configuration of who runs this.
NOBODY = {"GIT_CONFIG_GLOBAL": "/dev/null"} | {
    f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} no longer has {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


class Author:
    """Who changes the model: this tree as a repository of its own, with DVC."""

    def __init__(self, folder, environment):
        self.folder = folder
        tools = f"{HEARTH.parent}{os.pathsep}{ROOT / '.venv-dvc/bin'}{os.pathsep}{environment['PATH']}"
        self.environment = environment | {"PATH": tools, "DVC_NO_ANALYTICS": "1"}
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            # What is deleted and not yet committed is listed, too.
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        self.run("git", "init", "--quiet", "--initial-branch", "main")
        # As make deploy ENV=foundation leaves it, for the remote that make setup writes.
        outputs = {"hearth-foundation": {"DvcRemote": f"s3://{MODELS}/dvc"}}
        (folder / "build").mkdir()
        (folder / "build/outputs-foundation.json").write_text(json.dumps(outputs), encoding="utf-8")
        self.run("scripts/remote.sh")
        if platform.machine() == "x86_64":
            edit(folder / "cdk/config.ts", "memoryMiB: 512,", "memoryMiB: 512,\n    architecture: 'x86_64',")

    def run(self, *command, fails=None, folder=None):
        done = subprocess.run(
            command, cwd=folder or self.folder, env=self.environment,
            text=True, capture_output=True, timeout=300, check=False,
        )
        said = done.stdout + done.stderr
        if (done.returncode != 0) != (fails is not None) or (fails or "") not in said:
            wanted = fails or "success"
            sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}; {wanted!r} was expected:\n{said}")
        return said

    def publish(self, message):
        """What train.yml runs while dvc.lock is not committed, and what its author does then."""
        self.run("dvc", "repro")
        self.run("hearth", "push")
        self.run("scripts/locked.sh", fails="commit dvc.lock, metrics.json and plots/")
        self.commit(message)

    def commit(self, message):
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)

    def check(self, folder):
        """What train.yml runs once it is: nothing is trained again."""
        self.run("git", "clone", "--quiet", self.folder, folder)
        self.run("hearth", "pull", folder=folder)
        said = self.run("dvc", "repro", folder=folder)
        assert "up to date" in said, said
        self.run("scripts/locked.sh", folder=folder)
        said = self.run("scripts/report.sh", "HEAD", folder=folder)
        assert "The same bytes as before." in said, said
