"""Shows what a Lambda function answered, for people: show.py EVENT ANSWER LOG."""

import json
import sys


def main(event_path, answer_path, log_path):
    with open(event_path, encoding="utf-8") as file:
        event = json.load(file)
    with open(answer_path, encoding="utf-8") as file:
        answer = json.load(file)
    request = event["requestContext"]["http"]
    print(f"\nrequest   {request['method']} {event['rawPath']} {event['body']}")
    body = json.loads(answer["body"])
    if answer["statusCode"] != 200:
        sys.exit(f"answer    {answer['statusCode']} {answer['body']}")
    model = body["model"]
    print(f"answer    {answer['statusCode']} {body['label']} (model {model['name']} {model['version']})")
    width = max(map(len, body["probabilities"]))
    for label, probability in body["probabilities"].items():
        print(f"          {label:{width}}  {probability:.4f}  {'#' * round(40 * probability)}")
    with open(log_path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.startswith('{"_aws"')]
    if not lines:
        sys.exit(f"the function printed no EMF line; see {log_path}")
    print(f"metrics   (CloudWatch EMF, one line per request)\n{lines[-1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
