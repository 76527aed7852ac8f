"""Ways on which goods move from node to node."""

from dataclasses import dataclass

from router.domain.carrier import EVERY_DAY
from router.domain.identifiers import NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLane:
    """A transfer leaves `from_node_id` on the first of the departure weekdays on which it can, and is there `lead_days`
    calendar days later, in time for the cut-off of that day.

    A transfer costs `cost_minor`, and each unit in it `unit_minor` and, for each kilogram, `kilogram_minor`.
    """

    from_node_id: NodeId
    to_node_id: NodeId
    lead_days: int
    departure_weekdays: int = EVERY_DAY
    cost_minor: int = 0
    unit_minor: int = 0
    kilogram_minor: int = 0

    def unit_milli(self, weight_grams: int) -> int:
        """What moving one unit of such a weight costs, in thousandths of a minor unit."""
        return 1_000 * self.unit_minor + self.kilogram_minor * weight_grams
