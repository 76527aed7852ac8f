"""What is asked about accounting."""

from collections.abc import Sequence

from router.api.v1 import accounting_pb2 as pb
from router.app.commands.accounting import PutUnitCosts
from router.domain.identifiers import Sku
from router.domain.limits import AMOUNT_MINOR_MAX, UNIT_COSTS_PER_REQUEST_MAX
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.orders import POSITION_MAX
from router.service.parse import digest_of


def put_unit_costs(request: pb.PutUnitCostsRequest) -> PutUnitCosts:
    """The command to say what units cost."""
    faults = Faults()
    costs: list[tuple[Sku, int]] = []
    if faults.count_of(request.unit_costs, "", "unit_costs", 1, UNIT_COSTS_PER_REQUEST_MAX):
        for index, one in enumerate(request.unit_costs):
            at = f"unit_costs[{index}]."
            cost = faults.whole(one.unit_cost_minor, at, "unit_cost_minor", 0, AMOUNT_MINOR_MAX)
            costs.append((Sku(faults.identifier(one.sku, at, "sku")), cost))
        faults.unique([sku for sku, _ in costs], "", "unit_costs", "sku")
    command = PutUnitCosts(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        costs=tuple(costs),
    )
    faults.raise_if_any()
    return command


def skus_asked(skus: Sequence[str]) -> tuple[str, ...]:
    """Some products."""
    faults = Faults()
    if faults.count_of(skus, "", "skus", 1, UNIT_COSTS_PER_REQUEST_MAX):
        for index, sku in enumerate(skus):
            faults.identifier(sku, "", f"skus[{index}]")
    faults.raise_if_any()
    return tuple(skus)


def range_asked(request: pb.ExportAccountingRequest) -> tuple[int, int]:
    """Behind which position, up to which; 0 for the last."""
    faults = Faults()
    after = faults.whole(request.after_position, "", "after_position", 0, POSITION_MAX)
    until = faults.whole(request.until_position, "", "until_position", 0, POSITION_MAX)
    faults.raise_if_any()
    return after, until
