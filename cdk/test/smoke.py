"""Runs scripts/smoke.sh on loopback: against the real function, and against one without its model."""

import csv
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from page import commands

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"


def smoke(model, command="scripts/smoke.sh \"$URL\"", variables=None, log=None):
    """What smoke.sh ends with and says, when the function serves this model file; or another command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = os.environ | {"MODEL_PATH": str(model), "PORT": str(port), "SMOKE_PAUSE": "1"} | (variables or {})
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen([BUILT / "function"], env=settings, stdout=printed, stderr=subprocess.DEVNULL) as function,
    ):
        try:
            settings["URL"] = f"http://127.0.0.1:{port}"
            done = subprocess.run(
                command, cwd=ROOT, env=settings, text=True, capture_output=True, timeout=600, check=False, shell=True
            )
        finally:
            function.terminate()
            function.wait()
        printed.seek(0)
        if log is not None:
            log.write_bytes(printed.read())
            printed.seek(0)
        # Every EMF line that a test makes a function print is checked.
        subprocess.run([BUILT / "hearth", "emf", "lint"], stdin=printed, check=True)
    return done.returncode, done.stdout + done.stderr


def bill(model, folder):
    """The figures of cdk/prices.json that the function decides: its metrics, and their bytes in the log by windows."""
    deployed = json.loads((ROOT / "cdk/prices.json").read_text(encoding="utf-8"))["deployed"]
    with (ROOT / "data/messages.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:1200]
    (folder / "requests").write_text("".join(
        f'next\nurl = "$URL/predict"\nheader = "content-type: application/json"\ndata = {json.dumps(json.dumps({"text": text}))}\noutput = /dev/null\n'
        for text in texts).removeprefix("next\n"), encoding="utf-8")
    ask = f'sed "s|\\$URL|$URL|" {folder}/requests >{folder}/config; curl --silent --retry 9 --retry-connrefused --config {folder}/config'
    log = folder / "log"
    code, said = smoke(model, ask, {"HEARTH_EMF": "window", "AWS_EMF_SERVICE_NAME": "hearth-prod-messages"}, log)
    assert code == 0, said
    told = subprocess.run([BUILT / "hearth", "emf", "cost", "-r", "10", log], check=True, capture_output=True, text=True).stdout
    series, size = int(re.search(r"metrics +(\d+) series", told)[1]), float(re.search(r"log +([\d.]+) bytes", told)[1])
    # The lines of drift, and what Lambda adds to a line, are the difference.
    if series != deployed["series"] or not 0.85 < size / deployed["emf_window_bytes"] < 1.15:
        sys.exit(f"cdk/prices.json counts {deployed['series']} metrics and {deployed['emf_window_bytes']} bytes; the function wrote {series} and {size}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.hearth"
        subprocess.run([BUILT / "hearth", "train", "--quiet", "--out", model], cwd=ROOT, check=True, capture_output=True)
        code, said = smoke(model)
        if code != 0 or "answers" not in said:
            sys.exit(f"smoke.sh was to pass and ended with {code}: {said}")
        # The signature is for AWS; a function on loopback passes over it. AWS's CLI 2 prints the keys.
        (by_hand,), (keys,) = commands("curl "), commands("eval ")
        for token in ("", "export AWS_SESSION_TOKEN=c"):
            told = f"aws() {{ echo 'export AWS_ACCESS_KEY_ID=a'; echo 'export AWS_SECRET_ACCESS_KEY=b'; echo '{token}'; }}"
            shown = "--retry 9 --retry-connrefused --verbose"
            code, said = smoke(model, f"unset AWS_SESSION_TOKEN; {told}; {keys}; {by_hand} {shown}")
            if code != 0 or '"probabilities"' not in said:
                sys.exit(f"the curl of docs/deploy.md was to be answered and ended with {code}: {said}")
            signed = re.search(r"SignedHeaders=([^,]*)", said)
            # A header that is signed must be sent, also when a user's keys have no token.
            is_sent = re.search("^> x-amz-security-token:", said, re.MULTILINE) is not None
            if signed is None or ("x-amz-security-token" in signed[1]) != is_sent or is_sent != bool(token):
                sys.exit(f"curl signed and sent other headers ({token or 'no token'}): {said}")
        bill(model, Path(folder))
        code, said = smoke(Path(folder) / "nothing.hearth")
        if code == 0 or "GET /health answered 503" not in said:
            sys.exit(f"smoke.sh was to fail on a function without a model and ended with {code}: {said}")
    print("smoke: passes on a function that serves, and fails on one without its model")


if __name__ == "__main__":
    main()
