"""A process that is killed while it books: what it had acknowledged is there, and the books are true."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from router.app.queries import Queries
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import a_shop, order_for
from tests.app.first_come import first_come
from tests.proving import rounds

CYCLES = rounds(3, 50)
ACKNOWLEDGED_MIN = 40

BOOKING_FOR_EVER = """\
import sys
from pathlib import Path

from router.stores.sqlite.store import SqliteStore
from tests.app.booking import book_for_ever

book_for_ever(SqliteStore(Path(sys.argv[1])), sys.argv[2])
"""


def book_until_killed(path: Path, cycle: int) -> list[str]:
    """What a booking process printed until it was killed in the middle of its work: `order decision` a line."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    command = [sys.executable, "-c", BOOKING_FOR_EVER, str(path), str(cycle)]
    acknowledged = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        while len(acknowledged) < ACKNOWLEDGED_MIN:
            line = process.stdout.readline()
            assert line, "the booking process ended by itself"
            acknowledged.append(line)
        time.sleep(0.01 * cycle)
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
    # The last line may have been cut short; only whole ones were read by anybody.
    return [line.strip() for line in acknowledged if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    acknowledged: list[str] = []
    for cycle in range(CYCLES):
        acknowledged += book_until_killed(path, cycle)
        store = SqliteStore(path)
        queries = Queries(store)
        ids = [line.split()[0] for line in acknowledged]
        booked = [f"{id} {queries.get_decision(order_id=id).routed.decision_id}" for id in ids]

        assert booked == acknowledged
        assert queries.ledger.audit().faults == ()
        store.close()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE entry SET quantity = 9 WHERE position = 2", "batch 4: its entries do not have its hash"),
        (
            "UPDATE entry SET reference = 'order-2' WHERE position = 2",
            "batch 4: its entries do not have its hash",
        ),
        ("DELETE FROM entry WHERE position = 3", "batch 4: its entries do not have its hash"),
        ("UPDATE entry SET code = 99 WHERE position = 1", "of the journal is not an entry"),
        (
            "UPDATE batch SET hash = zeroblob(32) WHERE number = 4",
            "batch 4: its entries do not have its hash",
        ),
        ("DELETE FROM batch WHERE number = 4", "batch 0 follows batch 3"),
        ("UPDATE account SET sku = 'TIN-LAMP' WHERE bucket = 1", "its entries do not have its hash"),
        ("UPDATE account SET debits_posted = 11 WHERE bucket = 1", "account lyon/RED-CLOCK/on_hand says"),
        ("UPDATE reservation SET posted = 1", "reservation 2 has 1 left, the journal says 2"),
        ("DELETE FROM reservation", "reservation 2 is in the journal only"),
        ('UPDATE "order" SET state = 5', "order `order-1` is CANCELED, its lines say otherwise"),
    ],
)
def test_a_row_changed_by_hand_is_found(tmp_path: Path, statement: str, fault: str) -> None:
    path = tmp_path / "router.sqlite"
    store = SqliteStore(path)
    with a_shop(store, {"lyon": {"RED-CLOCK": 10}}, rules="", route=first_come) as shop:
        shop.route(order_for("RED-CLOCK", 2), order_for("TIN-LAMP", 1, "order-2"))
    store.close()
    connection = apsw.Connection(str(path))
    connection.execute(statement)
    connection.close()
    reopened = SqliteStore(path)

    assert any(fault in found for found in Queries(reopened).ledger.audit().faults)
    reopened.close()
