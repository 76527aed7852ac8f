"""What accounting has to be told."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.identifiers import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class PutUnitCosts(Write):
    """What a unit of each SKU costs, in minor units of the network's currency."""

    costs: tuple[tuple[Sku, int], ...]
