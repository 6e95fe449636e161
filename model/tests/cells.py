"""A value of a row to what its column holds, by FORMAT.md alone: used by reader.py.

Texts are cut into their parts by regular expressions where the library reads them piece by piece, and
days are counted by Python's own calendar.
"""

import datetime
import re

# Unicode's White_Space; Python's own idea of it has four control characters more.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
MISSING = ("", "NA", "NaN", "nan", "null", "NULL")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
SLASHES = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{0,9}))?)?")
ZONE = re.compile(r"Z|[+-]:*[0-9]:*[0-9]:*([0-9]:*[0-9]:*)?")


def timestamp(text, day_first):
    """Year, month, day, weekday, hour, day of year, days since 1970."""
    date, time = re.fullmatch(r"([^T ]*)(?:[T ](.*))?", text, re.DOTALL).groups()
    parts = DATE.fullmatch(date) or SLASHES.fullmatch(date)
    year, month, day = (int(parts[part]) for part in ("year", "month", "day"))
    if "/" in date and day_first:
        month, day = day, month
    seconds = 0.0
    if time is not None:
        clock, zone = re.fullmatch(r"([^Z+-]*)(.*)", time.lstrip(BLANKS), re.DOTALL).groups()
        if zone:
            assert ZONE.fullmatch(zone), text
            clock = clock.rstrip(BLANKS)
        hour, minute, second, fraction = CLOCK.fullmatch(clock).groups()
        assert int(hour) < 24 and int(minute) < 60 and int(second or 0) < 61, text
        seconds = float(int(hour) * 3600 + int(minute) * 60)
        seconds += min(int(second or 0) + float(f"0.{fraction or 0}"), 59.999999999)
    date = datetime.date(year, month, day)
    whole = date.toordinal() - datetime.date(1970, 1, 1).toordinal()
    day_of_year = date.timetuple().tm_yday
    return [year, month, day, date.weekday(), seconds / 3600, day_of_year, whole + seconds / 86400]


def name(value):
    """A category's name."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip(BLANKS)
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


def quantity(value):
    if isinstance(value, str):
        assert NUMBER.fullmatch(value), value
    assert not isinstance(value, bool)
    value = float(value)
    assert abs(value) < float("inf")
    return value


def cell(kind, value, day_first):
    """Text and categories are strings; of the other kinds None is the missing value."""
    if kind == 1:
        assert isinstance(value, str)
        return value
    if kind == 3:
        return name(value)
    if isinstance(value, str):
        value = value.strip(BLANKS)
    if value is None or value in MISSING:
        return None
    return {2: quantity, 4: boolean, 5: lambda text: timestamp(text, day_first)}[kind](value)
