"""An image registry on loopback: the program that REGISTRY names, Debian's docker-registry."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager


@contextmanager
def registry(folder):
    """An image registry on loopback, whose address this gives."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "version": 0.1, "log": {"level": "error"}, "http": {"addr": address},
        "storage": {"filesystem": {"rootdirectory": str(folder / "registry")}},
    }
    # JSON is YAML, which it reads.
    (folder / "registry.yml").write_text(json.dumps(settings), encoding="utf-8")
    with open(folder / "registry.log", "wb") as log:
        command = [os.environ["REGISTRY"], "serve", str(folder / "registry.yml")]
        with subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                for _ in range(3000):
                    try:
                        urllib.request.urlopen(f"http://{address}/v2/", timeout=300).close()
                        break
                    except (urllib.error.URLError, ConnectionError):
                        time.sleep(0.1)
                else:
                    sys.exit("the registry does not answer:\n" + (folder / "registry.log").read_text(encoding="utf-8"))
                yield address
            finally:
                server.terminate()


def manifest_of(address, digest):
    """The manifest that the registry has under this digest, which is that of its bytes."""
    kinds = ("vnd.oci.image.manifest.v1", "vnd.docker.distribution.manifest.v2")
    accept = {"Accept": ", ".join(f"application/{kind}+json" for kind in kinds)}
    request = urllib.request.Request(f"http://{address}/v2/hearth/manifests/{digest}", headers=accept)
    with urllib.request.urlopen(request, timeout=300) as answer:
        content = answer.read()
    assert digest == f"sha256:{hashlib.sha256(content).hexdigest()}", f"the registry has another manifest under {digest}"
    return content.decode()


def trusting(address, folder):
    """What makes podman and buildah speak to it without TLS; docker does so on loopback by itself."""
    path = folder / "registries.conf"
    path.write_text(f'[[registry]]\nlocation = "{address}"\ninsecure = true\n', encoding="utf-8")
    return {"CONTAINERS_REGISTRIES_CONF": str(path), "REGISTRY_AUTH_FILE": str(folder / "auth.json")}
