"""What a person does on the page of GET /docs, in a real browser: chromium, address, cases.

Prints nothing when all is as it should be; tests/docs_page.rs starts it.
"""

import asyncio
import base64
import json
import os
import shlex
import sys

import aiohttp
from aiohttp import web
from browser import Browser

SETTLED = "document.getElementById('answer').ariaBusy === 'false'"
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
        await page.run(f"document.getElementById('{control}').focus(), document.getElementById('{control}').select()")
        await page.type(text)

    async def settled(self):
        await self.page.until(SETTLED)

    async def bars(self):
        return await self.page.run(
            "[...document.querySelectorAll('#bars li')].map((bar) => [bar.querySelector('bdi').textContent,"
            " bar.querySelector('b').textContent, parseFloat(bar.querySelector('i').style.width)])"
        )

    async def decision(self):
        return await self.page.run("document.getElementById('decision').textContent")

    async def changed(self, before):
        await self.page.until(f"document.getElementById('decision').textContent !== {json.dumps(before)}")
        return await self.decision()

    async def answer(self):
        """The function's answer, as the page shows it."""
        return json.loads(await self.page.run("document.getElementById('json').textContent"))

    async def picture(self, name):
        folder = os.environ.get("DOCS_PAGE_PICTURES")
        if folder:
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(await self.page.picture()))


async def text(browser, address):
    """One text: bars follow the typing, and show what the function answers."""
    visit = Visit(browser, address)
    page = await visit.open(still=False)
    before = await visit.decision()
    await visit.write("text", "where is my parcel, it should have been delivered")
    decision = await visit.changed(before)
    answer = await visit.answer()
    assert decision.startswith(answer["label"]), (decision, answer)
    bars = await visit.bars()
    shares = sorted(answer["probabilities"].values(), reverse=True)
    assert [round(width, 2) for *_, width in bars] == [round(100 * share, 2) for share in shares]
    assert [name for name, *_ in bars] == list(answer["probabilities"]), bars
    parts = await page.run("document.querySelectorAll('#parts li').length")
    assert parts == len(answer["explanation"]["features"]) > 0
    said = await page.until("document.getElementById('said').textContent.includes('%') && document.getElementById('said').textContent")
    assert answer["label"] in said, said
    # Letter by letter, faster than the function is asked: the last letter is answered.
    await visit.write("text", "")
    for letter in "cancel my subscription":
        await page.type(letter)
    await page.until(ANSWERED)
    assert (await visit.decision()).startswith("cancellation")
    await visit.write("text", "zzzz qqqq")
    warning = await page.until("document.querySelector('.field .warnings:not([hidden])')?.textContent")
    assert "no word that the model knows" in warning, warning
    await the_command(visit)
    assert await page.run("location.href + localStorage.length + sessionStorage.length + document.cookie") == visit.origin + "/docs00"
    visit.blameless()


async def the_command(visit):
    """The curl command asks what the page asked: the same answer, by its own words."""
    await visit.settled()
    words = shlex.split((await visit.page.run("document.getElementById('curl').textContent")).replace("\\\n", ""))
    assert words[0] == "curl" and words[2::2] == ["-H", "-d"], words
    headers = dict([words[3].split(": ")])
    async with aiohttp.ClientSession() as session:
        async with session.post(words[1], data=words[5].encode(), headers=headers) as response:
            assert await response.json() == await visit.answer()


async def mixed(browser, address):
    """Every kind of column; faults and warnings stand at their fields."""
    visit = Visit(browser, address)
    page = await visit.open()
    for name, kind in [("body", "TEXTAREA"), ("amount", "INPUT"), ("plan", "SELECT"), ("opened", "INPUT")]:
        assert await page.run(f"document.getElementById('{await visit.field(name)}').tagName") == kind
    amount, opened, plan = [await visit.field(name) for name in ["amount", "opened", "plan"]]

    def told(control, what):
        # What a screen reader says after the field's name.
        return (
            f"document.getElementById('{control}').getAttribute('aria-describedby').split(' ')"
            f".map((id) => document.getElementById(id)).filter((one) => !one.hidden).map((one) => one.textContent)"
            f".find((text) => text.startsWith('{what}'))"
        )

    await visit.write("amount", "12x")
    assert "a number was expected" in await page.until(told(amount, "Error"))
    assert await page.run(f"document.getElementById('{amount}').ariaInvalid") == "true"
    await visit.write("opened", "noon")
    assert "a timestamp" in await page.until(told(opened, "Error"))
    assert "2 fields" in await page.run("document.getElementById('problem').textContent")
    assert not await page.run("document.getElementById('told').checkVisibility()")
    await visit.picture("mixed-error")
    await visit.write("amount", "1e400")
    await page.until("document.getElementById('curl').textContent.includes('\"amount\": 1e400')")
    await visit.write("opened", "2026-03-01T10:00")
    await visit.write("amount", "99999")
    assert "in the training rows" in await page.until(told(amount, "Warning"))
    assert await page.run(f"document.getElementById('{amount}').ariaInvalid") == "false"
    # An arrow is a step, as of any number field; the slider follows.
    await visit.write("amount", "50")
    await page.press("ArrowUp", 38)
    value = float(await page.run(f"document.getElementById('{amount}').value"))
    assert 50 < value < 60, value
    assert await page.run(f"document.getElementById('{amount}').parentElement.querySelector('[type=range]').valueAsNumber") == value
    # A category that training never saw.
    await page.run(f"document.getElementById('{plan}').value = 'other', document.getElementById('{plan}').dispatchEvent(new Event('input', {{bubbles: true}}))")
    await page.run(f"document.getElementById('{plan}').parentElement.querySelector('.other').select()")
    await page.type("platinum")
    assert "no training row had" in await page.until(told(plan, "Warning"))
    assert '"plan": "platinum"' in await page.run("document.getElementById('curl').textContent")
    assert "urgent" in str(await page.run("document.getElementById('curl').textContent"))
    await the_command(visit)
    # Nothing at all, then the example again.
    await page.run("document.getElementById('clear').click()")
    await page.until("document.getElementById('curl').textContent.includes('{\"body\": \"\"}')")
    await page.run("document.getElementById('example').click()")
    await page.until(ANSWERED)
    visit.blameless(allowed=["status of 4"])


async def keyboard(browser, address):
    """Every control is reached by the tab key, is seen to be, has a name, and works by keys."""
    visit = Visit(browser, address)
    page = await visit.open()
    focus = """(() => {
      const one = document.activeElement;
      const frames = [one, one.closest('.choice')].filter(Boolean).map((it) => getComputedStyle(it));
      return {
        name: one.id || one.textContent.trim(), tag: one.tagName,
        seen: frames.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2),
        above: one.getBoundingClientRect().bottom <= innerHeight + 1,
      };
    })()"""
    reached = []
    await page.run("document.activeElement.blur()")
    for _ in range(60):
        await page.press("Tab", 9)
        now = await page.run(focus)
        if now["tag"] == "BODY" or (reached and now == reached[0]):
            break
        assert now["seen"] and now["above"], now
        reached.append(now)
    names = [one["name"] for one in reached]
    wanted = await page.run(
        "[...document.querySelectorAll('button, summary, a, textarea, select, input:not([tabindex=\"-1\"], [type=radio])')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.id || one.textContent.trim())"
    )
    assert not set(wanted) - set(names), (wanted, names)
    # Details open by a key.
    await page.run("document.querySelector('#sections summary').focus()")
    await page.press("Enter", 13, text="\r")
    await page.until("document.querySelector('#sections details').open")
    # Radio buttons by arrows, the example by Enter.
    before = await page.run("document.getElementById('curl').textContent")
    await page.run("document.querySelector('.choice :checked').focus()")
    await page.press("ArrowRight", 39)
    await page.until(f"document.getElementById('curl').textContent !== {json.dumps(before)}")
    await page.run("document.getElementById('example').focus()")
    await page.press("Enter", 13, text="\r")
    await page.until(f"document.getElementById('curl').textContent === {json.dumps(before)}")
    tree = (await page.send("Accessibility.getFullAXTree"))["nodes"]
    roles = {"button", "textbox", "combobox", "radio", "slider", "link", "region", "table", "form"}
    for node in tree:
        if node.get("ignored") or node.get("role", {}).get("value") not in roles:
            continue
        assert node.get("name", {}).get("value", "").strip(), node
    visit.blameless()


CONTRAST = """(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
      if (color[3] !== 0) throw new Error('half of a color');
    }
    return [255, 255, 255];
  };
  const poor = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judge = (element, color, back, least, what) => {
    const value = ratio(parse(color), back);
    if (value < least) poor.push([what, value, element.tagName, element.id, element.className, element.textContent.slice(0, 40)]);
  };
  let count = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, style')) continue;
    judge(element, getComputedStyle(element).color, ground(element), 4.5, 'text');
    count += 1;
  }
  for (const control of document.querySelectorAll('input:not([type=range], .picker), select, textarea, button')) {
    if (!control.checkVisibility() || control.closest('.choice')) continue;
    const style = getComputedStyle(control);
    judge(control, style.color, ground(control), 4.5, 'value');
    judge(control, style.borderTopColor, ground(control.parentElement), 3, 'border');
    count += 1;
  }
  for (const bar of document.querySelectorAll('.track i')) {
    if (bar.checkVisibility()) judge(bar, getComputedStyle(bar).backgroundColor, ground(bar.parentElement), 3, 'bar');
  }
  return { count, poor };
})()"""


async def looks(browser, address):
    """At 360 and at 1400 pixels, light and dark, all opened: nothing sticks out, all can be read."""
    for width in [360, 1400]:
        for dark in [False, True]:
            visit = Visit(browser, address)
            page = await visit.open(width=width, height=800, phone=width < 800, dark=dark)
            name = f"{width}-{'dark' if dark else 'light'}"
            await visit.picture(name)
            await page.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            for faulty in [False, True]:
                if faulty:
                    control = await page.run("(document.querySelector('[inputmode]') ?? document.querySelector('textarea')).id")
                    await page.run(f"document.getElementById('{control}').select()")
                    await page.type("1x")
                    await page.until(SETTLED + " && document.querySelector('.error:not([hidden]), .warnings:not([hidden])') !== null")
                contrast = await page.run(CONTRAST)
                assert contrast["count"] > 40 and not contrast["poor"], (name, contrast)
                for box in ["documentElement", "body"]:
                    wide = await page.run(f"document.{box}.scrollWidth")
                    assert wide <= width, (name, box, wide)
                out = await page.run(
                    "[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.scroll, .unseen, svg, .skip'))"
                    ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 200))"
                )
                assert not out, (name, out)
            await visit.picture(name + "-open")
            ground = await page.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
            assert (max(ground) < 60) == dark, ground
            targets = await page.run(
                "[...document.querySelectorAll('button, summary, textarea, select, input:not([type=range], .picker)')]"
                ".filter((one) => one.checkVisibility()).map((one) => [one.id || one.textContent, one.getBoundingClientRect().height])"
            )
            # WCAG 2.2, 2.5.8: 24 pixels at least.
            assert all(height >= 24 for _, height in targets), targets
            visit.blameless(allowed=["status of 4"])


async def hostile(browser, address):
    """Names, labels and words that would be code stay text."""
    for width in [360, 1400]:
        visit = Visit(browser, address)
        page = await visit.open(width=width, phone=width < 800)
        await page.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        note = await page.run("document.querySelector('#fields bdi').textContent")
        await visit.write(note, "<img src=x onerror=alert(1)> <script>alert(2)</script> \u202e'; $(touch x) `touch x`")
        await page.until(ANSWERED)
        counts = await page.run("['script', 'style', 'img', 'b[onclick]', 'iframe'].map((tag) => document.querySelectorAll(tag).length)")
        assert counts == [1, 1, 0, 0, 0], counts
        answer = await visit.answer()
        bars = await visit.bars()
        # Labels that are whole numbers keep their place; a script's objects would put them first.
        def rank(label):
            return -answer["probabilities"][label]

        names = sorted(answer["probabilities"], key=rank)
        assert [name for name, *_ in bars] == [shown(name) for name in names][: len(bars)], bars
        assert await page.run("document.documentElement.scrollWidth") <= width
        text = await page.run("document.getElementById('curl').textContent")
        assert "\u202e" not in text and "\\u202e" in text, text
        await the_command(visit)
        # The policy holds even against a script that means it.
        refused = await page.run("(() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } })()")
        assert refused == "TypeError", refused
        page.complaints.clear()
        await page.run("document.body.append(Object.assign(document.createElement('img'), {src: '/health'}))")
        await page.run("fetch('http://127.0.0.1:9/').catch(() => 0)")
        await page.until("true")
        assert "Content Security Policy" in str(page.complaints), page.complaints
        assert not page.dialogs


def shown(label):
    """A label as the page cuts it; a script counts units of UTF-16."""
    units = label.encode("utf-16-le")
    return label if len(units) <= 480 else units[:480].decode("utf-16-le") + "…"


async def key(browser, address):
    """A key is asked for, kept in the page's memory, and shown nowhere."""
    secret = "a-secret-of-the-test"
    visit = Visit(browser, address)
    page = await visit.open(until="!document.getElementById('key').hidden && document.activeElement.id === 'key-value'")
    await visit.picture("key")
    await page.type("wrong")
    await page.press("Enter", 13, text="\r")
    await page.until("document.getElementById('key-error').textContent.includes('not known')")
    await page.run("document.getElementById('key-value').select()")
    await page.type(secret)
    await page.press("Enter", 13, text="\r")
    await page.until(ANSWERED)
    assert await page.run("document.getElementById('key').hidden")
    assert '-H "x-api-key: $HEARTH_API_KEY"' in await page.run("document.getElementById('curl').textContent")
    assert secret not in await page.run("document.documentElement.outerHTML + location.href + document.cookie")
    assert await page.run("localStorage.length + sessionStorage.length") == 0
    asked = [request for request in page.requests if request["url"].endswith("explain=8")]
    assert asked and all(request["headers"].get("x-api-key") == secret for request in asked)
    visit.blameless(allowed=["status of 401", "status of 403"])


async def value(browser, address):
    """Regression: a value, and what moved it."""
    visit = Visit(browser, address)
    page = await visit.open()
    answer = await visit.answer()
    decision = await visit.decision()
    assert decision.startswith("y") and str(answer["value"])[:3] in decision, (decision, answer)
    assert not await page.run("document.getElementById('bars').checkVisibility()")
    if "explanation" in answer:
        assert await page.run("document.querySelectorAll('#parts li').length") > 0
    await visit.write("a", "0.9")
    await visit.changed(decision)
    visit.blameless()


async def threshold(browser, address):
    """A decision by a threshold says so, and may be the less probable label."""
    visit = Visit(browser, address)
    page = await visit.open()
    words = await page.until("document.getElementById('threshold').textContent")
    assert "the threshold of" in words, words
    assert await page.run("document.querySelectorAll('#bars .mark').length") == 1
    visit.blameless()


async def hidden(browser, address):
    """A schema that is nobody's business: a sentence, and no form."""
    visit = Visit(browser, address)
    page = await visit.open(until="!document.getElementById('notice').hidden")
    assert "no form" in await page.run("document.getElementById('notice').textContent")
    assert not await page.run("document.getElementById('main').checkVisibility()")
    visit.blameless(allowed=["status of 4"])


async def stage(browser, address):
    """Behind a stage, as of API Gateway: https://host/prod/docs, with and without a slash."""

    async def pass_on(request):
        url = f"http://{address}{request.path_qs.removeprefix('/prod')}"
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            names = ["content-type", "accept-encoding"]
            headers = {name: request.headers[name] for name in names if name in request.headers}
            body = await request.read()
            async with session.request(request.method, url, data=body, headers=headers) as answer:
                kept = ["Content-Type", "Content-Security-Policy", "Content-Encoding"]
                headers = {name: answer.headers[name] for name in kept if name in answer.headers}
                return web.Response(status=answer.status, body=await answer.read(), headers=headers)

    gateway = web.Application()
    gateway.router.add_route("*", "/prod{rest:.*}", pass_on)
    runner = web.AppRunner(gateway)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    for path in ["/prod/docs", "/prod/docs/"]:
        visit = Visit(browser, f"{host}:{port}")
        page = await visit.open(path)
        assert f"http://{host}:{port}/prod/predict" in await page.run("document.getElementById('curl').textContent")
        assert await page.run("document.getElementById('openapi').href") == f"http://{host}:{port}/prod/openapi.json"
        visit.blameless()
    await runner.cleanup()


async def main():
    program, address, *cases = sys.argv[1:]
    async with Browser(program) as browser:
        for case in cases:
            await globals()[case](browser, address)


asyncio.run(main())
