#!/usr/bin/env python3
"""Writes what is in the image as a CycloneDX 1.5 bill of materials: the packages that `function`
and `batch` link on one machine type, with their licences and the checksums of Cargo.lock, and the model file.

    python3 scripts/sbom.py model.hearth build/image.cdx.json --machine amd64

Cargo says what is linked; nothing is guessed from the binary. The same sources, model and machine
type give the same file: it holds no time and no random number.
"""

import argparse
import hashlib
import json
import re
import subprocess
from pathlib import Path

TARGETS = {"amd64": "x86_64-unknown-linux-musl", "arm64": "aarch64-unknown-linux-musl"}


def cargo(*arguments):
    run = subprocess.run(["cargo", *arguments], check=True, capture_output=True, text=True)
    return run.stdout


def linked(binary, target):
    """Name, version, licence and whether it is ours, of every package that a binary links."""
    # Procedural macros run in the compiler and are not in the binary.
    tree = cargo("tree", "--locked", "--package", binary, "--target", target, "--no-dedupe",
                 "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}\t{l}")
    packages = set()
    for line in tree.splitlines():
        package, licence = line.split("\t")
        name, version = package.split(" ")[:2]
        # cargo shows the path of a package that comes from this repository.
        packages.add((name, version.removeprefix("v"), licence, "(/" in package))
    return packages


def checksums():
    lock = Path("Cargo.lock").read_text(encoding="utf-8")
    found = re.findall(r'name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"', lock)
    return {(name, version): checksum for name, version, checksum in found}


def component(package, known):
    name, version, licence, ours = package
    entry = {"type": "library", "bom-ref": f"{name}@{version}", "name": name, "version": version}
    if ours:
        return entry
    # "/" is what old manifests write for OR.
    entry["licenses"] = [{"expression": re.sub(r"\s*/\s*", " OR ", licence)}]
    entry["purl"] = f"pkg:cargo/{name}@{version}"
    # What cargo downloaded, and would refuse with another checksum.
    entry["hashes"] = [{"alg": "SHA-256", "content": known[name, version]}]
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--machine", choices=TARGETS, default="amd64")
    arguments = parser.parse_args()
    known = checksums()
    target = TARGETS[arguments.machine]
    packages = sorted(linked("function", target) | linked("batch", target))
    model = arguments.model.read_bytes()
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True)
    function = next(version for name, version, _, _ in packages if name == "function")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "container",
                "bom-ref": "image",
                "name": "hearth",
                "version": function,
            },
            "properties": [
                {"name": "hearth:target", "value": target},
                {"name": "hearth:compiler", "value": rustc.stdout.strip()},
            ],
        },
        "components": [component(package, known) for package in packages]
        + [
            {
                "type": "machine-learning-model",
                "bom-ref": "model",
                "name": arguments.model.name,
                # What the model states of itself and the function reports (model/FORMAT.md).
                "version": model[32:64].hex(),
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(model).hexdigest()}],
            }
        ],
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(packages)} packages and one model")


if __name__ == "__main__":
    main()
