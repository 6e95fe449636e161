"""The public data sets that `make accuracy` and `make bench-training` use.

A folder of data has a folder a set, with train.csv and test.csv (or .csv.gz), or with one table
and split.csv, whose column `split` (or `time_split`) says train or test for each row. REFERENCE.md
in the folder has scikit-learn's figures.
"""

import csv
import gzip
import json
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataSet:
    name: str  # as REFERENCE.md has it
    target: str
    folder: str = ""  # the name, if empty
    table: str = ""  # the one table; train and test files, if empty
    split: str = "split"
    task: str = "classification"
    text: tuple = ()
    categories: tuple = ()  # to scikit-learn in REFERENCE.md
    drop: tuple = ()


BIKE = {
    "target": "cnt",
    "folder": "bike_sharing_hourly",
    "table": "hour.csv",
    "task": "regression",
    "categories": ("season", "yr", "mnth", "hr", "holiday", "weekday", "workingday", "weathersit"),
    "drop": ("casual", "registered", "dteday", "instant"),
}
TRIPS = {
    "target": "user_type",
    "folder": "bikeshare_trips",
    "table": "features_2017.csv.gz",
    "categories": ("month", "day_of_week", "from_station_id", "to_station_id"),
}
WINE = {"target": "quality", "folder": "wine_quality", "table": "wine_quality.csv", "categories": ("color",)}
ADULT = ("workclass", "education", "marital_status", "occupation", "relationship", "race", "sex", "native_country")

# Quick ones first.
SETS = (
    DataSet("iris", "species", table="iris.csv"),
    DataSet("penguins", "species", table="penguins.csv", categories=("island", "sex")),
    DataSet("breast_cancer", "diagnosis", table="breast_cancer.csv"),
    DataSet("diabetes", "progression", table="diabetes.csv", task="regression"),
    DataSet("sms_spam", "label", table="sms_spam.csv", text=("text",)),
    DataSet("wine_quality", task="regression", **WINE),
    DataSet("wine_quality_class", **WINE),
    DataSet("bike_sharing_hourly", **BIKE),
    DataSet("bike_sharing_hourly_time", split="time_split", **BIKE),
    DataSet("banking77", "label", text=("text",)),
    DataSet("adult", "income", categories=ADULT),
    DataSet("bikeshare_trips", **TRIPS),
    DataSet("bikeshare_trips_time", split="time_split", **TRIPS),
    DataSet("ag_news", "label", text=("title", "description")),
)


def read(path):
    """Header and rows of a table."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def prepare(data_set, data, work):
    """Writes the set's training and test table into `work`; their paths and numbers of rows."""
    folder = Path(data) / (data_set.folder or data_set.name)
    parts = {}
    if data_set.table:
        header, rows = read(folder / data_set.table)
        columns, splits = read(folder / "split.csv")
        at = columns.index(data_set.split)
        for part in ("train", "test"):
            parts[part] = header, [row for row, split in zip(rows, splits) if split[at] == part]
    else:
        for part in ("train", "test"):
            plain = folder / f"{part}.csv"
            parts[part] = read(plain if plain.exists() else folder / f"{part}.csv.gz")
    paths, counts = [], []
    for part, (header, rows) in parts.items():
        paths.append(Path(work) / f"{data_set.name}-{part}.csv")
        counts.append(len(rows))
        write(paths[-1], header, rows)
    return paths, counts


def is_there(data_set, data):
    return (Path(data) / (data_set.folder or data_set.name)).is_dir()


def skip_without(data, program):
    """Ends the program with a message where there is no data."""
    if not (Path(data) / "REFERENCE.md").is_file():
        print(f"skipped: {program}, since {data or 'no folder'} has no REFERENCE.md and no data sets")
        sys.exit(0)


def measured(command):
    """Runs a command: exit code, standard output, standard error, processor seconds, wall seconds, peak MB."""
    # In a process of its own: a child's peak includes that of the process which it was forked from.
    probe = (
        "import json, resource, subprocess, sys, time\n"
        "began = time.time()\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "wall, used = time.time() - began, resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "texts = [done.stdout.decode(), done.stderr.decode()]\n"
        "print(json.dumps([done.returncode, *texts, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]))\n"
    )
    output = subprocess.run([sys.executable, "-c", probe, *map(str, command)], stdout=subprocess.PIPE, check=True)
    return json.loads(output.stdout)


def run(command):
    """The same of a command that must succeed, without its exit code."""
    code, out, err, *used = measured(command)
    if code != 0:
        sys.exit(f"this failed: {' '.join(map(str, command))}\n{err}")
    return out, err, *used


def machine():
    """Processor, cores and memory of this machine, in one line."""
    processor, memory, cores = platform.processor() or platform.machine(), "", 0
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        cores = sum(line.startswith("processor") for line in lines)
        names = [line.split(": ", 1)[1] for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    if meminfo.exists():
        memory = f", {int(meminfo.read_text().split()[1]) / 2**20:.0f} GiB"
    return f"{processor}, {cores or '?'} cores{memory}, {platform.system()} {platform.release()}"


def version(hearth):
    """The program's version, and the commit of this folder."""
    said = subprocess.run([hearth, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    git = subprocess.run(["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True)
    return f"{said} ({git.stdout.strip() or 'no git'})"
