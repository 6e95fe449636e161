#!/usr/bin/env python3
"""Imports models of several versions of the libraries, and writes the comparison into docs/import.md.

    import-zoo.py

Each folder with a requirements.txt in import/tests gets an environment of its own in build/. `zoo.py` trains
the models there, and the test `zoo` compares their answers with those of the imported models.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ROOT / "import/tests"
PAGE = ROOT / "docs/import.md"
HEADER = "| library | models | rows | mismatches |\n|---|--:|--:|--:|\n"


def python(requirements):
    """An interpreter with the packages, or None if they are not for this system."""
    # The newest are those of `make import-tools`.
    is_newest = requirements.parent == TESTS
    folder = ROOT / (".venv-import" if is_newest else f"build/venv-zoo-{requirements.parent.name}")
    interpreter, installed = folder / "bin/python", folder / "installed"
    if installed.exists() and installed.stat().st_mtime >= requirements.stat().st_mtime:
        return interpreter
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    print(f"import-zoo: installing {requirements.relative_to(ROOT)}", file=sys.stderr)
    install = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if subprocess.run([*install, "--require-hashes", "-r", requirements]).returncode:
        print(f"import-zoo: {requirements.relative_to(ROOT)} is not for this system", file=sys.stderr)
        return None
    installed.touch()
    return interpreter


def compare(interpreter, requirements, library):
    """A line of the table."""
    folder = ROOT / "build" / f"zoo-{requirements.parent.name}" / library
    script = [interpreter, "-W", "ignore", TESTS / "zoo.py", folder, "full", library]
    subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
    test = ["cargo", "test", "--quiet", "--package", "import", "--test", "zoo", library, "--", "--nocapture"]
    done = subprocess.run(test, cwd=ROOT, env={**os.environ, "IMPORT_ZOO": str(folder)}, stdout=subprocess.PIPE, text=True)
    found = re.search(r"zoo: (.*): (\d+) models, (\d+) rows, (\d+) mismatches", done.stdout)
    if not found:
        sys.exit(f"import-zoo: the test of {library} ended without a result\n{done.stdout}")
    name, models, rows, mismatches = found.groups()
    print(f"{name}: {models} models, {rows} rows, {mismatches} mismatches")
    return f"| {name} | {models} | {int(rows):,} | {mismatches} |\n", int(mismatches)


def main():
    lines, mismatches = [], 0
    for requirements in sorted(TESTS.glob("versions/*/requirements.txt"), reverse=True) + [TESTS / "requirements.txt"]:
        interpreter = python(requirements)
        for library in ("lightgbm", "xgboost") if interpreter else ():
            line, more = compare(interpreter, requirements, library)
            lines.append(line)
            mismatches += more
    text = PAGE.read_text()
    start = text.index(HEADER) + len(HEADER)
    end = re.compile(r"^(?!\|)", re.MULTILINE).search(text, start).start()
    PAGE.write_text(text[:start] + "".join(sorted(lines)) + text[end:])
    sys.exit(mismatches > 0)


if __name__ == "__main__":
    main()
