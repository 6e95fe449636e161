#!/usr/bin/env python3
"""Make data/messages.csv: 2,000 SYNTHETIC customer support messages in 7 classes.

Nobody wrote these messages: they are composed from the phrase banks of
phrases.py, with made-up products, people and order numbers. Real support mail
holds personal data and cannot be published; the example has to ship with the
project and be free to use. So the file shows how training and serving work, and
no figure measured on it says anything about real support mail.

The same file comes out on every Python 3.9+: the only source of chance is
random.Random(SEED).random(), whose sequence Python promises to keep.

    python3 data/generate.py            rewrite data/messages.csv
    python3 data/generate.py --check    fail when the file on disk is another
"""

import argparse
import csv
import io
import random
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # leave no __pycache__ beside the data
from phrases import (  # noqa: E402
    ABBREVIATIONS, BOTH, COUNTS, FILLERS, JOINERS, OPENINGS, REQUESTS, SIGN_OFFS, SLOTS, TOPICS, VAGUE,
)

SEED = 20240229
OUTPUT = Path(__file__).resolve().parent / "messages.csv"
MAX_WORDS = 60

# How hard the data is. WRONG and VAGUE messages cannot be learned, BOTH only by luck.
P_WRONG = 0.02  # the text belongs to another class than the label
P_VAGUE = 0.01  # the text belongs to no class
P_BOTH = 0.03  # the text belongs to two classes, the label is one of them
P_ASIDE = 0.05  # a sentence of another class comes along
P_SHORT = 0.14  # a few words, no sentences around them

QUESTION = re.compile(r"(How|Is|Does|Do|What|When|Where|Which|Can|Could) ")
KEEP_CAPITAL = re.compile(r"I\b|Planwick|HB-|VAT")
MONTHS = "January February March April May June July August September October November December".split()


def chance(rng, p):
    return rng.random() < p


def below(rng, n):
    return int(rng.random() * n)


def pick(rng, items):
    return items[below(rng, len(items))]


def shuffle(rng, items):
    for i in range(len(items) - 1, 0, -1):
        j = below(rng, i + 1)
        items[i], items[j] = items[j], items[i]


def other(rng, label):
    return pick(rng, [name for name in COUNTS if name != label])


class Writer:
    """Composes one message; keeps to one product, order and person, and repeats no phrase."""

    def __init__(self, rng):
        self.rng, self.kept, self.used = rng, {}, set()

    def keep(self, key, items):
        if key not in self.kept:
            self.kept[key] = pick(self.rng, items)
        return self.kept[key]

    def slot(self, name):
        """The value of one {slot}."""
        rng = self.rng
        if name == "order":
            number = str(10000 + below(rng, 90000))
            return self.keep(name, ["#" + number, number, "HB-" + number, "nr " + number])
        if name == "amount":
            whole, cents = 3 + below(rng, 190), pick(rng, ["00", "50", "90", "95", "99"])
            return self.keep(name, ["€{}.{}", "{},{} €", "${}.{}", "£{}.{}", "{}.{} EUR"]).format(whole, cents)
        if name == "date":
            day, month = 1 + below(rng, 28), below(rng, 12)
            form = self.keep(name, ["{0} {1}", "{1} {0}", "{0:02d}/{2:02d}", "{0}.{2}."])
            return form.format(day, MONTHS[month], month + 1)
        if name == "n":
            return str(2 + below(rng, 11))
        if name in ("product", "service", "name"):
            return self.keep(name, SLOTS[name])
        return pick(rng, SLOTS[name])

    def fill(self, bank):
        """A phrase not used before, its [a|b] choices settled, then its {slots}."""
        phrase = pick(self.rng, [one for one in bank if one not in self.used])
        self.used.add(phrase)
        phrase = re.sub(r"\[([^\]]*)\]", lambda m: pick(self.rng, m.group(1).split("|")), phrase)
        return re.sub(r"\{(\w+)\}", lambda m: self.slot(m.group(1)), phrase).strip()

    def sentence(self, bank):
        text = self.fill(bank)
        text = text[0].upper() + text[1:]
        if text[-1] not in ".!?😡":
            text += "?" if QUESTION.match(text) else pick(self.rng, [".", ".", ".", ".", ".", ".", "!", "..."])
        return text

    def aside(self, label):
        """A sentence of another class."""
        topic = TOPICS[other(self.rng, label)]
        text = self.sentence(topic[pick(self.rng, ["core", "core", "detail", "request"])])
        if chance(self.rng, 0.3):
            return text
        lower = text if KEEP_CAPITAL.match(text) else text[0].lower() + text[1:]
        joiner = pick(self.rng, JOINERS)
        return joiner + (text if joiner.endswith(". ") else lower)

    def compose(self, label):
        """A message without typing noise, as a list of sentences."""
        rng, roll = self.rng, self.rng.random()
        if roll < P_VAGUE:
            return [self.sentence(VAGUE)]
        if roll < P_VAGUE + P_WRONG:
            label = other(rng, label)
        topic, parts = TOPICS[label], []
        if P_VAGUE + P_WRONG <= roll < P_VAGUE + P_WRONG + P_BOTH:
            parts.append(self.sentence(BOTH[pick(rng, [pair for pair in BOTH if label in pair])]))
            topic = {"detail": FILLERS, "request": REQUESTS}
        elif chance(rng, P_SHORT):
            return [self.fill(topic["short"])]
        else:
            parts.append(self.sentence(topic["core"]))
        if chance(rng, 0.35):
            parts.append(self.sentence(topic["detail"]))
        fillers, likely = (5, 0.75) if chance(rng, 0.05) else (2, 0.35)
        for _ in range(fillers):
            if chance(rng, likely):
                parts.insert(below(rng, len(parts) + 1), self.sentence(FILLERS))
        if chance(rng, 0.45):
            parts.append(self.sentence(topic["request"] if chance(rng, 0.5) else REQUESTS))
        if chance(rng, P_ASIDE):
            parts.append(self.aside(label))
        if chance(rng, 0.4):
            parts.insert(0, self.fill(OPENINGS) + pick(rng, [",", ",", "!", ".", " -", ",\n"]))
        if chance(rng, 0.35):
            parts.append(self.fill(SIGN_OFFS))
        return parts


def typo(rng, word):
    """Swap two letters, drop one or double one."""
    i = 1 + below(rng, len(word) - 2)
    middle = pick(rng, [word[i + 1] + word[i], word[i + 1], word[i] * 2 + word[i + 1]])
    return word[:i] + middle + word[i + 2:]


def noisy(rng, parts):
    """Join the sentences the way people type."""
    text = " ".join(parts).replace("\n ", "\n")
    if chance(rng, 0.06):
        text = text.replace(". ", ".\n")
    rate = pick(rng, [0, 0, 0.02, 0.05, 0.12])
    short = chance(rng, 0.15)
    words = re.split(r"([ \n])", text)
    for i, word in enumerate(words):
        if short and chance(rng, 0.6):
            words[i] = ABBREVIATIONS.get(word, word)
        elif len(word) > 3 and word.isalpha() and chance(rng, rate):
            words[i] = typo(rng, word)
    text = "".join(words)
    if chance(rng, 0.12):
        text = re.sub(r"[.,!?](?=\s|$)", "", text)
    style = rng.random()
    if style < 0.16:
        text = text.lower()
    elif style < 0.19:
        text = text.upper()
    elif style < 0.75:
        text = text[0].upper() + text[1:]
    if chance(rng, 0.03):
        text += pick(rng, [" 😕", " 🙂", " 📦", " !!!", " 👍", " :("])
    return text


def messages():
    """(text, label) in a mixed order, every text once."""
    rng = random.Random(SEED)
    labels = [label for label, count in COUNTS.items() for _ in range(count)]
    shuffle(rng, labels)
    seen = set()
    for label in labels:
        while True:
            text = noisy(rng, Writer(rng).compose(label))
            key = " ".join(text.lower().split())
            if 3 <= len(key.split(" ")) <= MAX_WORDS and key not in seen:
                break
        seen.add(key)
        yield text, label


def render():
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "text", "label"])
    for number, (text, label) in enumerate(messages(), start=1):
        writer.writerow([f"m{number:04d}", text, label])
    return out.getvalue().encode("utf-8")


def main():
    parser = argparse.ArgumentParser(description="Make data/messages.csv, 2,000 synthetic support messages.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the file on disk is another")
    check = parser.parse_args().check
    made = render()
    if not check:
        OUTPUT.write_bytes(made)
    elif not OUTPUT.is_file() or OUTPUT.read_bytes() != made:
        sys.exit("data/messages.csv is not what data/generate.py makes; run python3 data/generate.py.")


if __name__ == "__main__":
    main()
