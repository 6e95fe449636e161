"""A value of a row to what its column holds, by FORMAT.md alone: used by reader.py.

Texts are cut into their parts by regular expressions where the library reads them piece by piece, and
days are counted by Python's own calendar.
"""

import datetime
import math
import re
import struct

# Unicode's White_Space; Python's own idea of it has four control characters more.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "?", ".", "#n/a", "<na>")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
SLASHES = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{0,9}))?)?")
ZONE = re.compile(r"Z|[+-]:*[0-9]:*[0-9]:*([0-9]:*[0-9]:*)?")

# Form 2 of a timestamp. Each pattern of a date with what its groups are.
NAMES = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
BLANK = f"[{BLANKS}]"
FULL = "|".join(NAMES + [name[:3] for name in NAMES] + ["Sept"])
MONTH = rf"(?P<name>(?i:{FULL}))(?![A-Za-z])(?:\.(?= ))?"
WEEKDAY = rf"(?:(?i:{'|'.join(WEEKDAYS + [name[:3] for name in WEEKDAYS])})(?![A-Za-z])(?:\.(?= ))?[.,]?{BLANK}*,?{BLANK}*)?"
Y4, D2 = "(?P<year>[0-9]{4})", "(?P<day>[0-9]{1,2})"
YEAR = "(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
SEP = rf"(?:(?:[-/.]|,){BLANK}*|{BLANK}+,?{BLANK}*)"


def same_mark(between):
    """The part between two marks that are the same, or blanks twice; its groups are numbered apart."""
    blanks = rf"(?:,{BLANK}*|{BLANK}+,?{BLANK}*)"
    other = between.replace("(?P<month>", "(?P<month2>").replace("(?P<name>", "(?P<name2>")
    return rf"(?:(?P<mark>[-/.]){BLANK}*{between}(?P=mark){BLANK}*|{blanks}{other}{blanks})"


M2 = "(?P<month>[0-9]{1,2})"
DATES = [
    rf"{Y4}{same_mark(M2)}{D2}(?![0-9])",
    rf"{Y4}{same_mark(MONTH)}{D2}(?![0-9])",
    rf"{Y4}[-/]{BLANK}*(?P<month>[0-9]{{2}})$",
    rf"{Y4}-{BLANK}*(?P<ordinal>[0-9]{{3}})(?![0-9])",
    rf"{Y4}-{BLANK}*W(?P<week>[0-9]{{2}})(?:-(?P<weekday>[0-9]))?(?![0-9])",
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<digits>[0-9]{4}|[0-9]{6})?(?![0-9])",
    rf"{D2}{SEP}{MONTH}{SEP}{YEAR}",
    rf"{MONTH}{SEP}{D2}{SEP}{YEAR}",
]
NUMERIC = rf"(?P<month>[0-9]{{1,2}})(?P<mark>[-/.]){BLANK}*(?P<day>[0-9]{{1,2}})(?P=mark){BLANK}*{YEAR}"
CTIME = re.compile(rf"{MONTH}{SEP}{D2}{SEP}(?P<time>[0-9]{{1,2}}:.*) (?P<year>[0-9]{{4}}|[0-9]{{2}})")
ABBREVIATION, PLACE = "[A-Z]{2,5}", "[A-Za-z_/]*/[A-Za-z_/]*"
OFFSET = r"[+\u2212-]:*[0-9]:*[0-9]:*(?:[0-9]:*[0-9]:*)?"
ZONE_NAME = rf"(?:{PLACE}|{ABBREVIATION})(?![A-Za-z_/])(?:{OFFSET}|[+\u2212-]:*[0-9]:*)?"
ENCLOSED = r"\[[^]]*\]|\([^)]*\)"
ZONES = rf"{BLANK}*(?:[Zz]|{ZONE_NAME}|{OFFSET})?{BLANK}*(?:{ENCLOSED})?"
TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?(?![0-9])"
    rf"(?:{BLANK}*(?P<half>(?i:am|pm|a\.m\.|p\.m\.)))?{ZONES}"
)
COMPACT = re.compile(rf"(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?{ZONES}")


def seconds_of(parts):
    hour, minute = int(parts["hour"]), int(parts["minute"] or 0)
    second, fraction = int(parts["second"] or 0), parts.get("fraction")
    if parts.get("half"):
        assert 1 <= hour <= 12
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    assert hour < 24 and minute < 60 and second < 61, parts
    return float(hour * 3600 + minute * 60) + min(second + float(f"0.{fraction or 0}"), 59.999999999)


def time_of_day(after, behind_t):
    """Seconds of what stands behind a date."""
    compact = COMPACT.fullmatch(after) if behind_t else None
    if compact:
        assert int(compact["second"] or 0) < 60
        return seconds_of(compact.groupdict())
    parts = TIME.fullmatch(after).groupdict()
    assert parts["minute"] or parts["half"] or len(parts["hour"]) == 2, after
    return seconds_of(parts)


def day_of(parts, day_first):
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 69 else 1900
    if parts.get("ordinal"):
        date = datetime.date(year, 1, 1) + datetime.timedelta(int(parts["ordinal"]) - 1)
        assert date.year == year
        return date
    if parts.get("week"):
        return datetime.date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"] or 1))
    name = parts.get("name") or parts.get("name2")
    if name:
        month = next(i + 1 for i, full in enumerate(NAMES) if full[:3].lower() == name[:3].lower())
    else:
        month = int(parts.get("month") or parts.get("month2"))
    day = int(parts.get("day") or 1)
    return datetime.date(year, day, month) if day_first else datetime.date(year, month, day)


def other_form(text, numeric, day_first):
    """Date and seconds of a timestamp of form 2."""
    assert len(text.encode()) <= 80
    text = re.match(WEEKDAY, text).re.sub("", text, count=1)
    ctime = CTIME.fullmatch(text)
    if ctime:
        return day_of(ctime.groupdict(), False), time_of_day(ctime["time"].strip(BLANKS), False)
    for pattern in DATES + [NUMERIC] * numeric:
        found = re.match(pattern, text)
        if not found:
            continue
        parts, after = found.groupdict(), text[found.end() :]
        date = day_of(parts, day_first and pattern == NUMERIC)
        if parts.get("digits"):
            return date, time_of_day(parts["digits"] + after, True)
        if not after:
            return date, 0.0
        assert after[0] in "Tt,:" + BLANKS, text
        rest = after if after[0] in BLANKS else after[1:]
        return date, time_of_day(rest.lstrip(BLANKS), after[0] in "Tt")
    raise AssertionError(text)


def usual_form(text, day_first):
    """Date and seconds of a timestamp of form 1; nothing where it is of another."""
    date, time = re.fullmatch(r"([^T ]*)(?:[T ](.*))?", text, re.DOTALL).groups()
    parts = DATE.fullmatch(date) or SLASHES.fullmatch(date)
    if not parts:
        return None
    year, month, day = (int(parts[part]) for part in ("year", "month", "day"))
    if "/" in date and day_first:
        month, day = day, month
    seconds = 0.0
    if time is not None:
        clock, zone = re.fullmatch(r"([^Z+-]*)(.*)", time.lstrip(BLANKS), re.DOTALL).groups()
        if zone:
            if not ZONE.fullmatch(zone):
                return None
            clock = clock.rstrip(BLANKS)
        found = CLOCK.fullmatch(clock)
        if not found:
            return None
        hour, minute, second, fraction = found.groups()
        parts = {"hour": hour, "minute": minute, "second": second, "fraction": fraction}
        seconds = seconds_of(parts)
    return datetime.date(year, month, day), seconds


def timestamp(value, day_first, form):
    """Year, month, day, weekday, hour, day of year, days since 1970."""
    if not isinstance(value, str) and form < 2:
        assert value == int(value) and 1e7 <= value < 1e8
        value = str(int(value))
    read = usual_form(value, day_first) if isinstance(value, str) else None
    if not read and form >= 2 and (not isinstance(value, str) or NUMBER.fullmatch(value)):
        seconds = float(value) / (1000 if form == 3 else 1)
        days = math.floor(seconds / 86400)
        date = datetime.date(1970, 1, 1) + datetime.timedelta(days)
        read = date, min(seconds - days * 86400.0, 86399.999999999)
    date, seconds = read or other_form(value, form == 1, day_first)
    whole = date.toordinal() - datetime.date(1970, 1, 1).toordinal()
    day_of_year = date.timetuple().tm_yday
    weekday, hour = date.weekday(), seconds / 3600
    return [date.year, date.month, date.day, weekday, hour, day_of_year, whole + seconds / 86400]


def name(value):
    """A category's name."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip(BLANKS)
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return str(value)
    assert -(2.0**63) <= value < 2.0**64
    # Python's shortest digits, with the exponent undone.
    sign, digits, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e(.*))?", repr(float(value))).groups()
    whole, _, fraction = digits.partition(".")
    shift = int(exponent or 0)
    if shift >= 0:
        fraction = fraction.ljust(shift, "0")
        whole, fraction = whole + fraction[:shift], fraction[shift:]
    else:
        whole = whole.rjust(1 - shift, "0")
        whole, fraction = whole[:shift], whole[shift:] + fraction
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return sign + whole + ("." + fraction if fraction else "")


def boolean(value):
    if isinstance(value, str):
        words = ("false", "no", "f", "n", "0"), ("true", "yes", "t", "y", "1")
        assert value.isascii()
        (value,) = (truth for truth, of_it in enumerate(words) if value.lower() in of_it)
    assert value in (0, 1)
    return float(value)


def quantity(value, notation):
    if isinstance(value, str):
        value = plain_number(value, notation)
        assert NUMBER.fullmatch(value), value
    assert not isinstance(value, bool)
    value = float(value)
    assert abs(value) < float("inf")
    return value


def plain_number(text, notation):
    """A number of the notation as programs write it."""
    if not (notation.comma or notation.grouping or notation.prefix or notation.suffix):
        return text
    signs = []
    if text[:1] == "(" and text[-1:] == ")":
        text, signs = text[1:-1].strip(BLANKS), ["-"]

    def sign(text):
        if text[:1] and text[0] in "+-\u2212":
            signs.append("+" if text[0] == "+" else "-")
            return text[1:].lstrip(BLANKS)
        return text

    text = sign(sign(text).removeprefix(notation.prefix).lstrip(BLANKS))
    text = text.removesuffix(notation.suffix).rstrip(BLANKS)
    assert len(signs) < 2
    mark, groups = "," if notation.comma else ".", ["", ",", ".", BLANKS, "'\u2019"][notation.grouping]
    exponent = re.search("[eE].*", text)
    text, exponent = (text[: exponent.start()], exponent[0]) if exponent else (text, "")
    whole, point, fraction = text.partition(mark)
    assert re.fullmatch("[0-9]*", fraction), text
    if not re.fullmatch("[0-9]*", whole):
        between = f"[{groups}]"
        assert re.fullmatch(rf"[1-9][0-9]{{0,2}}({between}[0-9]{{2,3}})*{between}[0-9]{{3}}", whole), text
        whole = re.sub(between, "", whole)
    return "".join(signs[:1]) + whole + point.replace(",", ".") + fraction + exponent


class Notation:
    """How a column's values are written, from its section or without one."""

    def __init__(self, section=None):
        numbers = struct.unpack("<8I", section[:32]) if section else (0,) * 8
        self.time, self.comma, self.grouping, self.whole_codes, prefix, suffix, has_words, zero = numbers
        rest = section[32:] if section else b""
        self.prefix, self.suffix = rest[:prefix].decode(), rest[prefix : prefix + suffix].decode()
        words = rest[prefix + suffix :].decode()
        self.words = words.splitlines() if has_words else None
        assert zero == 0 and (has_words or not words) and words[-1:] in ("", "\n")

    def is_missing(self, text):
        words = MISSING if self.words is None else ["", *self.words]
        return any(ascii_lower(text) == ascii_lower(word) for word in words)

    def category(self, name):
        code = re.fullmatch(r"(-?[0-9]+)\.0+", name)
        name = code[1] if code and self.whole_codes else name
        return "" if self.words is not None and self.is_missing(name) else name


def ascii_lower(text):
    return "".join(c.lower() if c.isascii() else c for c in text)


def cell(kind, value, day_first, notation):
    """Text and categories are strings; of the other kinds None is the missing value."""
    if kind == 1:
        assert isinstance(value, str)
        return value
    if kind == 3:
        return notation.category(name(value))
    if isinstance(value, str):
        value = value.strip(BLANKS)
        if notation.words is not None and notation.is_missing(value):
            return None
    if value is None:
        return None
    read = {
        2: lambda: quantity(value, notation),
        4: lambda: boolean(value),
        5: lambda: timestamp(value, day_first, notation.time),
    }[kind]
    # A value goes before a word of the usual ones.
    if isinstance(value, str) and notation.is_missing(value):
        return None
    value = read()
    if kind == 2 and any(is_number(word, notation) == value for word in notation.words or []):
        return None
    return value


def is_number(word, notation):
    try:
        return quantity(word, notation)
    except (AssertionError, ValueError):
        return None
