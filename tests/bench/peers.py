"""The Python functions that `make bench` compares with, on the data of the example model.

    python peers.py train messages.csv FOLDER   model.joblib and model.onnx into FOLDER
    python peers.py size                        bytes of each one's packages, and the versions
    PEER=sklearn MODELS=FOLDER python -m awslambdaric peers.handler
    PEER=onnx    MODELS=FOLDER python -m awslambdaric peers.handler

Each handler does what our function does: one text in, or many as instances, its label and the
probability of every label out, one EMF line. Imports stand where they are needed: each peer pays for its own only.
"""

import json
import os
import sys
import time

PACKAGES = {
    "sklearn": ["awslambdaric", "scikit-learn", "joblib", "aws-embedded-metrics"],
    "onnx": ["awslambdaric", "onnxruntime"],
}


def texts_of(event):
    body = json.loads(event["body"])
    return [row["text"] for row in body.get("instances", [body])]


def answer(labels, probabilities):
    best = max(range(len(labels)), key=probabilities.__getitem__)
    return {"label": labels[best], "probabilities": dict(zip(labels, probabilities))}


def respond(labels, rows):
    answers = [answer(labels, probabilities) for probabilities in rows]
    body = answers[0] if len(answers) == 1 else {"predictions": answers}
    headers = {"content-type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body)}


def sklearn_handler(folder):
    import joblib
    from aws_embedded_metrics import metric_scope

    model = joblib.load(os.path.join(folder, "model.joblib"))

    @metric_scope
    def handler(event, context, metrics):
        texts = texts_of(event)
        rows = model.predict_proba(texts).tolist()
        metrics.put_metric("input.num_chars", len(texts[0]), "Count")
        metrics.put_metric("prediction.confidence", max(rows[0]), "None")
        return respond(model.classes_.tolist(), rows)

    return handler


def onnx_handler(folder):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = os.path.join(folder, "model.onnx")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    with open(os.path.join(folder, "labels.json")) as file:
        labels = json.load(file)

    def handler(event, context):
        texts = texts_of(event)
        column = numpy.array([[text] for text in texts], dtype=object)
        rows = session.run(["probabilities"], {"text": column})[0].tolist()
        # aws-embedded-metrics imports aiohttp, half of a start; this peer prints its line.
        names = ["input.num_chars", "prediction.confidence"]
        directive = {
            "Namespace": "aws-embedded-metrics",
            "Dimensions": [["ServiceName"]],
            "Metrics": [{"Name": name} for name in names],
        }
        line = {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
            "ServiceName": context.function_name,
            **dict(zip(names, [len(texts[0]), max(rows[0])])),
        }
        print(json.dumps(line))
        return respond(labels, rows)

    return handler


def train(table, folder):
    import csv

    import joblib
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import StringTensorType
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    steps = [
        ("tfidf", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
        ("logistic_regression", LogisticRegression(C=10, max_iter=1000)),
    ]
    model = Pipeline(steps).fit([row["text"] for row in rows], [row["label"] for row in rows])
    joblib.dump(model, os.path.join(folder, "model.joblib"))
    inputs = [("text", StringTensorType([None, 1]))]
    proto = to_onnx(model, initial_types=inputs, options={id(model): {"zipmap": False}})
    for node in proto.graph.node:
        if node.op_type == "StringNormalizer":  # its default locale is missing in small images
            known = [attribute for attribute in node.attribute if attribute.name == "locale"]
            attribute = known[0] if known else node.attribute.add(name="locale", type=3)
            attribute.s = b"C"
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(proto.SerializeToString())
    with open(os.path.join(folder, "labels.json"), "w") as file:
        json.dump(list(model.classes_), file)


def size():
    from importlib import metadata

    from packaging.requirements import Requirement

    result = {"python": sys.version.split()[0]}
    for peer, names in PACKAGES.items():
        todo, total, seen = list(names), 0, {}
        while todo:
            distribution = metadata.distribution(todo.pop())
            if distribution.name in seen:
                continue
            seen[distribution.name] = distribution.version
            paths = (str(distribution.locate_file(file)) for file in distribution.files or [])
            total += sum(os.path.getsize(path) for path in paths if os.path.exists(path))
            needed = [Requirement(text) for text in distribution.requires or []]
            todo += [r.name for r in needed if not r.marker or r.marker.evaluate({"extra": ""})]
        versions = ", ".join(f"{name} {seen[name]}" for name in names)
        result[peer] = {"bytes": total, "versions": versions}
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], sys.argv[3])
    else:
        size()
elif os.environ.get("PEER") == "onnx":
    handler = onnx_handler(os.environ["MODELS"])
elif os.environ.get("PEER") == "sklearn":
    handler = sklearn_handler(os.environ["MODELS"])
