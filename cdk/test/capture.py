"""Takes captured lines from the function's log to where Athena looks for them, as the template says.

moto stands in for CloudWatch Logs, Firehose, S3, Glue and Athena, and takes what the template has for
them: a property that AWS's own API does not know is refused. moto hands a log event on to the bucket as
CloudWatch Logs packs it; it neither filters nor processes, so that is done here, by the template's own
filter and processors. That Firehose does as its documentation says, only an account shows.
"""

import gzip
import json
import os
import re
import time

import boto3
from moto import mock_aws
from queries import RECORDS, resources

GROUP = "/hearth/every/signed/function"
BUCKET = "hearth-every-signed-capture-111122223333"
OTHERS = ['{"_aws":{"Timestamp":1},"service":"a"}', '{"level":"ERROR","message":"a problem"}', "REPORT RequestId: 1"]


def plain(node):
    """The value with a name in place of each reference."""
    if isinstance(node, dict):
        if len(node) == 1 and next(iter(node)) in ("Ref", "Fn::GetAtt"):
            ((_, target),) = node.items()
            return "arn:aws:iam::111122223333:role/made" if isinstance(target, list) else "hearth_every_signed"
        return {key: plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else node


def only(kind):
    (found,) = resources(kind)
    return plain(found)


def deploy(client):
    """What the template has of capture, by the same properties; the stream's and the filter's."""
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client("logs").create_log_group(logGroupName=GROUP)
    client("logs").create_log_stream(logGroupName=GROUP, logStreamName="a")
    stream = only("AWS::KinesisFirehose::DeliveryStream")
    tags = stream.pop("Tags")
    place = stream["ExtendedS3DestinationConfiguration"]
    place["CloudWatchLoggingOptions"]["LogGroupName"] = "/hearth/every/signed/capture"
    arn = client("firehose").create_delivery_stream(Tags=tags, **stream)["DeliveryStreamARN"]
    made = only("AWS::Logs::SubscriptionFilter")
    client("logs").put_subscription_filter(
        logGroupName=GROUP, filterName=made["FilterName"], filterPattern=made["FilterPattern"],
        destinationArn=arn, roleArn=made["RoleArn"],
    )
    client("glue").create_database(DatabaseInput=only("AWS::Glue::Database")["DatabaseInput"])
    for table in map(plain, resources("AWS::Glue::Table")):
        client("glue").create_table(DatabaseName=table["DatabaseName"], TableInput=table["TableInput"])
    group = only("AWS::Athena::WorkGroup")
    client("athena").create_work_group(
        Name=group["Name"], Description=group["Description"], Configuration=group["WorkGroupConfiguration"],
    )
    return place, made["FilterPattern"]


def passes(message, pattern):
    """Whether CloudWatch Logs hands a line on: `{ $.a.b = * }` asks that a member is there."""
    path = re.fullmatch(r"\{ \$\.([\w.]+) = \* \}", pattern)[1]
    try:
        value = json.loads(message)
        for name in path.split("."):
            value = value[name]
    except (ValueError, KeyError, TypeError):
        return False
    return True


def process(packed, pattern, place, came):
    """Folder and bytes of the object that Firehose makes of what CloudWatch Logs sends, by when it came."""
    data = packed
    for processor in place["ProcessingConfiguration"]["Processors"]:
        values = {item["ParameterName"]: item["ParameterValue"] for item in processor["Parameters"]}
        match processor["Type"]:
            case "Decompression":
                data = gzip.decompress(data)
            case "CloudWatchLogProcessing":
                messages = [event["message"] for event in json.loads(data)["logEvents"]]
                data = "\n".join(message for message in messages if passes(message, pattern))
            case "AppendDelimiterToRecord":
                data += values["Delimiter"].replace("\\n", "\n")
            case other:
                raise AssertionError(f"{other} is not known to keep each of a thousand lines")
    folder = place["Prefix"].replace("!{timestamp:yyyy-MM-dd}", time.strftime("%Y-%m-%d", time.gmtime(came)))
    assert "!{" not in folder, folder
    return folder, data


@mock_aws
def main():
    def client(service):
        return boto3.client(service, region_name="eu-west-1")

    place, pattern = deploy(client)
    # A request of a thousand rows beside requests of one.
    lines = [json.dumps(record) for record in RECORDS] * 200
    came = 1_798_758_000  # 2026-12-31T23:00:00Z
    events = [{"timestamp": int(time.time() * 1000), "message": line} for line in [*OTHERS, *lines]]
    client("logs").put_log_events(logGroupName=GROUP, logStreamName="a", logEvents=events)

    (packed,) = client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    body = client("s3").get_object(Bucket=BUCKET, Key=packed["Key"])["Body"].read()
    folder, found = process(body, pattern, place, came)
    assert found.splitlines() == lines, found[:1000]
    assert folder == "records/day=2026-12-31/", folder

    (table,) = client("glue").get_tables(DatabaseName="hearth_every_signed")["TableList"]
    looked = table["Parameters"]["storage.location.template"].replace("${day}", "2026-12-31")
    assert f"s3://{BUCKET}/{folder}" == looked, (looked, folder)
    print(f"capture: {len(lines)} of {len(events)} lines of the log came to where the table looks for them")


if __name__ == "__main__":
    os.environ |= {"MOTO_ACCOUNT_ID": "111122223333", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    main()
