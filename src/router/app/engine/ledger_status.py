"""The ledger's status: where it stands, whether it is written, and how much room it has."""

from dataclasses import dataclass

from router.app.engine.engine import Engine
from router.app.engine.read_only import ReadOnly
from router.app.ports.store import Store
from router.app.records.commit import DiskUse, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStatus:
    """`read_only` None: writes are worked on. `clock_ahead` None: the clock is believed."""

    head: Head
    read_only: ReadOnly | None
    disk_use: DiskUse
    clock_ahead: int | None
    """Microseconds."""


def ledger_status(store: Store, engine: Engine) -> LedgerStatus:
    """As of now; may be asked by any thread."""
    with store.reader() as reader:
        head = reader.head()
    return LedgerStatus(
        head=head, read_only=engine.read_only, disk_use=store.disk_use(), clock_ahead=engine.clock_ahead
    )
