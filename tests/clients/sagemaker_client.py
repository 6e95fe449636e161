"""Asks as boto3's client of SageMaker endpoints does: host, port, rows; prints the labels.

SageMaker takes the name of the endpoint off the path before it asks the container; so does this.
"""

import csv
import io
import json
import sys

import boto3

host, port, rows = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = boto3.client(
    "sagemaker-runtime",
    endpoint_url=f"http://{host}:{port}",
    region_name="eu-west-1",
    aws_access_key_id="none",
    aws_secret_access_key="none",
)


def to_container(request, **_):
    request.url = request.url.replace("/endpoints/four/invocations", "/invocations")


client.meta.events.register("before-send.sagemaker-runtime.InvokeEndpoint", to_container)


def invoke(body, content_type, accept):
    answer = client.invoke_endpoint(
        EndpointName="four", Body=body, ContentType=content_type, Accept=accept
    )
    return answer["Body"].read().decode(), answer["ContentType"]


values = [[row["note"], row["size"], row.get("urgent"), row["color"]] for row in rows]
table = io.StringIO()
csv.writer(table).writerows([["" if v is None else v for v in line] for line in values])
text, media_type = invoke(table.getvalue(), "text/csv", "text/csv")
assert media_type.startswith("text/csv"), media_type
of_csv = [line[0] for line in csv.reader(io.StringIO(text))]

features = {"instances": [{"features": line} for line in values]}
text, _ = invoke(json.dumps(features), "application/json", "application/json")
of_json = [one["predicted_label"] for one in json.loads(text)["predictions"]]

lines = "\n".join(json.dumps(row) for row in rows)
text, _ = invoke(lines, "application/jsonlines", "application/jsonlines")
of_lines = [json.loads(line)["predicted_label"] for line in text.splitlines()]
assert of_csv == of_json == of_lines, (of_csv, of_json, of_lines)

try:
    invoke("one,two", "text/csv", "text/csv")
except client.exceptions.ClientError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
else:
    raise AssertionError("a row of two values was answered")
print(json.dumps(of_csv))
