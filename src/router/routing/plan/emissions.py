"""What carrying goods emits: weight times great-circle distance times the factor that the service level states.

The factor is the emission intensity of GLEC Framework v3 and ISO 14083:2023, grams of CO2e for each tonne-kilometre.
Each unit is rounded to whole milligrams, so that shipments, plans and waves add up. It is a fact about a plan and no
cost; who wants to pay for it writes a rule that reads `service.co2e`.
"""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from router.routing.batch.batch import Batch
from router.routing.network.reaching import DISTANCE_UNKNOWN_KM
from router.solver.problem import Ints


def unit_co2e(batch: Batch, line: Ints, node: Ints, service: Ints) -> Ints:
    """Milligrams for one unit of each line by each lane, arrays that numpy broadcasts; 0 where they are not known."""
    distance = batch.distance_km[batch.line_order[line], node]
    factor = batch.network.co2e_grams_per_tonne_km[service]
    known = distance < DISTANCE_UNKNOWN_KM
    milligrams: Ints = (batch.unit_weight[line] * distance * factor * known + 500) // 1_000
    return milligrams


def co2e_of(batch: Batch, units: Iterable[tuple[int, int]], node: int, service: int) -> int | UnsetType:
    """Milligrams of a shipment of units of the batch's lines; UNSET where they are not known."""
    factor = batch.network.co2e_grams_per_tonne_km.item(service)
    if not factor:
        return UNSET
    total = 0
    for line, count in units:
        distance = batch.distance_km.item(batch.line_order[line], node)
        if distance >= DISTANCE_UNKNOWN_KM:
            return UNSET
        total += count * ((batch.unit_weight.item(line) * distance * factor + 500) // 1_000)
    return total
