"""Has openapi-python-client generate a client, and asks with it.

Arguments: the function's address, a folder with its openapi.json, rows as JSON. Prints the answers to
the first row and to all rows, as one list.
"""

import importlib
import json
import pathlib
import subprocess
import sys

url, folder, rows = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(sys.argv[3])
settings = folder / "settings.json"
# Nobody reads the code: it needs no formatter.
settings.write_text(json.dumps({"post_hooks": []}))
command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
command += ["--path", folder / "openapi.json", "--config", settings, "--output-path", folder / "generated"]
made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
assert made.returncode == 0, made.stdout
# It has no functions for bodies of text, which `POST /` and `/invocations` take beside JSON; of all
# else it says nothing.
reasons = [line for line in made.stdout.splitlines() if "nsupported" in line or "annot" in line]
assert all(line.startswith("Unsupported content type") for line in reasons), made.stdout
assert made.stdout.count("WARNING") == len(reasons), made.stdout

sys.path.insert(0, str(folder))
generated = importlib.import_module("generated")
models = importlib.import_module("generated.models")
predict = importlib.import_module("generated.api.predict.predict")
predict_many = importlib.import_module("generated.api.predict.predict_many")

client = generated.AuthenticatedClient(url, token="sesame", prefix="", auth_header_name="x-api-key")
instances = [models.Row.from_dict(row) for row in rows]
one = predict.sync(client=client, body=instances[0])
assert isinstance(one, models.Answer), one
many = predict_many.sync(client=client, body=models.Rows(instances=instances))
assert isinstance(many, models.Answers), many
wrong = models.Row.from_dict({**rows[0], next(iter(rows[0])): []})
problem = predict.sync(client=client, body=wrong)
assert isinstance(problem, models.Problem) and problem.code == "wrong_type", problem
print(json.dumps([one.to_dict(), *(answer.to_dict() for answer in many.predictions)]))
