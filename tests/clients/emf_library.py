"""Writes metrics with AWS's own library, as a Lambda function would.

Reads a JSON array of cases from standard input: timestamp (ms), namespace, dimensions (null for the
library's own), properties, metrics as [name, value, unit, resolution]. Prints the lines of each
case, and an empty line behind it.
"""

import asyncio
import json
import os
import sys
from datetime import datetime, timezone

os.environ["AWS_EMF_ENVIRONMENT"] = "lambda"

from aws_embedded_metrics.environment.environment_detector import resolve_environment
from aws_embedded_metrics.logger.metrics_logger import MetricsLogger
from aws_embedded_metrics.storage_resolution import StorageResolution

for case in json.load(sys.stdin):
    logger = MetricsLogger(resolve_environment)
    logger.set_namespace(case["namespace"])
    logger.set_timestamp(datetime.fromtimestamp(case["timestamp"] / 1000, timezone.utc))
    if case["dimensions"] is not None:
        logger.set_dimensions(case["dimensions"])
    for name, value in case["properties"].items():
        logger.set_property(name, value)
    for name, value, unit, resolution in case["metrics"]:
        logger.put_metric(name, value, unit, StorageResolution(resolution))
    asyncio.run(logger.flush())
    print(flush=True)
