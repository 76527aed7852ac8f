"""Whether the goods of an order may leave before they are paid for: what rules say of it."""

from router.routing.round.round import Solved
from router.rules.verdicts import RuleRef


def trusted_by(solved: Solved) -> RuleRef | None:
    """The first rule that lets its goods leave unpaid; None: they leave when payments cover them."""
    order = solved.order
    return next((one.rule for one in solved.verdicts.on_account if one.mask[order]), None)
