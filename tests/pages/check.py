"""Looks at pages with axe-core in a real browser: chromium, axe.min.js, addresses.

Each page is opened on a phone and on a desktop, in light and in dark, with everything unfolded. Prints
nothing when axe-core finds nothing serious, nothing sticks out of the window, every control has a visible
focus and nothing is asked for elsewhere; tests/serving/pages.rs starts it. `PAGES_PICTURES=folder` keeps
screenshots and the print.

https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
"""

import asyncio
import base64
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs_page"))

from browser import Browser  # noqa: E402 (the folder is no package)

# (width, height, dark)
VIEWS = [(390, 844, False), (390, 844, True), (768, 1024, False), (1400, 900, False), (1400, 900, True)]

# The page of GET /docs is ready with its first answer; a report is ready at once.
READY = """document.readyState === 'complete' && (!document.getElementById('answer')
  || document.getElementById('answer').ariaBusy === 'false')"""

RUN = """axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .map(({ id, impact, help, nodes }) => ({ id, impact, help, at: nodes.slice(0, 4).map((node) => node.html.slice(0, 200)) })))"""

STICKS_OUT = """[...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('.scroll, .unseen, svg, .skip'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 200))"""

FOCUS = """(() => {
  const one = document.activeElement;
  const frames = [one, one.closest('.choice')].filter(Boolean).map((it) => getComputedStyle(it));
  return {
    name: one.outerHTML.slice(0, 160), tag: one.tagName,
    seen: frames.some((it) => it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2),
  };
})()"""


def keep(name, data):
    folder = os.environ.get("PAGES_PICTURES")
    if folder:
        (Path(folder) / name).write_bytes(base64.b64decode(data))


async def accessible(page, address, view):
    """axe-core finds nothing that keeps people out."""
    found = await page.run(RUN)
    bad = [one for one in found if one["impact"] in ("serious", "critical")]
    assert not bad, (address, view, bad)


async def reached(page, address):
    """Every control is reached by the tab key, and is seen to be."""
    await page.run("document.activeElement.blur()")
    names = []
    for _ in range(400):
        await page.press("Tab", 9)
        now = await page.run(FOCUS)
        if now["tag"] == "BODY" or (names and now["name"] == names[0]):
            break
        assert now["seen"], (address, now)
        names.append(now["name"])
    wanted = await page.run(
        "[...document.querySelectorAll('button, summary, a[href], textarea, select, input')]"
        ".filter((one) => one.checkVisibility() && one.tabIndex >= 0 && one.type !== 'radio')"
        ".map((one) => one.outerHTML.slice(0, 160))"
    )
    missed = set(wanted) - set(names)
    assert not missed, (address, missed)


COUNTS = """['right', 'wrong', 'missed', 'spared', 'left']
  .map((name) => Number(document.querySelector(`dd[data-figure=${name}]`)?.textContent ?? 0))"""


async def slides(page, address):
    """The slider of a report works by the keyboard and without a server: every row is counted at any place."""
    if not await page.run("document.getElementById('at') !== null"):
        return
    before = await page.run(COUNTS)
    await page.run("document.getElementById('at').focus()")
    for key, code, text in [("End", 35, "1.000"), ("PageDown", 34, "0.900"), ("Home", 36, "0.000")]:
        await page.press(key, code)
        counts = await page.run(COUNTS)
        assert sum(counts) == sum(before) > 0, (address, key, counts, before)
        told = await page.run("document.getElementById('at').getAttribute('aria-valuetext')")
        assert told == text == await page.run("document.querySelector('#decide output').textContent"), (key, told)
    # From 0 on, everything is answered.
    right, wrong, *others = counts
    assert right + wrong == sum(before) and not any(others), (address, counts)


async def look(browser, axe, address):
    name = Path(urlsplit(address).path).stem
    for width, height, dark in VIEWS:
        view = f"{width}-{'dark' if dark else 'light'}"
        page = await browser.page(width=width, height=height, dark=dark, phone=width < 700)
        await page.open(address)
        await page.until(READY)
        keep(f"{name}-{view}.png", await page.picture() if os.environ.get("PAGES_PICTURES") else "")
        await page.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        await page.run(axe)
        await accessible(page, address, view)
        wide = await page.run("document.documentElement.scrollWidth")
        assert wide <= width, (address, view, wide, await page.run(STICKS_OUT))
        out = await page.run(STICKS_OUT)
        assert not out, (address, view, out)
        if width == 1400 and not dark:
            await reached(page, address)
            await slides(page, address)
            printed = await page.send("Page.printToPDF", printBackground=True)
            keep(f"{name}.pdf", printed["data"])
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        for request in page.requests:
            assert request["url"].startswith((origin, "data:")), (address, request["url"])
        assert not page.complaints, (address, view, page.complaints)


async def main():
    program, axe, *addresses = sys.argv[1:]
    script = Path(axe).read_text() + "\n;0"
    async with Browser(program) as browser:
        for address in addresses:
            await look(browser, script, address)


asyncio.run(main())
