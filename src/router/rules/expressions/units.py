"""Units of literals and the minor units of currencies."""

import re
from collections.abc import Mapping
from decimal import Decimal

from router.domain.currency import CURRENCIES, DECIMALS
from router.domain.limits import AMOUNT_MINOR_MAX
from router.rules.vocabulary import Type

MILLI = 1_000
"""Money in rules is in thousandths of a minor unit."""

AMOUNT_MILLI_MAX = AMOUNT_MINOR_MAX * MILLI

UNITS: Mapping[str, tuple[Type, int]] = {
    "g": (Type.WEIGHT, 1),
    "kg": (Type.WEIGHT, 1_000),
    "mm3": (Type.VOLUME, 1),
    "cm3": (Type.VOLUME, 1_000),
    "liters": (Type.VOLUME, 1_000_000),
    "mm": (Type.LENGTH, 1),
    "cm": (Type.LENGTH, 10),
    "m": (Type.LENGTH, 1_000),
    "km": (Type.DISTANCE, 1),
    "days": (Type.DAYS, 1),
    "minutes": (Type.DURATION, 1),
    "hours": (Type.DURATION, 60),
}
"""Unit functions, from the smallest of a type to its largest: the type and how many of its base units one is."""

BASE_UNITS: Mapping[Type, str] = {type_: name for name, (type_, scale) in UNITS.items() if scale == 1}

MINUTES_PER_DAY = 24 * 60
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

CURRENCY_DECIMALS: Mapping[str, int] = {code: DECIMALS.get(code, 2) for code in CURRENCIES}


def milli_per_unit(currency: str) -> int:
    """Thousandths of a minor unit in one unit of a known currency: 100,000 for USD."""
    return int(MILLI * 10 ** CURRENCY_DECIMALS[currency])


def whole(amount: Decimal, scale: int) -> int | None:
    """`amount` x `scale` if that is a whole number, else None."""
    scaled = amount * scale
    return int(scaled) if scaled == scaled.to_integral_value() else None


def money_text(amount_milli: int, currency: str) -> str:
    """An amount as the author would write it: `usd(1.5)`."""
    amount = (Decimal(amount_milli) / milli_per_unit(currency)).normalize()
    return f"{currency.lower()}({amount:f})"


def clock_minutes(text: str) -> int | None:
    """Minutes after midnight of `16:30`; None if it is no time of day."""
    match = _CLOCK.fullmatch(text)
    return None if match is None else 60 * int(match[1]) + int(match[2])


def quantity_text(type_: Type, value: int) -> str:
    """A quantity in the largest unit that shows it with three decimals at most: `kg(1.5)`, `g(250)`."""
    named = [(name, scale) for name, (of, scale) in UNITS.items() if of is type_]
    fitting = [(name, scale) for name, scale in named if abs(value) >= scale and value * 1_000 % scale == 0]
    name, scale = (fitting or named[:1])[-1]
    return f"{name}({(Decimal(value) / scale).normalize():f})"


def clock_text(minutes: int) -> str:
    """A time of day as the author would write it: `clock("16:30")`."""
    return f'clock("{minutes // 60:02}:{minutes % 60:02}")'
