"""Units of literals and the minor units of currencies."""

from collections.abc import Mapping
from decimal import Decimal

from router.domain.limits import AMOUNT_MINOR_MAX
from router.rules.vocabulary import Type

MILLI = 1_000
"""Money in rules is in thousandths of a minor unit."""

AMOUNT_MILLI_MAX = AMOUNT_MINOR_MAX * MILLI

UNITS: Mapping[str, tuple[Type, int]] = {
    "g": (Type.WEIGHT, 1),
    "kg": (Type.WEIGHT, 1_000),
    "km": (Type.DISTANCE, 1),
    "days": (Type.DAYS, 1),
}
"""Unit functions: the type they give and how many of its base units one is."""

BASE_UNITS: Mapping[Type, str] = {Type.WEIGHT: "g", Type.DISTANCE: "km", Type.DAYS: "days"}

# SOURCE: ISO 4217, column "minor unit".
CURRENCY_DECIMALS: Mapping[str, int] = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "VND", "XAF", "XOF"), 0),
    **dict.fromkeys(
        (
            "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "COP", "CZK", "DKK", "EGP",
            "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "MAD", "MXN", "MYR", "NOK", "NZD",
            "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD",
            "UYU", "ZAR",
        ),
        2,
    ),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}  # fmt: skip


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
