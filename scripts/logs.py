"""Follows a log group of CloudWatch until Ctrl-C: logs.py GROUP [problems, captured or metrics].

`aws logs tail --follow` would do, but only in version 2 of the AWS CLI; .venv has version 1, for the tests.
"""

import json
import subprocess
import sys
import time

START_MINUTES = 10
# CloudWatch may show a line this much later than a newer one.
LATE_MS = 60_000
# What CloudWatch is to send, and the member of a line that tells it: stand-ins of CloudWatch send all.
ONLY = {
    "": ("", lambda line: True),
    "problems": ('{ $.level = "WARN" || $.level = "ERROR" }', lambda line: line.get("level") in ("WARN", "ERROR")),
    "captured": ("{ $.captureData.endpointInput.data = * }", lambda line: "captureData" in line),
    "metrics": ("{ $._aws.Timestamp = * }", lambda line: "_aws" in line),
}


def members(message):
    """Those of a line of JSON; none where it is another line, such as Lambda's own."""
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def events(group, since, pattern):
    command = ["aws", "logs", "filter-log-events", "--output", "json"]
    command += ["--log-group-name", group, "--start-time", str(since)]
    command += ["--filter-pattern", pattern] if pattern else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"logs.py: AWS did not answer: {done.stderr.strip()}")
    return json.loads(done.stdout)["events"]


def main(group, only=""):
    if only not in ONLY:
        sys.exit(f"logs.py: ONLY is {only!r}; problems, captured or metrics was expected")
    pattern, is_wanted = ONLY[only]
    since = int(time.time() * 1000) - START_MINUTES * 60_000
    seen = {}
    while True:
        for event in sorted(events(group, since, pattern), key=lambda event: event["timestamp"]):
            if event["eventId"] not in seen and is_wanted(members(event["message"])):
                moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(event["timestamp"] / 1000))
                print(moment, event["message"].rstrip(), flush=True)
            seen[event["eventId"]] = event["timestamp"]
        since = max(since, max(seen.values(), default=0) - LATE_MS)
        seen = {name: moment for name, moment in seen.items() if moment >= since}
        time.sleep(2)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
