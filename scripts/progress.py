"""Turns cargo's progress bar (standard input) into a line for each tenth of the crates."""

import re
import sys
import time


def main():
    start = time.monotonic()
    shown = 0
    rest = b""
    while chunk := sys.stdin.buffer.read1(4096):
        rest += chunk
        counts = re.findall(rb"(\d+)/(\d+): ", rest)
        rest = rest[-40:]  # a count may be cut in two
        for done, total in (map(int, count) for count in counts):
            tenth = 10 * done // total
            if tenth > shown:
                shown = tenth
                print(f"build: {done} of {total} crates, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
