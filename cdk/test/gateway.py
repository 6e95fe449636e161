"""The addresses of what is deployed, on loopback by TLS: API Gateway, function URLs and the balancer, with who they let in.

curl finds it by a .curlrc, which sends every host here. Signatures are worked out anew by botocore; what a
signature allows, IAM says; what is let in, the real function answers.
"""

import base64
import json
import os
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from iam import ALLOWED
from template import ACCOUNT, REGION

SECRET = "secret"


class Function:
    """The function itself, as a server on loopback; what stands before it hands it requests."""

    def __init__(self, binary, model, *arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        settings = os.environ | {"MODEL_PATH": str(model), "PORT": self.url.rsplit(":", 1)[1]}
        self.process = subprocess.Popen([binary, *arguments], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.url + path, data=body or None, method=method, headers={"content-type": kind})
        for _ in range(3000):  # a busy machine starts it slowly
            try:
                with urllib.request.urlopen(request, timeout=300) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
            except urllib.error.URLError:
                time.sleep(0.1)
        raise RuntimeError("the function does not answer")

    def invoke(self, name, event):
        """An event of API Gateway or of a function URL, in either version of its format."""
        request = event.get("requestContext", {}).get("http", {})
        method = request.get("method") or event.get("httpMethod", "POST")
        body = event.get("body") or ""
        body = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
        status, answer = self.ask(method, event.get("rawPath") or event.get("path") or "/", body)
        return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": answer.decode(), "isBase64Encoded": False}


class Gateway:
    """Lets in whom the deployed templates let in."""

    def __init__(self, account, function, folder):
        self.account, self.function = account, function
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                answer = gateway.answer(self.command, self.headers["host"], self.path, self.headers, body)
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        key, certificate = folder / "key.pem", folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # Everything but loopback itself, which the image's smoke test asks.
        (Path(folder) / ".curlrc").write_text(f'connect-to = ":443:127.0.0.1:{self.server.server_address[1]}"\ninsecure\n', encoding="utf-8")
        self.settings = {"CURL_HOME": str(folder)}

    def answer(self, method, host, path, headers, body):
        """Status and body; None where no such host can be reached from outside."""
        for stack in self.account.stacks.stacks.values():
            if stack.template is None:
                continue
            for endpoint in (*http_apis(stack.template), *rest_apis(stack.template), *urls(stack.template)):
                if endpoint["host"] == host.split(":")[0] and path.startswith(endpoint["prefix"]):
                    return self.enter(endpoint, method, host, path, headers, body)
        return None

    def enter(self, endpoint, method, host, path, headers, body):
        route = path[len(endpoint["prefix"].rstrip("/")):]
        match endpoint["auth"]:
            case "AWS_IAM":
                principal = self.signer(method, host, path, headers, body, endpoint["service"])
                resource = endpoint["arn"].format(method=method, route=route)
                if isinstance(principal, str):
                    return 403, json.dumps({"message": principal}).encode()
                if any(self.account.iam.decide(principal, right, [resource], endpoint.get("context")) != ALLOWED for right in endpoint["rights"]):
                    return 403, json.dumps({"message": f"User: {principal.arn} is not authorized to perform: {endpoint['rights'][0]}"}).encode()
            case "JWT":
                # No issuer is here that could sign a token: whoever comes has none.
                return 401, b'{"message":"Unauthorized"}'
            case "KEY" if "x-api-key" not in headers:
                return 403, b'{"message":"Forbidden"}'
        return self.function.ask(method, route, body, headers.get("content-type", "application/json"))

    def signer(self, method, host, path, headers, body, service):
        """Who signed, or AWS's words for why it is nobody."""
        found = headers.get("authorization", "")
        if not found.startswith("AWS4-HMAC-SHA256"):
            return "Missing Authentication Token"
        key, _, region, named, _ = found.split("Credential=")[1].split(",")[0].split("/")
        if (region, named) != (REGION, service):
            return f"Credential should be scoped to a valid region and correct service: {region}/{named} is neither"
        principal = self.account.sessions.get(key)
        token = headers.get("x-amz-security-token")
        if principal is None or key.startswith("ASIA") and token != f"token-of-{key}":
            return "The security token included in the request is invalid."
        signed = found.split("SignedHeaders=")[1].split(",")[0].split(";")
        request = AWSRequest(method, f"https://{host}{path}", data=body, headers={name: headers[name] for name in signed if name in headers})
        request.context["timestamp"] = headers["x-amz-date"]
        # A header that was signed and not sent counts as an empty one, and then the signature is another.
        auth = SigV4Auth(Credentials(key, SECRET), service, region)
        canonical = auth.canonical_request(request)
        if any(name not in headers for name in signed) or not found.endswith(auth.signature(auth.string_to_sign(request, canonical), request)):
            return "The request signature we calculated does not match the signature you provided."
        return principal


def kinds(routes):
    return {route.properties.get("AuthorizationType", "NONE") for route in routes}


def domains(template, api):
    """The names under which an API can be found: those with a record in DNS."""
    records = {record.properties["Name"].rstrip(".") for record in template.of("AWS::Route53::RecordSet")}
    return {mapping.properties["DomainName"] for mapping in template.of("AWS::ApiGatewayV2::ApiMapping") if mapping.properties["ApiId"] == api.ref} & records


def http_apis(template):
    for api in template.of("AWS::ApiGatewayV2::Api"):
        routes = [route for route in template.of("AWS::ApiGatewayV2::Route") if route.properties["ApiId"] == api.ref]
        (auth,) = {kind for kind in kinds(routes)}
        hosts = domains(template, api)
        if not api.properties.get("DisableExecuteApiEndpoint"):
            hosts.add(f"{api.ref}.execute-api.{REGION}.amazonaws.com")
        for host in hosts:
            yield {"host": host, "prefix": "/", "auth": auth, "service": "execute-api", "rights": ["execute-api:Invoke"],
                   "arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.ref}/$default/{{method}}{{route}}"}


def rest_apis(template):
    for api in template.of("AWS::ApiGateway::RestApi"):
        methods = [one for one in template.of("AWS::ApiGateway::Method") if one.properties["RestApiId"] == api.ref and one.properties["HttpMethod"] != "OPTIONS"]
        auth = "KEY" if all(one.properties.get("ApiKeyRequired") for one in methods) else kinds(methods).pop()
        for stage in template.of("AWS::ApiGateway::Stage"):
            yield {"host": f"{api.ref}.execute-api.{REGION}.amazonaws.com", "prefix": f"/{stage.ref}", "auth": auth, "service": "execute-api",
                   "rights": ["execute-api:Invoke"], "arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.ref}/{stage.ref}/{{method}}{{route}}"}


def urls(template):
    for url in template.of("AWS::Lambda::Url"):
        yield {"host": url.attribute("FunctionUrl").split("/")[2], "prefix": "/", "auth": url.properties["AuthType"], "service": "lambda",
               # docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: both since October 2025.
               "rights": ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"], "arn": url.properties["TargetFunctionArn"], "context": {}}
