"""Captured records, as the function writes them."""

import json


def record(row, answer, **about):
    """The record of a row and its answer, each an object or the JSON of one; `about` are members of `eventMetadata`."""
    def side(mode, value):
        data = value if isinstance(value, str) else json.dumps(value)
        return {"observedContentType": "application/json", "mode": mode, "data": data, "encoding": "JSON"}

    return {
        "captureData": {"endpointInput": side("INPUT", row), "endpointOutput": side("OUTPUT", answer)},
        "eventMetadata": about, "eventVersion": "0",
    }
