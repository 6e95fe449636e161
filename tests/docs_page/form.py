"""Fields, answers, keys."""

import asyncio
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import aiohttp
from visit import ANSWERED, Visit


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
    await page.until(f"$('said').textContent.startsWith({json.dumps(answer['label'])})")
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
    visit.blameless()


async def the_command(visit):
    """The curl command asks what the page asked: the same answer, by its own words."""
    await visit.settled()
    words = shlex.split((await visit.page.run("$('curl').textContent")).replace("\\\n", ""))
    assert words[0] == "curl" and words[2::2] == ["-H", "-d"], words
    headers = dict([words[3].split(": ")])
    async with aiohttp.ClientSession() as session:
        async with session.post(words[1], data=words[5].encode(), headers=headers) as response:
            assert await response.json() == await visit.answer()


async def snippets(browser, address):
    """The same request in three languages, with one row, many and a table: each of them runs, and answers."""
    visit = Visit(browser, address)
    page = await visit.open()
    folder = Path(tempfile.mkdtemp())

    async def run(*command, text):
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, errors = await asyncio.wait_for(process.communicate(text.encode()), 60)
        assert process.returncode == 0, (command, text, errors)
        return out.decode()

    expected = (await visit.answer())["label"]
    for language, program in [("curl", ["bash"]), ("python", [sys.executable]), ("javascript", ["node"])]:
        await page.run(f"$('tab-{language}').click()")
        for sends, answers in [("one", 1), ("many", 2), ("csv", 2)]:
            await page.run(f"document.querySelector('[name=sends][value={sends}]').click()")
            text = await page.run("$('curl').textContent")
            assert "predict" in text and "KEY" not in text, text
            if shutil.which(program[0]) is None:
                continue
            suffix = {"javascript": ".mjs", "python": ".py", "curl": ".sh"}[language]
            path = folder / ("snippet" + suffix)
            path.write_text(text)
            told = await run(*program, str(path), text="")
            assert told.count(expected) >= answers, (language, sends, told)
    await page.run("$('with-key').click()")
    for language in ["curl", "python", "javascript"]:
        await page.run(f"$('tab-{language}').click()")
        assert "HEARTH_API_KEY" in await page.run("$('curl').textContent")
    # The tabs by keys: the tab key reaches one of them, the arrows the others.
    await page.run("$('tab-javascript').focus()")
    await page.press("ArrowRight", 39)
    assert await page.run("document.activeElement.id") == "tab-curl"
    assert await page.run("$('tab-curl').ariaSelected") == "true"
    await page.press("End", 35)
    assert await page.run("document.activeElement.id") == "tab-javascript"
    assert await page.run("document.querySelectorAll('.tabs [tabindex=\"0\"], .tabs [tabindex=\"-1\"]').length") == 3
    # What it refuses, and what to do.
    codes = await page.run("document.querySelectorAll('#codes tr').length")
    assert codes > 30, codes
    visit.blameless()


async def mixed(browser, address):
    """Every kind of column; faults and warnings stand at their fields."""
    visit = Visit(browser, address)
    page = await visit.open()
    for name, kind in {"body": "TEXTAREA", "amount": "INPUT", "plan": "SELECT"}.items():
        assert await page.run(f"$('{await visit.field(name)}').tagName") == kind
    amount, opened, plan = [await visit.field(name) for name in ["amount", "opened", "plan"]]

    def told(control, what):
        # What a screen reader says after the field's name.
        return (
            f"$('{control}').getAttribute('aria-describedby').split(' ')"
            ".map($).filter((one) => !one.hidden).map((one) => one.textContent)"
            f".find((text) => text.startsWith('{what}'))"
        )

    await visit.write("amount", "12x")
    assert "a number was expected" in await page.until(told(amount, "Error"))
    assert await page.run(f"$('{amount}').ariaInvalid") == "true"
    await visit.write("opened", "noon")
    assert "a timestamp" in await page.until(told(opened, "Error"))
    assert "2 fields" in await page.run("$('problem').textContent")
    assert not await page.run("$('told').checkVisibility()")
    await visit.picture("mixed-error")
    await visit.write("amount", "1e400")
    await page.until("$('curl').textContent.includes('\"amount\": 1e400')")
    await visit.write("opened", "2026-03-01T10:00")
    await visit.write("amount", "99999")
    assert "in the training rows" in await page.until(told(amount, "Warning"))
    assert await page.run(f"$('{amount}').ariaInvalid") == "false"
    # An arrow is a step, as of any number field; the slider follows.
    await visit.write("amount", "50")
    await page.press("ArrowUp", 38)
    value = float(await page.run(f"$('{amount}').value"))
    assert 50 < value < 60, value
    slider = f"$('{amount}').parentElement.querySelector('[type=range]')"
    assert await page.run(slider + ".valueAsNumber") == value
    # A category that training never saw.
    await page.run(f"$('{plan}').focus()")
    await page.press("End", 35)
    await page.run(f"$('{plan}').parentElement.querySelector('.other').select()")
    await page.type("platinum")
    assert "no training row had" in await page.until(told(plan, "Warning"))
    assert '"plan": "platinum"' in await page.run("$('curl').textContent")
    assert "urgent" in str(await page.run("$('curl').textContent"))
    await the_command(visit)
    # Nothing at all, then the example again.
    await page.run("$('clear').click()")
    await page.until("$('curl').textContent.includes('{\"body\": \"\"}')")
    await page.run("$('example').click()")
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
        seen: frames.some((it) => it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2),
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
        "[...document.querySelectorAll('button, summary, a, textarea, select, input')]"
        ".filter((one) => one.checkVisibility() && one.tabIndex >= 0 && one.type !== 'radio')"
        ".map((one) => one.id || one.textContent.trim())"
    )
    assert not set(wanted) - set(names), (wanted, names)
    # Details open by a key.
    await page.run("document.querySelector('#sections summary').focus()")
    await page.press("Enter", 13, text="\r")
    await page.until("document.querySelector('#sections details').open")
    # Radio buttons by arrows, the example by Enter.
    before = await page.run("$('curl').textContent")
    await page.run("document.querySelector('.choice :checked').focus()")
    await page.press("ArrowRight", 39)
    await page.until(f"$('curl').textContent !== {json.dumps(before)}")
    await page.run("$('example').focus()")
    await page.press("Enter", 13, text="\r")
    await page.until(f"$('curl').textContent === {json.dumps(before)}")
    tree = (await page.send("Accessibility.getFullAXTree"))["nodes"]
    roles = {"button", "textbox", "combobox", "radio", "slider", "link", "region", "table", "form"}
    for node in tree:
        if node.get("ignored") or node.get("role", {}).get("value") not in roles:
            continue
        assert node.get("name", {}).get("value", "").strip(), node
    visit.blameless()


async def value(browser, address):
    """Regression: a value, and what moved it."""
    visit = Visit(browser, address)
    page = await visit.open()
    answer = await visit.answer()
    decision = await visit.decision()
    assert decision.startswith("y") and str(answer["value"])[:3] in decision, (decision, answer)
    assert not await page.run("$('bars').checkVisibility()")
    if "explanation" in answer:
        assert await page.run("document.querySelectorAll('#parts li').length") > 0
    await visit.write("a", "0.9")
    await visit.changed(decision)
    visit.blameless()


async def threshold(browser, address):
    """A decision by a threshold says so, and may be the less probable label."""
    visit = Visit(browser, address)
    page = await visit.open()
    words = await page.until("$('threshold').textContent")
    assert "the threshold of" in words, words
    assert await page.run("document.querySelectorAll('#bars .mark').length") == 1
    visit.blameless()
