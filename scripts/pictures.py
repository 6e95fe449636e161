"""Makes the pictures of the documentation from the real page: pictures.py FUNCTION MODEL.

Serves the model with the binary `function`, types a message into /docs in headless Chromium, and
writes docs/pictures/docs-page.png. `make pictures` runs it with the Python of `make client-tools`.
"""

import asyncio
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/docs_page"))

from browser import Browser  # noqa: E402 (the folder is no package)
from visit import Visit  # noqa: E402

PICTURE = ROOT / "docs/pictures/docs-page.png"
MESSAGE = "My parcel with the blue lamp was supposed to arrive on Monday. Where is it?"
LARGEST = 100_000  # bytes: a picture is cloned by everybody, in every version
PORT = 8080  # the curl command on the page shows it


def chromium():
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = [path for path in map(shutil.which, filter(None, names)) if path]
    return found[0] if found else sys.exit("pictures: there is no chromium (Debian: apt install chromium)")


async def answered(address):
    """The page with its answer to MESSAGE, as PNG."""
    async with Browser(chromium()) as browser:
        visit = Visit(browser, address)
        page = await visit.open(width=1100, height=685)
        await page.send("Emulation.setScrollbarsHidden", hidden=True)
        before = await page.run("$('json').textContent")
        await visit.write("text", MESSAGE)
        await page.until(f"$('json').textContent !== {json.dumps(before)}")
        await visit.settled()
        await page.run("document.activeElement.blur()")
        visit.blameless()
        return base64.b64decode(await page.picture(whole=False))


async def main(function, model):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            sys.exit(f"pictures: port {PORT} is in use; stop the program that listens there")
    settings = os.environ | {"MODEL_PATH": model, "PORT": str(PORT)}
    server = subprocess.Popen([function], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            await asyncio.sleep(0.05)
        picture = await answered(f"127.0.0.1:{PORT}")
    finally:
        server.terminate()
        server.wait()
    if len(picture) > LARGEST:
        sys.exit(f"pictures: {len(picture)} bytes, and a picture may have {LARGEST}")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(picture)
    print(f"pictures: {PICTURE.relative_to(ROOT)} ({len(picture)} bytes)")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
