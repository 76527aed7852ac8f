"""Amounts as people write them."""

from collections.abc import Mapping

DECIMALS: Mapping[str, int] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),  # noqa: SIM905
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),  # noqa: SIM905
}
"""SOURCE: ISO 4217, the currencies whose minor unit is not a hundredth."""


def amount_text(amount_minor: int, currency: str) -> str:
    """`1,207.40`: the amount in the currency's own decimals, without its name."""
    decimals = DECIMALS.get(currency, 2)
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


def money_text(amount_minor: int, currency: str) -> str:
    """`1,207.40 USD`."""
    return f"{amount_text(amount_minor, currency)} {currency}"
