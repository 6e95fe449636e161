"""scikit-learn's side of `make bench-training`: peer_training.py JOB, where JOB is a JSON object.

Reads both tables, fits, answers the test table, and prints what that took of this process; then it
times answers to single rows. The steps before the estimator are those of REFERENCE.md's protocol.
"""

import json
import resource
import sys
import time

import pandas
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

ESTIMATORS = {
    "logistic_regression": LogisticRegression,
    "linear_svc": LinearSVC,
    "multinomial_nb": MultinomialNB,
    "complement_nb": ComplementNB,
    "ridge": Ridge,
    "random_forest": (RandomForestClassifier, RandomForestRegressor),
    "gradient_boosting": (HistGradientBoostingClassifier, HistGradientBoostingRegressor),
}


def estimator(job):
    known = ESTIMATORS[job["estimator"]]
    if isinstance(known, tuple):
        known = known[job["task"] == "regression"]
    return known(**job["peer_parameters"])


def pipeline(job, numbers):
    if job["text"]:
        vectoriser = TfidfVectorizer(sublinear_tf=True, ngram_range=tuple(job["ngram_range"]))
        return make_pipeline(vectoriser, estimator(job))
    of_numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    fill = SimpleImputer(strategy="constant", fill_value="missing")
    of_categories = make_pipeline(fill, OneHotEncoder(handle_unknown="ignore", sparse_output=False))
    columns = [("numbers", of_numbers, numbers), ("categories", of_categories, job["categories"])]
    return make_pipeline(ColumnTransformer([column for column in columns if column[2]]), estimator(job))


def read(job, path):
    as_text = {name: "object" for name in [*job["categories"], *job["text"]]}
    if job["task"] == "classification":
        as_text[job["target"]] = "object"
    table = pandas.read_csv(path, dtype=as_text, keep_default_na=not job["text"])
    target = table.pop(job["target"])
    rows = table[job["text"][0]] if job["text"] else table.drop(columns=job["drop"])
    return rows, target


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(job):
    imported = processor_seconds()
    rows, target = read(job, job["train"])
    numbers = [] if job["text"] else [name for name in rows.columns if name not in job["categories"]]
    model = pipeline(job, numbers)
    began = time.time()
    model.fit(rows, target)
    fit = time.time() - began
    rows, target = read(job, job["test"])
    score = r2_score if job["task"] == "regression" else accuracy_score
    figure = score(target, model.predict(rows))
    cpu = processor_seconds()
    result = {
        "figure": figure,
        "cpu": cpu,
        "work": cpu - imported,
        "wall": time.time() - job["began"],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "fit": fit,
        "version": f"scikit-learn {sklearn.__version__}, pandas {pandas.__version__}, Python {sys.version.split()[0]}",
    }
    # Of processor time: on a busy machine a call of milliseconds is interrupted, Hearth's of microseconds is not.
    times = []
    for at in range(min(job["timed_rows"], len(rows))):
        row = [rows.iloc[at]] if job["text"] else rows.iloc[[at]]
        began = time.process_time()
        model.predict(row)
        times.append((time.process_time() - began) * 1e6)
    result["row"] = sorted(times)[len(times) // 10]
    print(json.dumps(result))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
