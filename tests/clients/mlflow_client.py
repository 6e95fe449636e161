"""Asks as MLflow's own client of its scoring server does: host, port, rows; prints the labels."""

import json
import sys

import pandas
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

host, port, rows = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = ScoringServerClient(host, port)
client.wait_server_ready(timeout=10)
assert client.get_version(), "a version"
frame = pandas.DataFrame(rows)
predictions = client.invoke(frame).get_predictions(predictions_format="ndarray")
shares = client.invoke(frame, params={"predict_method": "predict_proba"})
assert shares.get_predictions().shape == (len(rows), 3)
try:
    client.invoke(frame.drop(columns=["note"]))
except Exception as error:  # the client raises nothing narrower
    assert "error code 400" in str(error) and "BAD_REQUEST" in str(error), error
else:
    raise AssertionError("a frame without a column was answered")
print(json.dumps([str(label) for label in predictions]))
