"""Accuracy of `hearth train` on public data sets, given only the target, beside the best figure of
scikit-learn with plain settings, which REFERENCE.md holds: accuracy.py DATA [HEARTH].

Prints a Markdown table. A set without its folder is skipped with a message.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import data_sets


def reference(path):
    """Of each task in the summary of REFERENCE.md: metric, best figure, its estimator, standard error."""
    lines = path.read_text(encoding="utf-8").split("\n## Summary\n", 1)[1].split("\n## ", 1)[0].splitlines()
    tables = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    header, _, *rows = tables
    found = {}
    for row in rows:
        of = dict(zip(header, row))
        figure, estimator = of["best of all"].split()
        found[of["task"]] = of["metric"], float(figure), estimator, float(of["se"] or "nan")
    return found


def main(data, hearth="target/release/hearth"):
    data_sets.skip_without(data, "accuracy")
    references = reference(Path(data) / "REFERENCE.md")
    print("| set | rows | metric | Hearth | chosen | scikit-learn's best | se | verdict | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    total, given, below = 0.0, {}, []
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for data_set in data_sets.SETS:
            name = data_set.name
            if not data_sets.is_there(data_set, data):
                print(f"skipped: {name}, which is not in {data}", file=sys.stderr)
                continue
            metric, best, by, error = references[name]
            (train, test), rows = data_sets.prepare(data_set, data, work)
            figures, model = work / "metrics.json", work / "model.hearth"
            command = [hearth, "train", "--quiet", "--data", train, "--test", test, "--target", data_set.target]
            command += ["--out", model, "--metrics", figures, *options(data_set, given)]
            printed, _, seconds, _, peak = data_sets.run(command)
            metrics = json.loads(figures.read_text())
            ours = metrics["r2" if metric == "R2" else metric]
            if metric == "R2":
                error = error_of_r2(metrics)
            verdict = "above" if ours > best + error else "below" if ours < best - error else "level"
            if verdict == "below":
                below.append(name)
            total += seconds
            cells = [name, " / ".join(f"{count:,}" for count in rows), metric, f"{ours:.4f}", chosen(printed)]
            cells += [f"{best:.4f} {by}", f"{error:.4f}", verdict, f"{seconds:.1f}", f"{peak:.0f}"]
            print(f"| {' | '.join(cells)} |", flush=True)
    print()
    print(f"Below by more than one standard error: {', '.join(below) or 'none'}. CPU seconds in total: {total:.0f}.")
    print("se is one standard error; for R2, half of the bootstrapped 95% interval divided by 1.96.")
    extra = (f"`{said}` for {' and '.join(names)}" for said, names in given.items())
    print(f"Given besides the target: {'; '.join(extra) or 'nothing'}. Column types are inferred in every set.")
    print(f"{data_sets.version(hearth)}. {data_sets.machine()}; load {os.getloadavg()[1]:.1f} over the last 5 minutes.")


def options(data_set, given):
    """Options besides the target: a task that would be inferred wrongly, and columns that REFERENCE.md leaves out."""
    said = []
    if data_set.task == "regression" and data_set.target == "quality":
        said += ["--task", "regression"]  # few whole numbers look like labels
    if data_set.drop:
        said += ["--drop", ",".join(data_set.drop)]
    if said:
        given.setdefault(" ".join(said), []).append(data_set.name)
    return said


def error_of_r2(metrics):
    """Standard error of R2 from the interval of our own figure: REFERENCE.md has none."""
    low, high = metrics["r2_interval"]
    return (high - low) / 2 / 1.96


def chosen(printed):
    """The estimator and parameters that the search chose."""
    lines = [line.split() for line in printed.splitlines() if line.startswith("Result")]
    return lines[0][1] if lines else "?"


if __name__ == "__main__":
    main(*sys.argv[1:])
