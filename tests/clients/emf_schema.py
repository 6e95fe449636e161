"""Judges lines of embedded metrics by emf.schema.json, and by what a schema cannot say.

Reads lines from standard input; prints for each "ok" or the first thing that is wrong with it.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = json.loads(Path(__file__).with_name("emf.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def once(pairs):
    """An object without a member that stands twice."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def wrong(line):
    if len(line) > 1_048_576:
        return "the line is longer than a log event"
    try:
        root = json.loads(line, object_pairs_hook=once, parse_constant=float)
    except ValueError as error:
        return f"not JSON: {error}"
    for error in VALIDATOR.iter_errors(root):
        return f"{error.json_path}: {error.message}"
    for directive in root["_aws"]["CloudWatchMetrics"]:
        for name in sum(directive["Dimensions"], []):
            target = root.get(name)
            if not isinstance(target, str) or not 1 <= len(target) <= 1024:
                return f"the target of the dimension {name!r}"
        names = [metric["Name"] for metric in directive["Metrics"]]
        if len(names) != len(set(names)):
            return "a metric is defined twice"
        for name in names:
            target = root.get(name)
            values = target if isinstance(target, list) else [target]
            if not 1 <= len(values) <= 100 or not all(map(is_number, values)):
                return f"the target of the metric {name!r}"
    return None


for line in sys.stdin.buffer:
    print(wrong(line.rstrip(b"\n")) or "ok")
