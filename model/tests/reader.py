"""Reads a model file by FORMAT.md alone and checks its golden cases: a test of the specification.

It checks less than a reader must. Probabilities come from another `exp` and `ln`, so they are compared
to 14 digits; what needs neither is compared to the last bit.
"""

import hashlib
import json
import math
import re
import struct
import sys
import unicodedata

from cells import Notation, cell

EMPTY = NONE = ALL = LEAF = 0xFFFFFFFF
MISSING_LEFT = 1 << 30
MASK = (1 << 64) - 1
TEXT, NUMBER, CATEGORY, BOOLEAN, TIMESTAMP = 1, 2, 3, 4, 5

data = open(sys.argv[1], "rb").read()
magic, number, count, length = struct.unpack_from("<8sIIQ", data)
assert (magic, number, length) == (b"\x89HEARTH\n", 1, len(data))
assert hashlib.sha256(data[:32] + data[64:]).digest() == data[32:64]

table = [struct.unpack_from("<IIQQ", data, 64 + 24 * i) for i in range(count)]
for kind, _, at, size in table[:]:
    # The entries of many columns.
    if kind == 26:
        table += struct.iter_unpack("<IIQQ", data[at : at + size])
sections = {(kind, column): data[at : at + size] for kind, column, at, size in table}
assert len(sections) == len(table) and all(at % 64 == 0 for _, _, at, _ in table)


def records(kind, column, layout):
    return list(struct.iter_unpack("<" + layout, sections[kind, column]))


def numbers(kind, layout):
    return [value for (value,) in records(kind, NONE, layout)]


def string(offset, size):
    return sections[4, NONE][offset : offset + size].decode()


summary = struct.unpack("<14I", sections[1, NONE])
task, estimator, link, outputs, features, calibration = summary[8:]
columns = [(string(at, size), *rest) for at, size, *rest in records(2, NONE, "6I")]
labels = [string(*span) for span in records(3, NONE, "II")]
intercepts = numbers(5, "d")
weights = numbers(40, "d") if (40, NONE) in sections else numbers(8, "f")
trees, nodes, leaves = [], [], []
f32_inputs, f32_sums, intercept_first, divisor, factor = 0, 0, 0, 1.0, 1.0
if estimator in (7, 8, 9):
    trees = records(15, NONE, "3I")
    if (27, NONE) in sections:
        ends, shares = numbers(27, "I"), records(28, NONE, "If")
        for start, end in zip([0, *ends], ends, strict=False):
            row = dict(shares[start:end])
            assert list(row) == sorted(row) and len(row) == end - start
            leaves += [row.get(output, 0.0) for output in range(outputs)]
    else:
        leaves = numbers(41, "d") if (41, NONE) in sections else numbers(17, "f")
    kind, layout = next(k for k in ((29, "d2I"), (23, "d2I"), (16, "f2I")) if (k[0], NONE) in sections)
    nodes = records(kind, NONE, layout)
    if (31, NONE) in sections:
        f32_inputs, f32_sums, intercept_first, _, divisor, factor = records(31, NONE, "4I2d")[0]
has_splits = (29, NONE) in sections
sets = numbers(30, "I") if has_splits else []
assert len(weights) == (0 if trees else features * outputs)


def term_hash(term):
    h = 0xCBF29CE484222325
    for byte in term.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCD & MASK
    h = (h ^ h >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def look_up(column, term):
    """Number and `f32` of a term or category."""
    h, slots = term_hash(term), records(7, column, "QIf")
    kind, layout = (14, "II") if columns[column][1] == CATEGORY else (6, "6I")
    displacement = records(kind, column, layout)[0][-1]
    capacity = len(slots) - displacement
    place = h * capacity >> 64
    for slot_hash, feature, idf in slots[place : place + displacement + 1]:
        if feature == EMPTY or slot_hash > h:
            return None
        if slot_hash == h:
            return feature, idf
    return None


UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


def characters(text):
    """Tokens where section 24 asks for those of scripts without spaces."""
    category = [unicodedata.category(c) for c in text]
    unspaced = [
        bool(re.match(UNSPACED, c)) and (kind[0] in "LM" or kind == "Nl")
        for c, kind in zip(text, category, strict=True)
    ]
    words, start = [], 0
    for at in range(len(text)):
        if not unspaced[at]:
            continue
        words += re.findall(r"(?u)\b\w\w+\b", text[start:at])
        if category[at][0] == "M" and at and unspaced[at - 1]:
            words[-1] += text[at]
        else:
            words.append(text[at])
        start = at + 1
    return words + re.findall(r"(?u)\b\w\w+\b", text[start:])


def encode_text(column, text):
    lowercase, shortest, longest, sublinear, l2, _ = records(6, column, "6I")[0]
    text = text.lower() if lowercase else text
    if (24, column) in sections:
        assert sections[24, column] == b"\1\0\0\0"
        words = characters(text)
    else:
        words = re.findall(r"(?u)\b\w\w+\b", text)
    counts, idfs = {}, {}
    for n in range(shortest, longest + 1):
        for i in range(len(words) - n + 1):
            hit = look_up(column, " ".join(words[i : i + n]))
            if hit:
                counts[hit[0]] = counts.get(hit[0], 0) + 1
                idfs[hit[0]] = hit[1]
    values = {f: (1 + math.log(c) if sublinear else c) * idfs[f] for f, c in sorted(counts.items())}
    norm = math.sqrt(sum(v * v for v in values.values())) if l2 else 0
    return {f: v / norm for f, v in values.items()} if norm else values


def encode_category(column, name):
    encoding, hit = records(14, column, "II")[0][0], look_up(column, name)
    if encoding == 1:
        return {hit[0]: 1.0} if hit else {}
    return {0: hit[1] if hit else math.nan}


def scaled(value, mean, scale):
    return min(max((value - mean) / scale, -1e6), 1e6)


def encode_number(column, value):
    encoding, option, mean, scale, fill, _, _ = records(13, column, "II5d")[0]
    if encoding == 2:
        return {0: math.nan if value is None else value}
    number = fill if value is None else value
    if encoding == 3:
        standard = {0: (number - mean) / scale}
    elif encoding == 4:
        standard = {0: number * scale + mean}
    else:
        standard = {0: scaled(number, mean, scale)}
    return {**standard, 1: 1.0} if option and value is None else standard


def encode_timestamp(column, time):
    encoding, _, mean, scale, fill, _, _ = records(13, column, "II5d")[0]
    if encoding == 2:
        return dict(enumerate(time or [math.nan] * 7))
    if time is None:
        return {43: scaled(fill, mean, scale)}
    _, month, _, weekday, hour, _, days = time
    return {month - 1: 1.0, 12 + weekday: 1.0, 19 + int(hour): 1.0, 43: scaled(days, mean, scale)}


ENCODE = {
    TEXT: encode_text,
    NUMBER: encode_number,
    CATEGORY: encode_category,
    BOOLEAN: encode_number,
    TIMESTAMP: encode_timestamp,
}


def f32(number):
    try:
        return struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)


def in_set(threshold, value):
    first, count = struct.unpack("<II", struct.pack("<d", threshold))
    if value <= -1 or (f32_inputs and value < 0) or value >= 32 * count:
        return False
    return sets[first + int(value) // 32] >> int(value) % 32 & 1 == 1


def goes_left(node, row):
    threshold, feature, _ = node
    marks = 7 << 28 if has_splits else MISSING_LEFT
    value = row.get(feature & ~marks, 0.0)
    value = f32(value) if f32_inputs else value
    zero = has_splits and feature & 1 << 28 and abs(value) <= f32(1e-35)
    if math.isnan(value) or zero:
        return bool(feature & MISSING_LEFT)
    if has_splits and feature & 1 << 29:
        return in_set(threshold, value)
    return value <= threshold


def leaf(row, first):
    at = 0
    while True:
        threshold, feature, right = node = nodes[first + at]
        if feature == LEAF:
            return threshold, right
        at = at + 1 if goes_left(node, row) else right


def added(score, number):
    return f32(score + number) if f32_sums else score + number


def scores_of(row):
    values = {}
    for index, (name, kind, first, _, optional) in enumerate(columns):
        assert name in row or optional
        day_first = kind == TIMESTAMP and records(13, index, "II5d")[0][1] == 1
        notation = Notation(sections.get((25, index)))
        encoded = ENCODE[kind](index, cell(kind, row.get(name), day_first, notation))
        values.update((first + feature, value) for feature, value in encoded.items())
    scores = list(intercepts) if intercept_first else [0.0] * outputs
    if not trees:
        for feature, value in values.items():
            for output in range(outputs):
                scores[output] += value * weights[feature * outputs + output]
    for output, first, _ in trees:
        number, right = leaf(values, first)
        if output != ALL:
            scores[output] = added(scores[output], number)
        else:
            shares = leaves[right * outputs : (right + 1) * outputs]
            scores = [added(score, share) for score, share in zip(scores, shares, strict=True)]
    if not intercept_first:
        scores = [added(score, intercept) for score, intercept in zip(scores, intercepts, strict=True)]
    return [score / divisor * factor for score in scores]


def value_of(score):
    if link == 9:
        return math.expm1(score)
    if link in (5, 7):
        return math.exp(score) if link == 5 else 1 / (1 + math.exp(-score))
    return score * abs(score) if link == 6 else score


def isotonic(decision):
    knots = numbers(18, "d")
    knots, values = knots[: len(knots) // 2], knots[len(knots) // 2 :]
    k = sum(knot <= decision for knot in knots)
    if k in (0, len(knots)):
        return values[max(k - 1, 0)]
    share = (decision - knots[k - 1]) / (knots[k] - knots[k - 1])
    return values[k - 1] + share * (values[k] - values[k - 1])


def probabilities_of(scores):
    if calibration:
        if link == 4:
            scores = [math.log(max(score / sum(scores), 0.001)) for score in scores]
        decisions = [scores[1] - scores[0]] if len(scores) == 2 else scores
        if calibration == 2:
            positive = isotonic(decisions[0])
            return [1 - positive, positive]
        scale, *shifts = numbers(18, "d")
        scores = [scale * d + shift for d, shift in zip(decisions, shifts, strict=True)]
    elif link == 4:
        return [score / sum(scores) for score in scores]
    if link == 8:
        return [1 / (1 + math.exp(-score)) for score in scores]
    if len(scores) == 1:
        positive = 1 / (1 + math.exp(-scores[0]))
        return [1 - positive, positive]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


# Each term or category is found as the number that it has.
for index, (_, kind, *_) in enumerate(columns):
    start = 0
    for place, (end,) in enumerate(records(9, index, "Q") if kind in (TEXT, CATEGORY) else []):
        term = sections[10, index][start:end].decode()
        assert look_up(index, term)[0] == place, term
        start = end

# What an inner node answers on average lies between what its children do.
if (20, NONE) in sections:
    means = [mean for (mean,) in records(20, NONE, "4s")]
    for output, first, size in trees:
        own, means = means[: size // 2], means[size // 2 :]
        inner, answers = 0, []
        for threshold, feature, right in nodes[first : first + size]:
            if output != ALL:
                mean = [threshold]
                if feature != LEAF:
                    mean = struct.unpack("<f", own[inner])
            else:
                start = right if feature == LEAF else struct.unpack("<I", own[inner])[0]
                mean = leaves[start * outputs : (start + 1) * outputs]
            inner += feature != LEAF
            answers.append(mean)
        for at, (_, feature, right) in enumerate(nodes[first : first + size]):
            if feature != LEAF:
                for mean, *ends in zip(answers[at], answers[at + 1], answers[right], strict=True):
                    slack = 1e-6 * max(1.0, *map(abs, ends))
                    assert min(ends) - slack <= mean <= max(ends) + slack, (at, mean, ends)
    assert not means

# Each number and name of the baseline has a bin.
if (21, NONE) in sections:
    baseline = sections[21, NONE]
    _, distributions, bin_count = struct.unpack_from("<QII", baseline)
    bins = struct.iter_unpack("<QII", baseline[16 + 12 * distributions :][: 16 * bin_count])
    names, start = baseline[16 + 12 * distributions + 16 * bin_count :], 0
    for place in range(distributions):
        statistic, column, size = struct.unpack_from("<3I", baseline, 16 + 12 * place)
        assert 1 <= statistic <= 8 and (column == NONE) == (statistic > 5)
        keys, counts, ends = zip(*(next(bins) for _ in range(size)), strict=True)
        assert sum(counts) > 0 and keys[-1] == 0
        if statistic in (5, 7):
            for key, end in zip(keys[:-2], ends, strict=False):
                assert term_hash(names[start:end].decode()) == key
                start = end
            assert keys[-2] == 0
        else:
            uppers = struct.unpack(f"<{size - 1}d", struct.pack(f"<{size - 1}Q", *keys[:-1]))
            assert list(uppers) == sorted(set(uppers)) and uppers[-1] == math.inf
        assert ends[-1] == start
    assert next(bins, None) is None and start == len(names)

cases = [json.loads(line) for line in sections[11, NONE].splitlines()]
for case in cases:
    scores = scores_of(case["row"])
    if task == 2:
        (expected,) = struct.unpack(">d", bytes.fromhex(case["value_bits"]))
        value = value_of(scores[0])
        if link in (5, 7, 9):
            assert abs(value - expected) <= 1e-14 * max(1.0, abs(expected)), (case, value, expected)
        else:
            assert struct.pack(">d", value).hex() == case["value_bits"], (case, value, expected)
        continue
    probabilities = probabilities_of(scores)
    code = probabilities.index(max(probabilities))
    if (19, NONE) in sections:
        code = int(probabilities[1] >= numbers(19, "d")[0])
    if (22, NONE) in sections:
        weighed = [p * weight for p, weight in zip(probabilities, numbers(22, "d"), strict=True)]
        code = weighed.index(max(weighed))
    assert labels[code] == case["label"], case
    exact = (link == 4 and not calibration) or calibration == 2 and link == 2
    for label, probability in zip(labels, probabilities, strict=True):
        (expected,) = struct.unpack(">d", bytes.fromhex(case["probability_bits"][label]))
        close = abs(probability - expected) < 1e-14
        assert probability == expected if exact else close, (case, probability, expected)
print(len(cases), "golden cases agree")
