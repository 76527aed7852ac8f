"""What is under way has a transfer that brings it, and the other way round."""

from dataclasses import replace

import pytest

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket, at_node
from router.ledger.audit_transfers import compare_transfers
from router.ledger.transfers import Transfer, TransferLine, TransferState

CLOCK, NICE = Sku("RED-CLOCK"), NodeId("nice")
SENT = Transfer(
    id="truck-7",
    number=1,
    from_node_id=NodeId("lyon"),
    to_node_id=NICE,
    state=TransferState.OPEN,
    lines=(TransferLine(sku=CLOCK, sent=3), TransferLine(sku=CLOCK, lot="b-1", sent=2)),
    send_time=Instant(1),
)


def under_way(units: int, lot: str = "") -> dict[Account, Balance]:
    return {at_node(Bucket.IN_TRANSIT, NICE, CLOCK, lot): Balance(debits_posted=units, version=1)}


def test_units_under_way_are_those_of_open_transfers() -> None:
    assert list(compare_transfers(under_way(3) | under_way(2, "b-1"), [SENT])) == []
    assert list(compare_transfers({}, [replace(SENT, state=TransferState.CANCELED)])) == []


@pytest.mark.parametrize(("units", "transfers"), [(5, []), (4, [SENT]), (0, [SENT])])
def test_a_difference_is_a_fault(units: int, transfers: list[Transfer]) -> None:
    brought = 5 * len(transfers)

    assert list(compare_transfers(under_way(units), transfers)) == [
        f"{units} units of `RED-CLOCK` are under way to `nice`, open transfers bring {brought}"
    ]
