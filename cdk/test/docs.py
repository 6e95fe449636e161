"""Every command of docs/deploy.md is run by a test: here it is said which, and checked.

A make target counts as run where a test runs the script behind it, under that script's name.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run by CI, as they stand.
CI = ("test-cdk", "lint-cdk")
# What runs the commands that are no make targets, as they stand, by how they begin.
AS_THEY_STAND = {"aws ": "cdk/test/local.py", "curl ": "cdk/test/smoke.py", "eval ": "cdk/test/smoke.py"}
# Targets without a script, and the line of a test that does the same.
SAME = {
    "train": ("cdk/test/smoke.py", '"train"'),
    "repro": ("cdk/test/author.py", '"dvc", "repro"'),
    "setup": ("cdk/test/author.py", "scripts/remote.sh"),
    "push": ("cdk/test/author.py", '"hearth", "push"'),
}


def commands(start=""):
    """The indented lines of docs/deploy.md, without comments, that begin so."""
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^    (\S.*?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [line for line in lines if line.startswith(start)]


def reads(path):
    return (ROOT / path).read_text(encoding="utf-8")


def run_by(command):
    """The test that runs it; None where there is none."""
    for start, test in AS_THEY_STAND.items():
        if command.startswith(start):
            return test if f'commands("{start}")' in reads(test) else None
    target = re.match(r"make ([a-z-]+)", command)
    if target is None:
        return None
    target = target[1]
    if target in CI:
        return "make test" if f"$(MAKE) {target}" in reads("Makefile") or f" {target}\n" in reads("Makefile") else None
    if target in SAME:
        test, line = SAME[target]
        return test if line in reads(test) else None
    recipe = re.search(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", reads("Makefile"), re.MULTILINE)
    scripts = re.findall(r"scripts/([a-z-]+\.sh)", recipe[1]) if recipe else []
    tests = ("cdk/test/local.py", "cdk/test/author.py", "cdk/test/smoke.py", "cdk/test/release.py")
    # Of two scripts the last is the one that the target is for.
    return next((test for test in tests if scripts and scripts[-1] in reads(test)), None)


def main():
    found = commands()
    assert len(found) > 15, found
    missed = [command for command in found if run_by(command) is None]
    if missed:
        sys.exit("docs/deploy.md has commands that no test runs:\n  " + "\n  ".join(missed))
    print(f"docs: each of the {len(found)} commands of docs/deploy.md is run by a test")


if __name__ == "__main__":
    main()
