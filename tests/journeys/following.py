"""An audit that goes on where it stopped, for histories that are audited after each step.

It reads what was booked since, by the reading that names every fault, and holds all that is stored besides the journal
against it, as the whole audit does. What it cannot see is an old entry that was altered since: the whole audit, which
reads by other code, must come now and then, too.
"""

from itertools import islice

from router.app.ports.store import Store
from router.app.reading.verify import compare_with
from router.ledger.audit_journal import Journal, read_batch


class FollowedBooks:
    """The books of a store, and how far their journal was read. Of serial numbers it knows nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._journal = Journal()

    def faults(self) -> list[str]:
        """What is wrong now. A fault stays one."""
        with self._store.reader() as reader:
            for batch, entries in islice(reader.read_journal(), self._journal.number, None):
                read_batch(self._journal, batch, entries)
            return list(compare_with(self._journal, reader).faults)
