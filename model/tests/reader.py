"""Reads a model file by FORMAT.md alone and checks its golden cases: a test of the specification.

It checks less than a reader must; the figures come from another `exp`, so they are compared to 14
digits and not to the last bit.
"""

import hashlib
import json
import math
import re
import struct
import sys

EMPTY = NONE = 0xFFFFFFFF
MASK = (1 << 64) - 1

data = open(sys.argv[1], "rb").read()
magic, number, count, length = struct.unpack_from("<8sIIQ", data)
assert (magic, number, length) == (b"\x89HEARTH\n", 1, len(data))
assert hashlib.sha256(data[:32] + data[64:]).digest() == data[32:64]

table = [struct.unpack_from("<IIQQ", data, 64 + 24 * i) for i in range(count)]
sections = {(kind, column): data[at : at + size] for kind, column, at, size in table}
assert len(sections) == count and all(at % 64 == 0 for _, _, at, _ in table)


def records(kind, column, layout):
    return list(struct.iter_unpack("<" + layout, sections[kind, column]))


def string(offset, size):
    return sections[4, NONE][offset : offset + size].decode()


summary = struct.unpack("<14I", sections[1, NONE])
link, outputs, features = summary[10:13]
labels = [string(*span) for span in records(3, NONE, "II")]
intercepts = [value for (value,) in records(5, NONE, "d")]
weights = [value for (value,) in records(8, NONE, "f")]
assert len(weights) == features * outputs


def term_hash(term):
    h = 0xCBF29CE484222325
    for byte in term.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCD & MASK
    h = (h ^ h >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def look_up(slots, displacement, h):
    capacity = len(slots) - displacement
    place = h * capacity >> 64
    for slot_hash, feature, idf in slots[place : place + displacement + 1]:
        if feature == EMPTY or slot_hash > h:
            return None
        if slot_hash == h:
            return feature, idf
    return None


def encode(column, text):
    """Feature -> value of one text column."""
    lowercase, shortest, longest, sublinear, l2, displacement = records(6, column, "6I")[0]
    slots = records(7, column, "QIf")
    words = re.findall(r"(?u)\b\w\w+\b", text.lower() if lowercase else text)
    counts, idfs = {}, {}
    for n in range(shortest, longest + 1):
        for i in range(len(words) - n + 1):
            hit = look_up(slots, displacement, term_hash(" ".join(words[i : i + n])))
            if hit:
                counts[hit[0]] = counts.get(hit[0], 0) + 1
                idfs[hit[0]] = hit[1]
    values = {f: (1 + math.log(c) if sublinear else c) * idfs[f] for f, c in sorted(counts.items())}
    norm = math.sqrt(sum(v * v for v in values.values())) if l2 else 0
    return {f: v / norm for f, v in values.items()} if norm else values


def answer(row):
    scores = [0.0] * outputs
    for column, (at, size, kind, first, *_) in enumerate(records(2, NONE, "6I")):
        assert kind == 1
        for feature, value in encode(column, row[string(at, size)]).items():
            for output in range(outputs):
                scores[output] += value * weights[(first + feature) * outputs + output]
    scores = [score + intercept for score, intercept in zip(scores, intercepts)]
    if link == 2:
        positive = 1 / (1 + math.exp(-scores[0]))
        return [1 - positive, positive]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


# Each term is found as the feature that it is.
for column in range(len(records(2, NONE, "6I"))):
    start, slots, (text,) = 0, records(7, column, "QIf"), records(6, column, "6I")
    for feature, (end,) in enumerate(records(9, column, "Q")):
        term = sections[10, column][start:end].decode()
        assert look_up(slots, text[5], term_hash(term))[0] == feature, term
        start = end

cases = [json.loads(line) for line in sections[11, NONE].splitlines()]
for case in cases:
    probabilities = answer(case["row"])
    assert labels[probabilities.index(max(probabilities))] == case["label"], case
    for label, probability in zip(labels, probabilities):
        (expected,) = struct.unpack(">d", bytes.fromhex(case["probability_bits"][label]))
        assert abs(probability - expected) < 1e-14, (case, probability, expected)
print(len(cases), "golden cases agree")
