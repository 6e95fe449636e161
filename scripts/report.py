"""Two models side by side, as Markdown for a pull request: report.py BEFORE.json AFTER.json CONFUSION.csv.

The first two are the output of `hearth inspect --json`, and BEFORE may be null; the third is of
`hearth train --plots`, of the model after.
"""

import csv
import json
import sys
from collections import Counter

FIGURES = ("accuracy", "macro_f1", "log_loss")
# GitHub shows a table of some twenty columns without scrolling.
MOST_LABELS = 20


def change(before, after, digits=4):
    if before is None or round(before - after, digits) == 0:
        return "same" if before is not None else ""
    return f"{after - before:+.{digits}f}"


def table(header, rows):
    yield "| " + " | ".join(header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""


def figures(before, after):
    old = before["metrics"] if before else {}
    for name in FIGURES:
        value = after["metrics"][name]
        yield name, "" if name not in old else f"{old[name]:.4f}", f"{value:.4f}", change(old.get(name), value)
    size = before["bytes"] if before else None
    yield "bytes", "" if size is None else size, after["bytes"], change(size, after["bytes"], 0)


def classes(before, after):
    old = {row["label"]: row for row in before["metrics"]["per_class"]} if before else {}
    for row in after["metrics"]["per_class"]:
        was = old.get(row["label"], {}).get("f1")
        scores = (f"{row[key]:.4f}" for key in ("precision", "recall", "f1"))
        yield row["label"], row["support"], *scores, change(was, row["f1"])


def confusion(path):
    """Rows are what was right, columns what was answered: from a table with a line for each row tried."""
    with open(path, encoding="utf-8", newline="") as file:
        count = Counter((row["actual"], row["predicted"]) for row in csv.DictReader(file))
    labels = sorted({label for pair in count for label in pair})
    if len(labels) > MOST_LABELS:
        yield f"The confusion of {len(labels)} labels is too wide for a comment: `dvc plots diff` draws it."
        yield ""
        return
    header = ["right \\ answered", *labels]
    yield from table(header, ([label, *(count[label, other] or "" for other in labels)] for label in labels))


def main(before_path, after_path, confusion_path):
    with open(before_path, encoding="utf-8") as file:
        before = json.load(file)
    with open(after_path, encoding="utf-8") as file:
        after = json.load(file)
    same = before is not None and before["sha256"] == after["sha256"]
    lines = [f"## Model {after['name']} {after['version']}", ""]
    if same:
        lines += ["The same bytes as before.", ""]
    lines += table(["", "before", "after", "change"], figures(before, after))
    lines += table(["label", "rows", "precision", "recall", "F1", "change"], classes(before, after))
    lines += confusion(confusion_path)
    print("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
