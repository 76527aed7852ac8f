"""What a customer is charged for an order, by units: shares of amounts that add up to the amounts exactly."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from router.domain.identifiers import LineId
from router.domain.order import Order, OrderLine


class Parts(NamedTuple):
    """Parts of a charge in minor units, all with tax included; `tax` is the tax in both.

    `tax` is None where the order does not say any: then the chart of accounts knows the rates.
    """

    lines: int
    shipping: int
    tax: int | None

    @property
    def total(self) -> int:
        return self.lines + self.shipping


def share(total: int, upto: int, whole: int) -> int:
    """What the first `upto` of `whole` units have of `total`: for all of them all of it, and never a fraction."""
    return total * upto // whole if whole else 0


def share_between(total: int, after: int, upto: int, whole: int) -> int:
    """What the units behind `after` up to `upto` have of it. Neighbors leave no rest between them."""
    return share(total, upto, whole) - share(total, after, whole)


def line_charge(line: OrderLine) -> int:
    """What all units of a line are charged."""
    return line.quantity * line.unit_price_minor if line.amount_minor is None else line.amount_minor


def goods_charge(order: Order) -> int:
    """What all its goods are charged."""
    return sum(map(line_charge, order.lines))


def order_charge(order: Order) -> int:
    """What the whole order is charged, shipping included."""
    return goods_charge(order) + (order.shipping_minor or 0)


def charged_for(order: Order, units: Mapping[LineId, int]) -> int:
    """What the customer owes once so many units of each line went: their shares, and shipping with the first."""
    goods = sum(
        share(line_charge(line), units[line.id], line.quantity) for line in order.lines if units.get(line.id)
    )
    return goods + ((order.shipping_minor or 0) if any(units.values()) else 0)


def says_tax(order: Order) -> bool:
    """Whether the order tells its taxes: then what it leaves out has none."""
    return order.shipping_tax_minor is not None or any(line.tax_minor is not None for line in order.lines)


def says_parts(order: Order) -> bool:
    """Whether the order tells more of its charge than prices of units."""
    return (
        says_tax(order)
        or order.shipping_minor is not None
        or any(line.amount_minor is not None for line in order.lines)
    )


def parts_of_order(order: Order) -> Parts:
    """The whole charge."""
    tax = None
    if says_tax(order):
        tax = sum(line.tax_minor or 0 for line in order.lines) + (order.shipping_tax_minor or 0)
    return Parts(goods_charge(order), order.shipping_minor or 0, tax)


def shipping_of_lines(order: Order) -> dict[LineId, int]:
    """What each line has of the charge for shipping, by what its goods are charged, or by units where nothing is."""
    total = order.shipping_minor or 0
    weights = {line.id: line_charge(line) for line in order.lines}
    if not any(weights.values()):
        weights = {line.id: line.quantity for line in order.lines}
    whole, done = sum(weights.values()), 0
    shares = {}
    for line_id, weight in weights.items():
        shares[line_id] = share_between(total, done, done + weight, whole)
        done += weight
    return shares


def is_even(line: OrderLine) -> bool:
    """Whether all its units are charged and taxed the same to the minor unit."""
    return not (line_charge(line) % line.quantity or (line.tax_minor or 0) % line.quantity)


def with_charge(line: OrderLine, amount: int, tax: int | None, units: int) -> OrderLine:
    """The line with its share of what `units` of it are charged, all of which it may not have any more.

    An amount that is price times quantity needs no saying.
    """
    charge = share(amount, line.quantity, units)
    return replace(
        line,
        amount_minor=None if charge == line.quantity * line.unit_price_minor else charge,
        tax_minor=None if tax is None else share(tax, line.quantity, units),
    )
