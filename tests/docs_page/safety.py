"""What must not happen: text that runs, keys that stay, requests to elsewhere."""

import aiohttp
from aiohttp import web
from form import the_command
from visit import ANSWERED, Visit


async def hostile(browser, address):
    """Names, labels and words that would be code stay text."""
    for width in [360, 1400]:
        visit = Visit(browser, address)
        page = await visit.open(width=width, phone=width < 800)
        await page.run("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        note = await page.run("document.querySelector('#fields bdi').textContent")
        tags = "<img src=x onerror=alert(1)> <script>alert(2)</script>"
        await visit.write(note, tags + " \u202e'; $(touch x) `touch x`")
        await page.until(ANSWERED)
        kinds = "['script', 'style', 'img', '[onclick]', '[onerror]', 'iframe']"
        counts = await page.run(kinds + ".map((kind) => document.querySelectorAll(kind).length)")
        assert counts == [1, 1, 0, 0, 0, 0], counts
        answer = await visit.answer()
        bars = await visit.bars()
        # Labels that are whole numbers keep their place; a script's objects would put them first.
        def rank(label):
            return -answer["probabilities"][label]

        names = sorted(answer["probabilities"], key=rank)
        assert [name for name, *_ in bars] == [shown(name) for name in names][: len(bars)], bars
        assert await page.run("document.documentElement.scrollWidth") <= width
        text = await page.run("$('curl').textContent")
        assert "\u202e" not in text and "\\u202e" in text, text
        await the_command(visit)
        # The policy holds even against a script that means it.
        refused = "(() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } })()"
        assert await page.run(refused) == "TypeError"
        page.complaints.clear()
        await page.run("document.body.append(Object.assign(new Image(), {src: '/health'}))")
        await page.run("fetch('http://127.0.0.1:9/').catch(() => 0)")
        await page.run("new Promise((done) => setTimeout(done, 200))")
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
    page = await visit.open(until="!$('key').hidden && document.activeElement === $('key-value')")
    await visit.picture("key")
    await page.type("wrong")
    await page.press("Enter", 13, text="\r")
    await page.until("$('key-error').textContent.includes('not known')")
    await page.run("$('key-value').select()")
    await page.type(secret)
    await page.press("Enter", 13, text="\r")
    await page.until(ANSWERED)
    assert await page.run("$('key').hidden")
    assert '-H "x-api-key: $HEARTH_API_KEY"' in await page.run("$('curl').textContent")
    assert secret not in await page.run("document.documentElement.outerHTML + location.href + document.cookie")
    assert await page.run("localStorage.length + sessionStorage.length") == 0
    asked = [request for request in page.requests if request["url"].endswith("explain=8")]
    assert asked and all(request["headers"].get("x-api-key") == secret for request in asked)
    visit.blameless(allowed=["status of 401", "status of 403"])


async def hidden(browser, address):
    """A schema that is nobody's business: a sentence, and no form."""
    visit = Visit(browser, address)
    page = await visit.open(until="!$('notice').hidden")
    assert "no form" in await page.run("$('notice').textContent")
    assert not await page.run("$('main').checkVisibility()")
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
        prod = visit.origin + "/prod/"
        assert prod + "predict" in await page.run("$('curl').textContent")
        assert await page.run("$('openapi').href") == prod + "openapi.json"
        visit.blameless()
    await runner.cleanup()
