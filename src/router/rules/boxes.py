"""Boxes of shipments: what two share, and what is left of one without another."""

from collections.abc import Iterable, Iterator

from router.rules.verdicts import ANY_SHIPMENT, Box


def is_empty(box: Box) -> bool:
    """Whether no shipment can lie in it: what a rule asks of shipments contradicts itself."""
    return box is not ANY_SHIPMENT and common(box, box) is None


def common(one: Box, other: Box) -> Box | None:
    """The shipments in both; None if there are none."""
    low = tuple(map(max, one.low, other.low))
    high = tuple(map(min, one.high, other.high))
    return Box(low, high) if all(least <= most for least, most in zip(low, high, strict=True)) else None


def without(one: Box, other: Box) -> Iterator[Box]:
    """The shipments in `one` alone, as boxes that do not overlap: below and above `other`, metric by metric."""
    shared = common(one, other)
    if shared is None:
        yield one
        return
    low, high = list(one.low), list(one.high)
    for metric, (least, most) in enumerate(zip(shared.low, shared.high, strict=True)):
        if low[metric] < least:
            yield Box(tuple(low), _with(high, metric, least - 1))
        if most < high[metric]:
            yield Box(_with(low, metric, most + 1), tuple(high))
        low[metric], high[metric] = least, most


def left_of(boxes: Iterable[Box], other: Box) -> tuple[Box, ...]:
    """The shipments of these boxes that are not in `other`."""
    return tuple(piece for box in boxes for piece in without(box, other))


def _with(values: list[int], place: int, value: int) -> tuple[int, ...]:
    return (*values[:place], value, *values[place + 1 :])
