"""Trains the same models by scikit-learn and by Hearth, side by side, on public data sets.

    bench-training.py DATA [--python PYTHON] [--runs 3] [--only SET,SET]

Both read the same CSV files, fit the same estimator with the same parameters on one thread, and
answer the test file. A run is a whole process; runs of the two alternate, and each figure is the
median of them. Prints Markdown: a table, then its totals.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import data_sets

HERE = Path(__file__).parent
# Rows of which each is answered alone, to time it.
TIMED_ROWS = 200
# scikit-learn's gradient boosting stops early above this many rows.
STOPS_EARLY = 10_000


def jobs(data_set, train_rows):
    """What is fitted to a set: estimator, n-grams, parameters of ours, parameters of scikit-learn's."""
    if data_set.text:
        for ngrams in ((1, 1), (1, 2)):
            yield "logistic_regression", ngrams, {"C": 1.0}, {"C": 1.0, "max_iter": 1000}
            yield "linear_svc", ngrams, {"C": 1.0}, {"C": 1.0}
            yield "multinomial_nb", ngrams, {"alpha": 1.0}, {"alpha": 1.0}
            yield "complement_nb", ngrams, {"alpha": 1.0}, {"alpha": 1.0}
        return
    if data_set.task == "regression":
        yield "ridge", None, {"alpha": 1.0}, {"alpha": 1.0}
    else:
        yield "logistic_regression", None, {"C": 1.0}, {"C": 1.0, "max_iter": 1000}
    yield "random_forest", None, {"n_estimators": 100}, {"n_estimators": 100, "random_state": 0}
    early = {"early_stopping": train_rows > STOPS_EARLY}
    yield "gradient_boosting", None, early, {**early, "random_state": 0}


def prepare(data_set, data, work):
    """The tables, with one text column where a set has more: both sides shall have the same features."""
    paths, rows = data_sets.prepare(data_set, data, work)
    if len(data_set.text) > 1:
        for path in paths:
            header, lines = data_sets.read(path)
            at = [header.index(column) for column in data_set.text]
            target = header.index(data_set.target)
            joined = ([line[target], " ".join(line[i] for i in at)] for line in lines)
            data_sets.write(path, [data_set.target, "text"], joined)
    header, lines = data_sets.read(paths[1])
    with open(Path(work) / f"{data_set.name}.jsonl", "w", encoding="utf-8") as file:
        for line in lines[:TIMED_ROWS]:
            file.write(json.dumps(dict(zip(header, line))) + "\n")
    return paths, rows, header


def ours(job, hearth, row_time, work):
    model, figures, params = work / "model.hearth", work / "metrics.json", work / "params.yaml"
    kinds = {column: "text" for column in job["text"]} or {
        column: "category" if column in job["categories"] else "number" for column in job["columns"]
    }
    said = {
        "data": str(job["train"]),
        "test": str(job["test"]),
        "target": job["target"],
        "task": job["task"],
        "columns": kinds,
        "drop": job["drop"],
        "estimator": job["estimator"],
        job["estimator"]: job["parameters"],
        "calibration": "never",
        "out": str(model),
        "metrics": str(figures),
    }
    if job["text"]:
        said["text"] = {"ngram_range": job["ngram_range"]}
    params.write_text(json.dumps(said))  # JSON is YAML
    _, steps, cpu, wall, peak = data_sets.run([hearth, "train", "--params", params])
    metrics = json.loads(figures.read_text())
    fit = sum(float(s) for s in re.findall(r"^(?:columns|features|fit) .*\((\d+\.\d) s\)$", steps, re.M))
    timed, *_ = data_sets.run([row_time, model, work / f"{job['set']}.jsonl"])
    figure = metrics["r2" if job["task"] == "regression" else "accuracy"]
    row = json.loads(timed)["tenth"]
    return {"figure": figure, "cpu": cpu, "work": cpu, "wall": wall, "peak": peak, "fit": fit, "row": row}


def theirs(job, python):
    job = {**job, "train": str(job["train"]), "test": str(job["test"]), "timed_rows": TIMED_ROWS, "began": time.time()}
    printed, *_ = data_sets.run([python, HERE / "peer_training.py", json.dumps(job)])
    return json.loads(printed)


# What is shown of runs, and how.
FORMS = {
    "figure": "{:.4f}",
    "cpu": "{:.2f}",
    "work": "{:.2f}",
    "wall": "{:.1f}",
    "fit": "{:.1f}",
    "peak": "{:.0f}",
    "row": "{:,.1f}",
}


def pair(runs, key, form):
    return " / ".join(form.format(statistics.median(run[key] for run in side)) for side in runs)


def show(job, runs):
    """A row of the table: scikit-learn / Hearth."""
    ngrams = f" ({job['ngram_range'][0]},{job['ngram_range'][1]})" if job["ngram_range"] else ""
    cells = [job["set"], job["estimator"] + ngrams, *(pair(runs, key, form) for key, form in FORMS.items())]
    print(f"| {' | '.join(cells)} |", flush=True)
    return [{key: statistics.median(run[key] for run in side) for key in FORMS} for side in runs]


def totals(rows):
    """Prints totals, and where Hearth is slower, larger or worse."""
    sums = {key: [sum(sides[at][key] for _, sides in rows) for at in (0, 1)] for key in ("cpu", "work", "wall")}
    print()
    names = ("cpu", "CPU seconds"), ("work", "CPU seconds without Python's imports"), ("wall", "Wall seconds")
    for key, name in names:
        theirs, ours = sums[key]
        print(f"- {name}, in total: scikit-learn {theirs:.1f}, Hearth {ours:.1f}, a ratio of {theirs / ours:.1f}.")
    peaks = [max(sides[at]["peak"] for _, sides in rows) for at in (0, 1)]
    share = statistics.median(sides[0]["peak"] / sides[1]["peak"] for _, sides in rows)
    print(f"- Peak memory: a median ratio of {share:.1f}; at most {peaks[0]:.0f} and {peaks[1]:.0f} MB.")
    share = statistics.median(sides[0]["row"] / sides[1]["row"] for _, sides in rows)
    print(f"- One row: a median ratio of {share:,.0f}.")
    for key, what in (
        ("cpu", "more CPU seconds"),
        ("work", "more CPU seconds, without Python's imports"),
        ("peak", "more memory"),
        ("row", "more time per row"),
    ):
        worse = [f"{name} ({a[key]:.2f} / {b[key]:.2f})" for name, (a, b) in rows if b[key] > a[key]]
        print(f"- Where Hearth takes {what}: {', '.join(worse) or 'nowhere'}.")
    worse = [f"{name} ({b['figure'] - a['figure']:+.4f})" for name, (a, b) in rows if b["figure"] < a["figure"] - 0.005]
    print(f"- Where Hearth's accuracy or R² is lower by more than 0.005: {', '.join(worse) or 'nowhere'}.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--python", default=sys.executable, help="one that has scikit-learn and pandas")
    parser.add_argument("--hearth", default="target/release/hearth")
    parser.add_argument("--row-time", default="target/release/examples/row_time")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="these sets, separated by commas")
    arguments = parser.parse_args()
    data_sets.skip_without(arguments.data, "bench-training")
    imports = subprocess.run([arguments.python, "-c", "import sklearn, pandas"], stderr=subprocess.DEVNULL)
    if imports.returncode != 0:
        print(f"skipped: bench-training, since {arguments.python} has no scikit-learn or no pandas")
        return
    # One thread each, so that they compare.
    for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    load, rows, version = [os.getloadavg()[0]], [], ""
    print("| set | estimator | accuracy or R² | CPU s | without imports | wall s | fit s | peak MB | row µs |")
    print("|---|---|---|---|---|---|---|---|---|")
    only = arguments.only.split(",") if arguments.only else None
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for data_set in data_sets.SETS:
            # Another split of the same rows takes the same time.
            if data_set.split != "split" or (only and data_set.name not in only):
                continue
            if not data_sets.is_there(data_set, arguments.data):
                print(f"skipped: {data_set.name}, which is not in {arguments.data}", file=sys.stderr)
                continue
            (train, test), counts, header = prepare(data_set, arguments.data, work)
            left_out = {*data_set.drop, data_set.target}
            for estimator, ngrams, parameters, peer_parameters in jobs(data_set, counts[0]):
                job = {
                    "set": data_set.name, "train": train, "test": test, "target": data_set.target,
                    "task": data_set.task, "text": ["text"] if data_set.text else [],
                    "categories": list(data_set.categories), "drop": list(data_set.drop),
                    "columns": [column for column in header if column not in left_out],
                    "estimator": estimator, "ngram_range": ngrams,
                    "parameters": parameters, "peer_parameters": peer_parameters,
                }
                runs = [], []
                for _ in range(arguments.runs):
                    runs[0].append(theirs(job, arguments.python))
                    runs[1].append(ours(job, arguments.hearth, arguments.row_time, work))
                version = runs[0][0]["version"]
                name = f"{data_set.name} {estimator}" + (f" {ngrams}" if ngrams else "")
                rows.append((name, show(job, runs)))
                load.append(os.getloadavg()[0])
    totals(rows)
    runs = "one run" if arguments.runs == 1 else f"the median of {arguments.runs} runs"
    print(f"\nEach cell: scikit-learn / Hearth, {runs}, one thread each. Without imports: scikit-learn's process")
    print("without its start-up, beside Hearth's whole process. Fit: wall seconds of preprocessing and fit, in tenths of")
    print("a second for Hearth. Peak: at least 14 MB, the size of the measuring process. Row: the 10th percentile of")
    print(f"{TIMED_ROWS} rows, each predicted alone, from its text or values to its prediction: CPU time for")
    print("scikit-learn, wall time for Hearth.")
    print(f"{version}. {data_sets.version(arguments.hearth)}. {data_sets.machine()};")
    print(f"load {min(load):.1f} to {max(load):.1f}, median {statistics.median(load):.1f}.")


if __name__ == "__main__":
    main()
