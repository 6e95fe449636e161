"""Headless Chromium by the DevTools protocol, as much of it as tests/serving/docs_page.rs needs.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import json
import subprocess
import tempfile

import aiohttp

FLAGS = [
    "--headless=new",
    "--no-sandbox",  # containers have no user namespaces; it only sees what the test serves
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--remote-debugging-port=0",
]


class Browser:
    """A running Chromium, killed at the end of `async with`."""

    def __init__(self, program):
        self.program = program

    async def __aenter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [self.program, *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        said = []
        for line in self.process.stderr:
            said.append(line)
            if line.startswith("DevTools listening on "):
                break
        else:
            raise SystemExit("chromium ended: " + "".join(said))
        # What else it says is passed over, but taken, or it would wait for a reader.
        asyncio.get_running_loop().run_in_executor(None, self.process.stderr.read)
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(line.split()[-1], max_msg_size=0)
        self.replies, self.pages, self.number = {}, {}, 0
        self.reader = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, *_):
        self.reader.cancel()
        await self.socket.close()
        await self.session.close()
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    async def read(self):
        async for message in self.socket:
            message = json.loads(message.data)
            if "id" in message:
                self.replies.pop(message["id"]).set_result(message)
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].on(message["method"], message["params"])

    async def send(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        reply = self.replies[self.number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json(message)
        reply = await asyncio.wait_for(reply, 60)
        if "error" in reply:
            raise AssertionError(f"{method}: {reply['error']}")
        return reply["result"]

    async def page(self, **view):
        """A fresh page in a context of its own."""
        context = await self.send("Target.createBrowserContext")
        target = await self.send(
            "Target.createTarget", url="about:blank", browserContextId=context["browserContextId"]
        )
        session = await self.send(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        page = Page(self, session["sessionId"])
        self.pages[page.session] = page
        for domain in ["Page", "Runtime", "Log", "Network"]:
            await page.send(f"{domain}.enable")
        await page.view(**view)
        return page


class Page:
    """A page, with all that it complained of and asked for."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.complaints, self.requests, self.dialogs = [], [], []

    def on(self, method, params):
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(params["args"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])

    async def send(self, method, **params):
        return await self.browser.send(method, self.session, **params)

    async def view(self, width=1400, height=900, dark=False, still=True, phone=False):
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=phone,
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        await self.send("Emulation.setEmulatedMedia", features=features)

    async def open(self, url):
        await self.send("Page.navigate", url=url)

    async def run(self, script):
        """The value of an expression in the page; a promise is waited for."""
        answer = await self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def until(self, script, seconds=20):
        """Waits for an expression to be true, and returns its value."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            # Of a page that is still on its way, nothing can be read yet.
            value = await self.run(f"(() => {{ try {{ return {script}; }} catch (error) {{}} }})()")
            if value:
                return value
            if loop.time() > end:
                text = await self.run("document.body?.innerText")
                raise AssertionError(f"never: {script}\n{text}\n{self.complaints}")
            await asyncio.sleep(0.03)

    async def type(self, text):
        await self.send("Input.insertText", text=text)

    async def press(self, key, code=0, modifiers=0, text=""):
        for kind in ["keyDown" if text else "rawKeyDown", "keyUp"]:
            await self.send(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers, text=text,
            )

    async def picture(self, whole=True):
        """A screenshot, as base64 of a PNG."""
        answer = await self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        return answer["data"]
