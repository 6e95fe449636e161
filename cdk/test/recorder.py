"""AWS on loopback, as strict as the real one where a deployment can tell: every call is recorded.

Each request is read by botocore's model of the service and refused where a value does not fit it, where
the credentials are nobody's, or where IAM denies the caller. CloudFormation, STS and Lambda's Invoke are
answered by this project's own stand-ins (stacks.py, account.py); S3, ECR, logs and the rest by moto.
"""

import io
import json
import re
import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass

from botocore.validate import ParamValidator
from iam import ALLOWED
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.moto_api._internal import moto_api_backend
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from template import ACCOUNT, REGION
from werkzeug.serving import make_server

# Calls whose right has another name: docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
RIGHTS = {
    "s3:HeadObject": "s3:GetObject", "s3:HeadBucket": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:ListObjects": "s3:ListBucket",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration", "s3:CreateMultipartUpload": "s3:PutObject", "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject", "s3:DeleteObjects": "s3:DeleteObject", "s3:ListBuckets": "s3:ListAllMyBuckets",
    "lambda:Invoke": "lambda:InvokeFunction", "lambda:InvokeWithResponseStream": "lambda:InvokeFunction",
}
# Whoever has credentials may ask who they are; a web identity has none yet.
FREE = ("sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity")
# The stand-ins' own way to moto.
INTERNAL = "AKIAINTERNAL"


# botocore's name of a service, where signatures have another.
MODELS = {"states": "stepfunctions"}
# Codes that every service has stand in no service's model.
warnings.filterwarnings("ignore", message=".*does not match an error shape")


class Refusal(ServiceException):
    """AWS's answer to a call that it does not carry out."""


@dataclass
class Call:
    """One request as it came, and what became of it."""

    action: str
    principal: str
    params: dict
    refused: str = ""


class Recorder:
    """The WSGI application; `account` has what there is and answers for the services that are not moto's."""

    def __init__(self, account):
        self.account, self.calls, self.routers, self.lock = account, [], {}, threading.RLock()
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, self, True, request_handler=MotoRequestHandler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        # moto keeps its state for the whole process; a new account begins empty.
        moto_api_backend.reset()
        self.thread.start()
        # Named and not numbered: moto takes a number for the name of a bucket.
        self.url = f"http://localhost:{self.server.server_address[1]}"
        self.account.url = self.url
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def __call__(self, environ, start_response):
        length = environ.get("CONTENT_LENGTH")
        body = environ["wsgi.input"].read(int(length)) if length else environ["wsgi.input"].read() if environ.get("wsgi.input_terminated") else b""
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        key, region, service = scope(environ, body)
        if key == INTERNAL:
            return self.moto(environ, start_response)
        environ_of_request = environ | {"wsgi.input": io.BytesIO(body)}
        request = Request(environ_of_request)
        router = self.routers.setdefault(service, get_service_router(MODELS.get(service, service)))
        operation, labels = router.match(request)
        call = None
        try:
            with self.lock:
                call, principal = self.take(service, operation, request, labels, key, region)
            # A function may call AWS itself while it runs: its answer is waited for without the lock.
            with nullcontext() if service == "lambda" else self.lock:
                answer = self.handle(service, operation, principal, call)
        except Refusal as refusal:
            if call is not None:
                call.refused = str(refusal)
            answer = refusal
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self.moto(environ, start_response)
        return self.reply(answer, operation, request, start_response)

    def take(self, service, operation, request, labels, key, region):
        """The call and who makes it, once it is allowed."""
        protocol = determine_request_protocol(operation.service_model, request.content_type)
        params = PROTOCOL_PARSERS[protocol](operation).parse({
            "method": request.method, "values": request.values, "headers": request.headers, "body": request.data,
            "url_path": request.path, "url_params": labels,
        })
        action = f"{service}:{operation.name}"
        principal = self.account.sessions.get(key)
        call = Call(action, principal.name if principal else "nobody", params)
        self.calls.append(call)
        try:
            if principal is None and action not in FREE:
                raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
            if region not in (REGION, "us-east-1"):
                raise Refusal("SignatureDoesNotMatch", f"Credential should be scoped to a valid region, and {region!r} is none of this test.")
            self.check(operation, params)
            if action not in FREE:
                self.authorise(principal, action, params)
            return call, principal
        except Refusal as refusal:
            call.refused = str(refusal)
            raise

    def handle(self, service, operation, principal, call):
        """The answer of a stand-in; None where moto is to answer."""
        handler = self.account.handler(service, operation.name)
        return handler(principal, call.params) if handler else None

    def check(self, operation, params):
        """Shapes by botocore, and what its validation passes over: lengths, choices and patterns."""
        if operation.input_shape is None:
            return
        found = [ParamValidator().validate(params, operation.input_shape).generate_report(), *beyond(operation.input_shape, params, "")]
        found = [text for text in found if text]
        if found:
            raise Refusal("ValidationError", f"{len(found)} validation error detected: {'; '.join(found)}")

    def authorise(self, principal, action, params):
        right = RIGHTS.get(action, action)
        resources, context = subject(action, params)
        if self.account.iam.decide(principal, right, resources, context) != ALLOWED:
            name = resources[0] if resources else "*"
            raise Refusal("AccessDenied", f"User: {principal.arn} is not authorized to perform: {right} on resource: {name} because no identity-based policy allows the {right} action")
        if action in ("s3:GetObject", "s3:HeadObject") and not self.shows(principal, params):
            raise Refusal("AccessDenied", "Access Denied")

    def shows(self, principal, params):
        """A key that is not there is "not found" only for who may list the bucket, and these requests have no prefix that a
        condition could ask for: docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
        bucket = params["Bucket"]
        found = self.account.client("s3").list_objects_v2(Bucket=bucket, Prefix=params["Key"], MaxKeys=1).get("Contents", [])
        return any(one["Key"] == params["Key"] for one in found) or self.account.iam.decide(principal, "s3:ListBucket", [f"arn:aws:s3:::{bucket}"]) == ALLOWED

    def reply(self, answer, operation, request, start_response):
        model = operation.service_model
        protocol = determine_request_protocol(model, request.content_type)
        response = get_serializer_class(model.service_name, protocol)(operation).serialize(answer)
        body = response["body"] if isinstance(response["body"], bytes) else response["body"].encode()
        if isinstance(answer, Refusal) and answer.code in ("AccessDenied", "UnrecognizedClientException"):
            response["status_code"] = 403
        if request.method == "HEAD":
            body = b""
        start_response(f"{response['status_code']} -", [*response["headers"].items(), ("Content-Length", str(len(body)))])
        return [body]

    def of(self, action):
        return [call for call in self.calls if call.action == action]


def scope(environ, body):
    """Access key, region and service of a signature."""
    found = re.search(r"Credential=([^/]+)/\d+/([^/]*)/([^/]+)/aws4_request", environ.get("HTTP_AUTHORIZATION", ""))
    if found:
        return found[1], found[2], found[3]
    return None, REGION, "sts" if b"AssumeRoleWithWebIdentity" in body else "s3"


def beyond(shape, value, where):
    """Of a value and all that is in it, what its shape does not allow."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from beyond(shape.members[name], item, f"{where}.{name}")
        return
    if shape.type_name == "list" and isinstance(value, list):
        for number, item in enumerate(value):
            yield from beyond(shape.member, item, f"{where}[{number}]")
    limits = shape.metadata
    if isinstance(value, str):
        if "max" in limits and len(value) > limits["max"]:
            yield f"Value at '{where[1:]}' failed to satisfy constraint: Member must have length less than or equal to {limits['max']}"
        if limits.get("enum") and value not in limits["enum"]:
            yield f"Value '{value}' at '{where[1:]}' failed to satisfy constraint: Member must satisfy enum value set: {limits['enum']}"
        if "pattern" in limits and not matches(limits["pattern"], value):
            yield f"Value '{value}' at '{where[1:]}' failed to satisfy constraint: Member must satisfy regular expression pattern: {limits['pattern']}"


def matches(pattern, value):
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # one of Java's own
        return True


def subject(action, params):
    """What a call is about: its ARNs, and the context that conditions can ask for."""
    arn = f"arn:aws:{action.split(':')[0]}:{REGION}:{ACCOUNT}"
    match action.split(":")[0]:
        case "cloudformation":
            name = params.get("StackName", "*")
            return [name if name.startswith("arn:") else f"{arn}:stack/{name}/00000000"], {}
        case "s3" if "Bucket" in params:
            bucket = f"arn:aws:s3:::{params['Bucket']}"
            context = {"s3:prefix": params["Prefix"]} if "Prefix" in params else {}
            # docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
            if RIGHTS.get(action, action) == "s3:PutObject":
                context["s3:ObjectCreationOperation"] = str(action in ("s3:PutObject", "s3:CompleteMultipartUpload")).lower()
            if params.get("IfNoneMatch"):
                context["s3:if-none-match"] = params["IfNoneMatch"]
            return [f"{bucket}/{params['Key']}" if "Key" in params else bucket], context
        case "ecr" if "repositoryName" in params:
            return [f"{arn}:repository/{params['repositoryName']}"], {}
        case "lambda" if "FunctionName" in params:
            name = params["FunctionName"]
            function = name if name.startswith("arn:") else f"{arn}:function:{name}"
            return [f"{function}:{params['Qualifier']}" if params.get("Qualifier") else function], {}
        case "logs" if "logGroupName" in params or "logGroupIdentifiers" in params:
            names = params.get("logGroupIdentifiers") or [f"{arn}:log-group:{params['logGroupName']}"]
            return [name if name.startswith("arn:") else f"{arn}:log-group:{name}" for name in names], {}
    return [], {}


def printed(calls):
    """The calls, a line each, for a test that failed."""
    return "\n".join(f"  {call.principal}: {call.action} {json.dumps(call.params, default=str)[:160]} {call.refused}" for call in calls)
