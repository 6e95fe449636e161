#!/usr/bin/env python3
"""Writes the hashes of pinned packages into requirements files, under their pins: make hashes.

pip installs a package only if its file has one of these, so that nobody can put another one under a
pinned version. They are of every file of a version, for all systems. Comments stay where they are.
"""

import pathlib
import subprocess
import sys


def pins(text):
    """The lines of a requirements file without its hashes."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--hash=")]
    return [line.rstrip(" \\") for line in lines]


def hashes(lines):
    """The hashes of each pin, as PyPI has them now."""
    # Python's oldest version that all of these packages are for.
    command = ["uv", "pip", "compile", "--no-deps", "--universal", "--generate-hashes", "--python-version", "3.11"]
    command += ["--quiet", "--no-annotate", "--no-header", "-"]
    compiled = subprocess.run(command, input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=True).stdout
    found, pin = {}, None
    for line in compiled.splitlines():
        line = line.rstrip(" \\")
        if line.startswith("    --hash="):
            found[pin].append(line)
        elif line:
            pin = normal(line)
            found[pin] = []
    return found


def normal(pin):
    """A pin with the name as package indices compare it."""
    return pin.strip().lower().replace("_", "-").replace(".", "-")


def main():
    for path in map(pathlib.Path, sys.argv[1:]):
        lines = pins(path.read_text(encoding="utf-8"))
        found = hashes(lines)
        written = []
        for line in lines:
            if "==" not in line or line.startswith("#"):
                written.append(line)
                continue
            of_pin = found[normal(line)]
            written += [" \\\n".join([line, *of_pin])]
        path.write_text("\n".join(written) + "\n", encoding="utf-8")
        print(f"{path}: {len(found)} packages")


main()
