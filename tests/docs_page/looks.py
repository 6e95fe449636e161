"""Widths, colours, sizes."""

from pathlib import Path

from visit import SETTLED, Visit

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


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
                    await page.run("(document.querySelector('[inputmode]') ?? $('field-0')).select()")
                    await page.type("1x")
                    shown = "document.querySelector(':is(.error, .warnings):not([hidden])')"
                    await page.until(f"{SETTLED} && {shown} !== null")
                contrast = await page.run(CONTRAST)
                assert contrast["count"] > 40 and not contrast["poor"], (name, contrast)
                for box in ["documentElement", "body"]:
                    wide = await page.run(f"document.{box}.scrollWidth")
                    assert wide <= width, (name, box, wide)
                out = await page.run(
                    "[...document.querySelectorAll('body *')]"
                    ".filter((one) => one.checkVisibility())"
                    ".filter((one) => !one.closest('.scroll, .unseen, svg, .skip'))"
                    ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
                    ".map((one) => one.outerHTML.slice(0, 200))"
                )
                assert not out, (name, out)
            await visit.picture(name + "-open")
            ground = await page.run("getComputedStyle(document.body).backgroundColor")
            red = int(ground.removeprefix("rgb(").split(",")[0])
            assert (red < 60) == dark, ground
            targets = await page.run(
                "[...document.querySelectorAll('button, summary, textarea, select, input')]"
                ".filter((one) => one.checkVisibility() && one.tabIndex >= 0)"
                ".map((one) => [one.id || one.textContent, one.getBoundingClientRect().height])"
            )
            # WCAG 2.2, 2.5.8: 24 pixels at least.
            assert all(height >= 24 for _, height in targets), targets
            visit.blameless(allowed=["status of 4"])
