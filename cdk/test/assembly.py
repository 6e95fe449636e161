"""The templates with every option in them, as the CDK app makes them now, for the tests in Python."""

import functools
import json
import os
import subprocess
import tempfile
from pathlib import Path

CDK = Path(__file__).resolve().parents[1]


@functools.cache
def folder():
    """Where they lie, as FOUNDATION.template.json and so on. It is removed when the program ends."""
    made = tempfile.TemporaryDirectory()
    # `npm test` holds the same templates to the rules.
    subprocess.run(["node", "--import", "tsx", "test/write.ts", made.name], cwd=CDK, check=True, env=os.environ | {"CDK_VALIDATION": "false"})
    return made


def templates():
    """The files of the templates."""
    return sorted(Path(folder().name).glob("*.template.json"))


def template(name):
    return json.loads((Path(folder().name) / f"{name}.template.json").read_text(encoding="utf-8"))
