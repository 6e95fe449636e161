"""Runs scripts/smoke.sh on loopback: against the real function, and against one without its model."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from docs import commands

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"


def smoke(model, command="scripts/smoke.sh \"$URL\""):
    """What smoke.sh ends with and says, when the function serves this model file; or another command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = os.environ | {"MODEL_PATH": str(model), "PORT": str(port), "SMOKE_PAUSE": "0.5"}
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen([BUILT / "function"], env=settings, stdout=printed, stderr=subprocess.DEVNULL) as function,
    ):
        try:
            settings["URL"] = f"http://127.0.0.1:{port}"
            done = subprocess.run(
                command, cwd=ROOT, env=settings, text=True, capture_output=True, timeout=60, check=False, shell=True
            )
        finally:
            function.terminate()
            function.wait()
        printed.seek(0)
        # Every EMF line that a test makes a function print is checked.
        subprocess.run([BUILT / "hearth", "emf", "lint"], stdin=printed, check=True)
    return done.returncode, done.stdout + done.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.hearth"
        subprocess.run([BUILT / "hearth", "train", "--quiet", "--out", model], cwd=ROOT, check=True, capture_output=True)
        code, said = smoke(model)
        if code != 0 or "answers" not in said:
            sys.exit(f"smoke.sh was to pass and ended with {code}: {said}")
        # The signature is for AWS; a function on loopback passes over it.
        (by_hand,) = commands("curl ")
        key = "export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_SESSION_TOKEN=c"
        code, said = smoke(model, f"{key}; {by_hand} --retry 9 --retry-connrefused")
        if code != 0 or '"probabilities"' not in said:
            sys.exit(f"the curl of docs/deploy.md was to be answered and ended with {code}: {said}")
        code, said = smoke(Path(folder) / "nothing.hearth")
        if code == 0 or "GET /health answered 503" not in said:
            sys.exit(f"smoke.sh was to fail on a function without a model and ended with {code}: {said}")
    print("smoke: passes on a function that serves, and fails on one without its model")


if __name__ == "__main__":
    main()
