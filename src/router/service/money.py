"""Amounts for the wire: from thousandths of a minor unit to minor units that still add up."""

from collections.abc import Sequence


def round_half_even(amount_milli: int) -> int:
    """Minor units of `amount_milli` thousandths, a half going to the even neighbor."""
    whole, rest = divmod(amount_milli, 1_000)
    return whole + (1 if rest > 500 or (rest == 500 and whole % 2) else 0)


def round_parts(parts_milli: Sequence[int]) -> tuple[int, ...]:
    """Each part in minor units, together exactly the rounded total.

    SOURCE: largest remainder (Hamilton): all parts are cut down to whole units, then those that lost most get one
    more each, the earlier one first where they lost the same. No part moves by a unit or more.
    """
    amounts = [part // 1_000 for part in parts_milli]
    missing = round_half_even(sum(parts_milli)) - sum(amounts)
    if missing:
        losses = [part % 1_000 for part in parts_milli]
        for _ in range(missing):
            index = losses.index(max(losses))
            amounts[index] += 1
            losses[index] = 0
    return tuple(amounts)
