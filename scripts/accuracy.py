"""Trains on public text sets and compares with scikit-learn: accuracy.py FOLDER [HEARTH].

FOLDER has a folder a set (sms_spam, ag_news, banking77), each with train.csv and test.csv (or .gz),
or one CSV and split.csv, whose column `split` says train or test for each row. Prints a Markdown
table. scikit-learn's rows need a Python that has it; they are left out with a message otherwise.
Seconds are of processor time of a whole process, reading the file included.
"""

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SETS = ("sms_spam", "ag_news", "banking77")
TARGET = "label"


def rows_of(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def prepare(folder, work):
    """The set's training and test table."""
    for ending in ("csv", "csv.gz"):
        if (folder / f"train.{ending}").exists():
            return folder / f"train.{ending}", folder / f"test.{ending}"
    header, *rows = rows_of(folder / f"{folder.name}.csv")
    splits = rows_of(folder / "split.csv")
    column = splits[0].index("split")
    paths = []
    for part in ("train", "test"):
        paths.append(work / f"{folder.name}-{part}.csv")
        chosen = (row for row, split in zip(rows, splits[1:]) if split[column] == part)
        write(paths[-1], header, chosen)
    return paths


def measured(command):
    """Runs a command; its output, processor seconds and peak memory in MB."""
    # The peak is of the largest child so far, so each command is run by a process of its own.
    probe = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([done.returncode, done.stdout.decode(), used.ru_utime + used.ru_stime, used.ru_maxrss]))\n"
    )
    output = subprocess.run([sys.executable, "-c", probe, *command], stdout=subprocess.PIPE, check=True)
    code, printed, seconds, peak = json.loads(output.stdout)
    if code != 0:
        sys.exit(f"accuracy: this failed: {' '.join(map(str, command))}")
    return printed, seconds, peak / 1024


PEER = """
import csv, gzip, json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss
def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [" ".join(value for name, value in row.items() if name != "label") for row in rows]
    return texts, [row["label"] for row in rows]
(texts, labels), (test_texts, test_labels) = read(sys.argv[1]), read(sys.argv[2])
vectoriser = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
model = LogisticRegression(C=float(sys.argv[3]), max_iter=1000).fit(vectoriser.fit_transform(texts), labels)
probabilities = model.predict_proba(vectoriser.transform(test_texts))
answers = model.classes_[probabilities.argmax(1)]
print(json.dumps({
    "accuracy": accuracy_score(test_labels, answers),
    "macro_f1": f1_score(test_labels, answers, average="macro"),
    "log_loss": log_loss(test_labels, probabilities, labels=model.classes_),
}))
"""


def main(folder, hearth="target/release/hearth"):
    os.environ["OMP_NUM_THREADS"] = "1"
    has_peer = subprocess.run([sys.executable, "-c", "import sklearn"], stderr=subprocess.DEVNULL).returncode == 0
    if not has_peer:
        print("skipped: scikit-learn's rows, since this Python has no scikit-learn", file=sys.stderr)
    print("| data | program | C | accuracy | macro F1 | log loss | CPU s | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for name in SETS:
            if not (Path(folder) / name).is_dir():
                print(f"skipped: {name}, which is not in {folder}", file=sys.stderr)
                continue
            train, test = prepare(Path(folder) / name, work)
            for c in ("1", "10"):
                figures = work / "metrics.json"
                command = [hearth, "train", "--quiet", "--data", train, "--test", test, "--target", TARGET]
                options = ["--C", c, "--out", work / "model.hearth", "--metrics", figures]
                _, seconds, peak = measured([*command, *options])
                show(name, "hearth", c, json.loads(figures.read_text()), seconds, peak)
                if has_peer:
                    printed, seconds, peak = measured([sys.executable, "-c", PEER, train, test, c])
                    show(name, "scikit-learn", c, json.loads(printed), seconds, peak)


def show(name, program, c, figures, seconds, peak):
    scores = " | ".join(f"{figures[key]:.4f}" for key in ("accuracy", "macro_f1", "log_loss"))
    print(f"| {name} | {program} | {c} | {scores} | {seconds:.1f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
