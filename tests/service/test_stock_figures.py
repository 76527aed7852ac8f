"""Figures of stock are held within their limits before any command is made of them."""

import pytest

from router.api.v1 import inventory_pb2
from router.domain.limits import STOCK_MAX
from router.domain.reasons import RouterError
from router.service.from_proto.inventory import adjust_stock
from router.service.from_proto.snapshots import SnapshotAssembly
from tests.service.builders import a_snapshot

HUGE = 2**63 - 1


def field_refused(refused: pytest.ExceptionInfo[RouterError]) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in refused.value.violations]


@pytest.mark.parametrize("units", [STOCK_MAX + 1, HUGE, -1])
def test_a_counted_figure_beyond_its_limit_is_refused(units: int) -> None:
    assembly = SnapshotAssembly()
    for message in a_snapshot({"LYON": {"RED-CLOCK": units}}, sequence=9):
        assembly.add(message)
    with pytest.raises(RouterError) as refused:
        assembly.finish()

    assert field_refused(refused) == [("chunks[0].quantities[0]", "OUT_OF_RANGE")]


@pytest.mark.parametrize("delta", [STOCK_MAX + 1, -STOCK_MAX - 1, HUGE, -HUGE - 1])
def test_an_adjustment_beyond_its_limit_is_refused(delta: int) -> None:
    with pytest.raises(RouterError) as refused:
        adjust_stock(
            inventory_pb2.AdjustStockRequest(
                node_id="LYON", sku="RED-CLOCK", delta=delta, reason_code="FOUND", request_id="k"
            )
        )

    assert field_refused(refused) == [("delta", "OUT_OF_RANGE")]
