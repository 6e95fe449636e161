"""Asks as Triton's client does, by tensors in binary and in JSON: host, port, rows; prints the labels."""

import json
import sys

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

host, port, rows = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = triton.InferenceServerClient(f"{host}:{port}")
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready("four") and client.is_model_ready("four", "3")
assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
inputs = client.get_model_metadata("four")["inputs"]
assert [column["name"] for column in inputs] == ["note", "size", "urgent", "color"]

DTYPES = {"BYTES": numpy.object_, "FP64": numpy.float64, "BOOL": numpy.bool_}


def tensors(binary):
    for column in inputs:
        # The column that may be left out is left out.
        if column["name"] == "urgent":
            continue
        values = numpy.array([row[column["name"]] for row in rows], dtype=DTYPES[column["datatype"]])
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values, binary_data=binary)
        yield tensor


answers = []
for binary in (True, False):
    for compression in (None, "gzip"):
        result = client.infer(
            "four",
            list(tensors(binary)),
            request_id="7",
            request_compression_algorithm=compression,
            response_compression_algorithm=compression,
        )
        assert result.get_response()["id"] == "7"
        assert result.as_numpy("probabilities").shape == (len(rows), 3)
        answers.append([str(label) for label in result.as_numpy("label")])
assert all(answer == answers[0] for answer in answers), answers
asked = [triton.InferRequestedOutput("probability", binary_data=False)]
result = client.infer("four", list(tensors(True)), outputs=asked)
assert result.as_numpy("label") is None and result.as_numpy("probability").shape == (len(rows),)
try:
    client.infer("four", list(tensors(True))[1:])
except InferenceServerException as error:
    assert "note" in str(error), error
else:
    raise AssertionError("a request without a column was answered")
print(json.dumps(answers[0]))
