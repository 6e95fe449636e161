"""hearth tune against moto's Lambda through the real AWS CLI, with the real function behind each version; and the
signature and the TLS of hearth load, worked out anew by botocore.

Versions, memory and their refusals are moto's; what a request takes at a size is made up here, so that the cheapest
size is known. What Lambda really takes only an account shows.
"""

import base64
import json
import logging
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from gateway import Function
from moto.awslambda.exceptions import ValidationException
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
NAME, REGION, URL = "hearth-dev-messages", "eu-west-1", "https://abc123.execute-api.eu-west-1.amazonaws.com"
# The most of a new account: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
QUOTA = 3008
# The logging that platformLog: 'warnings' of cdk/config.ts sets.
WARNINGS = {"LogFormat": "JSON", "SystemLogLevel": "WARN", "ApplicationLogLevel": "INFO", "LogGroup": "/hearth/dev/messages/function"}
AWS = f"""#!/usr/bin/env bash
if [ "$1 $2" != "configure export-credentials" ]; then exec {ROOT}/.venv/bin/aws "$@"; fi
echo '{{"Version": 1, "AccessKeyId": "AKIAPERSON", "SecretAccessKey": "secret", "SessionToken": "token"}}'
"""


class Lambda:
    """What moto's Lambda lacks: an image's function that answers, REPORT lines, quotas, and the logging format."""

    def __init__(self, function):
        self.function, self.asked, self.started, self.pause = function, [], [], 0.0
        self.logging, self.set_logging = None, []
        configuration, update = LambdaFunction.get_configuration, LambdaFunction.update_configuration
        lambda_ = self

        def get(self, *arguments, **named):
            told = configuration(self, *arguments, **named)
            return told if lambda_.logging is None else told | {"LoggingConfig": lambda_.logging}

        def change(self, changes):
            if changes.get("MemorySize", 0) > QUOTA:
                raise ValidationException(f"'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {QUOTA}", None, None)
            if "LoggingConfig" in changes:
                lambda_.logging = changes["LoggingConfig"]
                lambda_.set_logging.append(changes["LoggingConfig"]["SystemLogLevel"])
            return update(self, changes)

        LambdaFunction.get_configuration, LambdaFunction.update_configuration = get, change
        # moto reads the version of an invocation under a name that AWS does not have.
        param = LambdaResponse._get_param
        LambdaResponse._get_param = lambda self, name, *more: param(self, {"qualifier": "Qualifier"}.get(name, name), *more)
        LambdaFunction.invoke = lambda self, body, headers, response: lambda_.invoke(self, body, response)

    def invoke(self, version, body, response):
        time.sleep(self.pause)
        memory = version.memory_size
        self.asked.append((str(version.version), memory))
        if memory == 128:
            response["x-amz-function-error"] = "Unhandled"
            return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "RequestId: 1 Error: Runtime exited with error: signal: killed"}).encode()
        event = json.loads(body)
        status, answer = self.function.ask("POST", event["rawPath"], event["body"].encode(), event["headers"]["content-type"])
        # moto gives the number of a version that was deleted to the next one.
        is_cold = not any(one is version for one in self.started)
        self.started.append(version)
        # Half of the time of half of the memory, up to one processor, which is at 1769 MB.
        duration = 4000 / min(memory, 1769)
        figures = {"durationMs": duration, "billedDurationMs": int(duration) + 1 + 30 * is_cold, "memorySizeMB": memory, "maxMemoryUsedMB": 21}
        if self.logging is None:
            start = "\tInit Duration: 29.50 ms" if is_cold else ""
            log = f"REPORT RequestId: 1\tDuration: {duration:.2f} ms\tBilled Duration: {figures['billedDurationMs']} ms\tMemory Size: {memory} MB\tMax Memory Used: 21 MB{start}\t\n"
        else:
            record = {"requestId": "1", "metrics": figures | ({"initDurationMs": 29.5} if is_cold else {})}
            is_written = self.logging["SystemLogLevel"] == "INFO"
            log = json.dumps({"time": "2026-11-30T06:00:00.000Z", "type": "platform.report", "record": record}) + "\n" if is_written else ""
        response["x-amz-log-result"] = base64.b64encode(log.encode()).decode()
        return json.dumps({"statusCode": status, "headers": {}, "body": answer.decode(), "isBase64Encoded": False}).encode()


class Person:
    """Someone with hearth, the AWS CLI and keys."""

    def __init__(self, folder, endpoint):
        (folder / "bin").mkdir()
        (folder / "bin/aws").write_text(AWS, encoding="utf-8")
        (folder / "bin/aws").chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.folder = folder
        self.environment = kept | {
            "PATH": f"{folder / 'bin'}:{BUILT}:{kept['PATH']}", "HOME": str(folder), "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "AKIAPERSON", "AWS_SECRET_ACCESS_KEY": "secret",
        }

    def start(self, *arguments):
        return subprocess.Popen(["hearth", *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, fails=None):
        """What the command prints; a sentence of `fails` is expected on standard error."""
        process = self.start(*arguments)
        printed, said = process.communicate(timeout=900)
        assert (process.returncode == 0) == (fails is None), (arguments, printed, said)
        assert fails is None or fails in said, said
        return printed


class Account:
    """The function as it was deployed: an alias on version 1, which runs with 512 MB, and a stack that names its address."""

    def __init__(self, endpoint):
        settings = {"region_name": REGION, "endpoint_url": endpoint, "aws_access_key_id": "AKIAPERSON", "aws_secret_access_key": "secret"}
        self.client = boto3.client("lambda", **settings)
        role = boto3.client("iam", **settings).create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        self.client.create_function(FunctionName=NAME, PackageType="Image", Code={"ImageUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/hearth:a"}, Role=role, MemorySize=512, Architectures=["arm64"])
        self.client.publish_version(FunctionName=NAME)
        self.client.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
        outputs = {"Smokemessages": f"messages iam {NAME}:live {URL}", "Smokeother": "other network - http://other.example.com"}
        template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        boto3.client("cloudformation", **settings).create_stack(StackName="hearth-dev", TemplateBody=json.dumps(template))

    def state(self):
        """Memory of the next version, the versions, and where the alias leads."""
        versions = [one["Version"] for one in self.client.list_versions_by_function(FunctionName=NAME)["Versions"]]
        memory = self.client.get_function_configuration(FunctionName=NAME)["MemorySize"]
        return memory, sorted(versions), self.client.get_alias(FunctionName=NAME, Name="live")["FunctionVersion"]


AS_BEFORE = (512, ["$LATEST", "1"], "1")


def by_name(person, account, lambda_):
    """Prices that can be worked out by hand; a size that is too small, and one beyond the quota, are rows with their reason."""
    told = json.loads(person.run("tune", NAME, "--model", "model.hearth", "--requests", "3", "--memory", "128,1024,256,1769,10240", "--json"))
    assert account.state() == AS_BEFORE, account.state()
    sizes = {size["memory_mb"]: size for size in told["sizes"]}
    assert list(sizes) == [128, 256, 1024, 1769, 10240], told
    assert "signal: killed" in sizes[128]["error"] and "less than or equal to 3008" in sizes[10240]["error"], told
    for memory, billed in ((256, 16), (1024, 4), (1769, 3)):
        size, price = sizes[memory], 0.20 + 1e6 * memory / 1024 * 0.0000133334 * billed / 1e3
        assert size["requests"] == 3 and abs(size["usd_per_million"] - price) < 1e-9, (size, price)
        assert abs(size["cold_ms"] - 29.5 - 4000 / memory) < 0.1 and abs(size["p50_ms"] - 4000 / memory) < 0.1, size
    # 256 MB for 16 ms and 1024 MB for 4 ms cost the same: the smaller is taken.
    assert (told["cheapest_mb"], told["memory_mb"]) == (256, 512), told
    # Each size had a version of its own, and the first request to it started it.
    assert {memory for _, memory in lambda_.asked} == {128, 256, 1024, 1769}, lambda_.asked
    assert "$LATEST" not in {version for version, _ in lambda_.asked}, lambda_.asked


def by_address(person, account, lambda_):
    """The address leads to the function by the stack's outputs; limits decide; the size that is deployed is asked as it is."""
    rows = person.folder / "rows.csv"
    rows.write_text("text,more\nwhere is my parcel,1\n\"I want my money, back\",2\n", encoding="utf-8")
    printed = person.run("tune", f"{URL}/", "--rows", "rows.csv", "--model", "model.hearth", "--requests", "2", "--memory", "256,512,1024", "--limit", "10ms")
    assert "512 MB, as it is, is the cheapest size with 99 % of the warm requests within 10.0 ms" in printed, printed
    assert account.state() == AS_BEFORE, account.state()
    printed = person.run("tune", NAME, "--rows", "rows.csv", "--requests", "1", "--memory", "256,1024", "--cold-limit", "35ms")
    assert "1024 MB is the cheapest size" in printed and "memoryMiB: 1024" in printed, printed
    person.run("tune", NAME, "--rows", "rows.csv", "--requests", "1", "--memory", "256", "--limit", "1ms", fails="no size meets the limit")
    person.run("tune", "http://other.example.com", "--rows", "rows.csv", fails="answered by Fargate")
    person.run("tune", "https://none.example.com", "--rows", "rows.csv", fails="no stack of this account and region has the address")
    person.run("tune", "no-such-function", "--rows", "rows.csv", fails="AWS did not answer")
    rows.write_text("words\na\n", encoding="utf-8")
    person.run("tune", NAME, "--rows", "rows.csv", "--requests", "1", "--memory", "256", fails="the function answered at no size")
    assert account.state() == AS_BEFORE, account.state()


def warnings_only(person, account, lambda_):
    """A function that logs only warnings is made to write REPORT lines, and then as it was."""
    lambda_.logging = dict(WARNINGS)
    told = json.loads(person.run("tune", f"{NAME}:live", "--model", "model.hearth", "--requests", "1", "--memory", "1024", "--json"))
    assert abs(told["sizes"][0]["cold_ms"] - 29.5 - 4000 / 1024) < 0.1, told
    assert lambda_.logging == WARNINGS and lambda_.set_logging == ["INFO", "WARN"], lambda_.set_logging
    assert account.state() == AS_BEFORE, account.state()
    lambda_.logging = None


def interrupted(person, account, lambda_):
    """Ctrl-C, twice, to everything in the terminal, the AWS CLI included."""
    lambda_.pause = 0.5
    for number in (signal.SIGINT, signal.SIGTERM):
        lambda_.asked.clear()
        process = subprocess.Popen(["hearth", "tune", NAME, "--model", "model.hearth", "--memory", "1024,1769"], cwd=person.folder, env=person.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        while len(lambda_.asked) < 2:
            time.sleep(0.05)
            assert process.poll() is None, process.communicate()
        assert account.state()[0] == 1024
        for _ in range(2):
            os.killpg(process.pid, number)
            time.sleep(0.3)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1 and "the memory is 512 MB again" in said, said
        assert account.state() == AS_BEFORE, account.state()
    lambda_.pause = 0.0


def signed(person, function):
    """Over TLS, and each signature as botocore works it out."""
    key, certificate = person.folder / "key.pem", person.folder / "certificate.pem"
    names = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    wrong = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            found = self.headers["authorization"]
            named = found.split("SignedHeaders=")[1].split(",")[0].split(";")
            request = AWSRequest("POST", f"https://{self.headers['host']}{self.path}", data=body, headers={name: self.headers[name] for name in named})
            request.context["timestamp"] = self.headers["x-amz-date"]
            auth = SigV4Auth(Credentials("AKIAPERSON", "secret", "token"), "execute-api", REGION)
            if not found.endswith(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)):
                wrong.append(found)
            status, answer = function.ask("POST", "/predict", body, self.headers["content-type"])
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://localhost:{server.server_address[1]}"
    person.run("load", url, "--model", "model.hearth", "--rate", "20", "--for", "1s", "--sign", fails="the first request failed")
    person.environment["SSL_CERT_FILE"] = str(certificate)
    told = json.loads(person.run("load", url, "--model", "model.hearth", "--rate", "20", "--for", "1s", "--sign", "--json"))
    assert (told["compared"], told["failed"], wrong) == (20, 0, []), (told, wrong)
    server.shutdown()


def main():
    start = time.monotonic()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        person = Person(folder, f"http://{host}:{port}")
        subprocess.run([BUILT / "hearth", "train", "--quiet", "--out", folder / "model.hearth"], cwd=ROOT, check=True)
        function = Function(BUILT / "function", folder / "model.hearth")
        try:
            lambda_, account = Lambda(function), Account(person.environment["AWS_ENDPOINT_URL"])
            by_name(person, account, lambda_)
            by_address(person, account, lambda_)
            warnings_only(person, account, lambda_)
            interrupted(person, account, lambda_)
            signed(person, function)
        except AssertionError as error:
            sys.exit(f"tune: {error}")
        finally:
            function.stop()
            server.stop()
    print(f"tune: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
