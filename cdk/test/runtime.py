"""Lambda's Runtime API on loopback, with the real program `batch` behind it: one event at a time."""

import json
import os
import queue
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Failed(Exception):
    """The function's own error, as Lambda hands it on."""

    def __init__(self, error):
        super().__init__(error["errorMessage"])
        self.error = error


class Runtime:
    """Invokes the program: `settings` are the function's variables, and its credentials."""

    def __init__(self, program, settings):
        self.waiting, self.answers = queue.Queue(), {}
        # What the program wrote to its log and its metrics.
        self.lines = []
        runtime = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                identity, event = runtime.waiting.get()
                self.send_response(200)
                self.send_header("lambda-runtime-aws-request-id", identity)
                self.send_header("lambda-runtime-deadline-ms", "9999999999999")
                self.send_header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:111122223333:function:batch")
                self.send_header("content-length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                *_, identity, what = self.path.split("/")
                if identity in runtime.answers:
                    runtime.answers[identity].put((what, json.loads(body)))
                self.send_response(202)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = kept | settings | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_address[1]}", "AWS_LAMBDA_FUNCTION_NAME": "batch",
                                         "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}
        self.process = subprocess.Popen([program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def invoke(self, event):
        """The function's answer; `Failed` where it ended with an error."""
        identity = str(uuid.uuid4())
        answer = self.answers[identity] = queue.Queue()
        self.waiting.put((identity, json.dumps(event).encode()))
        while answer.empty():
            if self.process.poll() is not None:
                raise RuntimeError(f"the function ended: {''.join(self.lines[-5:])}")
            time.sleep(0.02)
        what, body = answer.get()
        if what == "error":
            raise Failed(body)
        return body

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()
