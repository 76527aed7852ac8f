"""What a customer is charged by what a shop wrote: amounts with tax, the tax in them, and what the total says."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from router.connectors.intake.parts import Part
from router.domain.charges import line_charge
from router.domain.order import OrderLine

DIFFERENCE = "total_difference"
"""The attribute that says by how many minor units the total of an order differs from its parts; rules read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What an order charges besides its lines, in minor units; None where its source does not say it.

    `shipping_minor` has its tax in it. `other_minor` is charged for what is not shipped: digital goods, tips, fees.
    """

    shipping_minor: int | None = None
    shipping_tax_minor: int | None = None
    other_minor: int = 0
    total_minor: int | None = None

    def difference(self, lines: Iterable[OrderLine]) -> int:
        """By how much the total is more than its parts; 0 where none is told."""
        if self.total_minor is None:
            return 0
        return self.total_minor - sum(map(line_charge, lines)) - (self.shipping_minor or 0) - self.other_minor


NOT_TOLD = Charged()


def added(parts: Iterable[Part], name: str) -> Decimal:
    """The sum of a field over parts."""
    return sum((part.amount(name) for part in parts), Decimal(0))


def optional_minor(part: Part, name: str, currency: str) -> int | None:
    """An amount in minor units; None where there is none."""
    return part.minor(name, currency) if part.text(name) else None
