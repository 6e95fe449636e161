"""The commands of docs/deploy.md, for the tests that run them as they stand."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/deploy.md"


def commands(start=""):
    """The indented lines, without comments, that begin so."""
    text = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^    (\S.*?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [line for line in lines if line.startswith(start)]
