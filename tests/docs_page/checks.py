"""What a person does on the page of GET /docs, in a real browser: chromium, address, cases.

Prints nothing when all is as it should be; tests/serving/docs_page.rs starts it.
"""

import asyncio
import sys

from browser import Browser
from form import keyboard, mixed, snippets, text, threshold, value
from looks import looks
from safety import hidden, hostile, key, stage

CASES = [hidden, hostile, key, keyboard, looks, mixed, snippets, stage, text, threshold, value]


async def main():
    program, address, *names = sys.argv[1:]
    cases = {case.__name__: case for case in CASES}
    async with Browser(program) as browser:
        for name in names:
            await cases[name](browser, address)


asyncio.run(main())
