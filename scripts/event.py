"""A request as API Gateway's HTTP API gives it to a function, and the answer taken out of what came back.

  event.py request METHOD PATH [BODY]     prints the event, of the payload's version 2.0
  event.py answer FILE INTO               writes the body into INTO, and prints the status
"""

import base64
import json
import sys
import time
import uuid
from pathlib import Path


def request(method, path, body=None):
    now = int(time.time() * 1000)
    headers = {"content-type": "application/json", "host": "smoke", "user-agent": "hearth smoke"}
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "hearth smoke"}
    context = {
        "accountId": "anonymous", "apiId": "smoke", "domainName": "smoke", "domainPrefix": "smoke", "http": http,
        "requestId": str(uuid.uuid4()), "routeKey": "$default", "stage": "$default", "timeEpoch": now,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now / 1000)),
    }
    event = {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": headers,
        "requestContext": context, "isBase64Encoded": False,
    }
    return event | ({} if body is None else {"body": body})


def answer(file, into):
    """The status; what is no answer of a function behind an API has none, and is shown as it is."""
    text = Path(file).read_text(encoding="utf-8")
    try:
        found = json.loads(text)
        status, body = int(found["statusCode"]), found.get("body") or ""
        content = base64.b64decode(body) if found.get("isBase64Encoded") else body.encode()
    except (ValueError, KeyError, TypeError):
        status, content = 0, text.encode()
    Path(into).write_bytes(content)
    return status


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["request", method, path, *body]:
            print(json.dumps(request(method, path, *body)))
        case ["answer", file, into]:
            print(answer(file, into))
        case _:
            sys.exit(__doc__)
