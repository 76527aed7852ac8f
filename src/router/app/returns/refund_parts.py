"""What a refund gives back by default: the shares that units of a return have of what their order was charged.

Units of a line are counted in the order in which money goes back for them, whatever return they are of. So each has a
share of its own, the last ones have what rounding left, and no part is ever given back beyond what was charged.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from router.domain.charges import (
    Parts,
    line_charge,
    parts_of_order,
    says_tax,
    share,
    share_between,
    shipping_of_lines,
)
from router.domain.identifiers import LineId
from router.domain.order import Order
from router.ledger.returns import Charged, ClaimCause, Refund, Return, ReturnKind


class Given(NamedTuple):
    """What all returns of an order have given back already, or are giving back."""

    units: Counter[LineId]
    lines: int
    shipping: int
    tax: int


def charged_of(order: Order) -> Charged:
    """What an order charges, as its returns keep it."""
    whole = parts_of_order(order)
    return Charged(lines_minor=whole.lines, shipping_minor=order.shipping_minor, tax_minor=whole.tax)


def given_of(returns: Iterable[Return]) -> Given:
    """Added up over the returns of one order."""
    units: Counter[LineId] = Counter()
    lines = shipping = tax = 0
    for one in returns:
        for refund in refunds_of(one):
            lines += refund.lines_minor - refund.fee_minor
            shipping += refund.shipping_minor
            tax += refund.included_tax_minor or 0
            for place, quantity in refund.units:
                units[one.lines[place].line_id] += quantity
    return Given(units, lines, shipping, tax)


def refunds_of(one: Return) -> Sequence[Refund]:
    return one.refunds if one.refund is None else (*one.refunds, one.refund)


def parts_of_units(order: Order, units: Iterable[tuple[LineId, int]], given: Given) -> Parts:
    """What so many more units of each line are charged; of what was never of the order nothing."""
    lines = {line.id: line for line in order.lines}
    shipping_shares = shipping_of_lines(order)
    after = Counter(given.units)
    goods = shipping = tax = 0
    for line_id, quantity in units:
        line = lines.get(line_id)
        if line is None:
            continue
        first, last = after[line_id], after[line_id] + quantity
        after[line_id] = last
        goods += share_between(line_charge(line), first, last, line.quantity)
        tax += share_between(line.tax_minor or 0, first, last, line.quantity)
        shipping += share_between(shipping_shares[line_id], first, last, line.quantity)
    return Parts(goods, shipping, tax if says_tax(order) else None)


def gives_shipping(one: Return) -> bool:
    """Whether shipping goes back with units: where the policy says so, and where they never came as they should."""
    if one.kind is ReturnKind.RETURN:
        return one.refunds_shipping
    return one.cause in (ClaimCause.LOST, ClaimCause.DAMAGED)


def shipping_tax_within(order: Order, shipping: int, given: Given) -> int:
    """The tax in so much more of what the order was charged for shipping."""
    if not (order.shipping_minor and order.shipping_tax_minor):
        return 0
    upto = min(given.shipping + shipping, order.shipping_minor)
    return share_between(order.shipping_tax_minor, given.shipping, upto, order.shipping_minor)


def tax_within(order: Order, goods: int, of_goods: Parts, shipping_tax: int, given: Given) -> int | None:
    """The tax in so much of the goods, less any fee, and in shipping; never more than is left of the order's.

    What goes back beyond the price of units has the tax that the order has on the whole.
    """
    if of_goods.tax is None:
        return None
    whole = parts_of_order(order)
    assert whole.tax is not None, "an order says its taxes or not"
    within = min(goods, of_goods.lines)
    tax = of_goods.tax * within // of_goods.lines if of_goods.lines else 0
    tax += share(whole.tax, goods - within, whole.total)
    return min(tax, goods, max(0, whole.tax - given.tax - shipping_tax)) + shipping_tax
