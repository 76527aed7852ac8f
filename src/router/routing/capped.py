"""Units that may not wait: so many of their product wait already that no more orders are taken for it."""

from collections.abc import Collection

from msgspec.structs import replace

from router.domain.identifiers import Sku
from router.domain.plan import Unshipped, UnshippedAction
from router.routing.decision import Decision

BACKORDER_LIMIT = "BACKORDER_LIMIT"
"""The reason of units that are canceled because too many of their product wait."""


def capped(one: Unshipped, skus: Collection[Sku]) -> Unshipped:
    """Canceled, where it would wait for stock of a product that is among `skus`; no rule says so."""
    if one.sku not in skus or one.action is not UnshippedAction.BACKORDER:
        return one
    return replace(one, action=UnshippedAction.CANCEL, rule="", reason=BACKORDER_LIMIT, until_day=None)


def cap_waiting(decision: Decision, skus: Collection[Sku]) -> Decision:
    """The decision that had been made if nothing of `skus` might wait.

    It ships the same: what leaving a unit out costs does not depend on what becomes of it.
    """
    plan = replace(decision.plan, unshipped=tuple(capped(one, skus) for one in decision.plan.unshipped))
    return Decision(inputs=replace(decision.inputs, capped=tuple(sorted(skus))), plan=plan)
