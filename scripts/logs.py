"""Follows a log group of CloudWatch until Ctrl-C: logs.py GROUP.

`aws logs tail --follow` would do, but only in version 2 of the AWS CLI; .venv has version 1, for the tests.
"""

import json
import subprocess
import sys
import time

START_MINUTES = 10
# CloudWatch may show a line this much later than a newer one.
LATE_MS = 60_000


def events(group, since):
    command = ["aws", "logs", "filter-log-events", "--output", "json"]
    command += ["--log-group-name", group, "--start-time", str(since)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"logs.py: AWS did not answer: {done.stderr.strip()}")
    return json.loads(done.stdout)["events"]


def main(group):
    since = int(time.time() * 1000) - START_MINUTES * 60_000
    seen = {}
    while True:
        for event in sorted(events(group, since), key=lambda event: event["timestamp"]):
            if event["eventId"] not in seen:
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
