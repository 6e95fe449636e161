"""The commands of docs/deploy.md and docs/runbook.md, for the tests that run them as they stand."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def commands(start="", page="deploy.md"):
    """The indented lines, without comments, that begin so."""
    text = (DOCS / page).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^    (\S.*?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [line for line in lines if line.startswith(start)]
