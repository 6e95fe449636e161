"""The page of one address, opened in a browser, and the hands that use it."""

import base64
import json
import os

# `$` is the page's own: an element by its id.
SETTLED = "$('answer').ariaBusy === 'false'"
ANSWERED = SETTLED + " && !!document.querySelector('#decision .share')"


class Visit:
    """A page at an address, opened and answered."""

    def __init__(self, browser, address):
        self.browser, self.origin = browser, f"http://{address}"

    async def open(self, path="/docs", until=ANSWERED, **view):
        self.page = await self.browser.page(**view)
        await self.page.open(self.origin + path)
        await self.page.until(until)
        return self.page

    def blameless(self, allowed=()):
        """Nothing in the console, no dialog, and no request but to where the page came from."""
        page = self.page
        # A refused request stands in the console, by Chromium's own hand.
        complaints = [one for one in page.complaints if not any(text in str(one) for text in allowed)]
        assert not complaints, complaints
        assert not page.dialogs, page.dialogs
        for request in page.requests:
            url = request["url"]
            assert url.startswith((self.origin + "/", "data:")), url

    async def field(self, name):
        """The id of the control whose label is this."""
        fields = await self.page.run(
            "[...document.querySelectorAll('#fields .field')].map((field) => [field.querySelector('bdi').textContent,"
            " (field.querySelector('.choice input') ?? field.querySelector('textarea, select, input')).id])"
        )
        return dict(fields)[name]

    async def write(self, name, text):
        """Replaces what a text field holds, by the keyboard."""
        page = self.page
        control = await self.field(name)
        await page.run(f"$('{control}').focus(), $('{control}').select()")
        await page.type(text)

    async def settled(self):
        await self.page.until(SETTLED)

    async def bars(self):
        return await self.page.run(
            "[...document.querySelectorAll('#bars li')].map((bar) => [bar.querySelector('bdi').textContent,"
            " bar.querySelector('b').textContent, parseFloat(bar.querySelector('i').style.width)])"
        )

    async def decision(self):
        return await self.page.run("$('decision').textContent")

    async def changed(self, before):
        await self.page.until(f"$('decision').textContent !== {json.dumps(before)}")
        return await self.decision()

    async def answer(self):
        """The function's answer, as the page shows it."""
        return json.loads(await self.page.run("$('json').textContent"))

    async def picture(self, name):
        folder = os.environ.get("DOCS_PAGE_PICTURES")
        if folder:
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(await self.page.picture()))
