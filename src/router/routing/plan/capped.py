"""Units that may not wait for stock: a product, a rule or both say how many may, and these are too many.

It ships the same whatever becomes of them: what leaving a unit out costs does not depend on that.
"""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from router.domain.plan import Unshipped, UnshippedAction
from router.routing.decision import Cap, Decision

BACKORDER_LIMIT = "BACKORDER_LIMIT"
"""The reason of units that are canceled because as many wait as may."""


def within_caps(unshipped: Sequence[Unshipped], caps: Sequence[Cap]) -> tuple[Unshipped, ...]:
    """What becomes of units that no shipment carries when no more of them may wait than `caps` leave."""
    if not caps:
        return tuple(unshipped)
    left = {cap: cap.units for cap in caps}
    return tuple(part for one in unshipped for part in _parts_of(one, left))


def _parts_of(one: Unshipped, left: dict[Cap, int]) -> list[Unshipped]:
    """What still waits of it, then what is canceled."""
    for cap in left:
        if one.action is UnshippedAction.BACKORDER and one.sku == cap.sku and cap.rule in ("", one.rule):
            waits = min(left[cap], one.quantity)
            left[cap] -= waits
            return cut(one, waits, cap.rule)
    return [one]


def cut(one: Unshipped, waits: int, rule: str) -> list[Unshipped]:
    """Of units that would wait, `waits` do, and the rest is canceled: by `rule`, or if empty by the product's limit."""
    if waits >= one.quantity:
        return [one]
    rest = replace(
        one,
        quantity=one.quantity - waits,
        action=UnshippedAction.CANCEL,
        rule=rule,
        reason=BACKORDER_LIMIT,
        until_day=None,
    )
    return [replace(one, quantity=waits), rest] if waits else [rest]


def cap_waiting(decision: Decision, caps: Sequence[Cap]) -> Decision:
    """The decision that had been made if no more might wait than `caps` leave."""
    plan = replace(decision.plan, unshipped=within_caps(decision.plan.unshipped, caps))
    whole = tuple(cap.sku for cap in caps if is_whole(cap))
    rest = tuple(cap for cap in caps if not is_whole(cap))
    return Decision(inputs=replace(decision.inputs, capped=whole, caps=rest or UNSET), planned=plan)


def is_whole(cap: Cap) -> bool:
    """Whether nothing of the product may wait, whatever rule decides; records keep only its SKU."""
    return not cap.rule and not cap.units
