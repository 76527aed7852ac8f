"""Questions about recorded decisions, many at a time: samples that are decided again elsewhere."""

from router.app.ports.store import Store
from router.app.reading.samples import Sample, read_sample
from router.app.records.ids import decision_number_of
from router.domain.identifiers import Digest
from router.domain.reasons import Reason, RouterError


class SampleQueries:
    """All methods may be called by many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sample_range(self, last: int, after_decision_id: str) -> tuple[int, int]:
        """The numbers (after, until) between which the `last` decisions stand, or all after one, as of now.

        Refuses with DECISION_NOT_FOUND.
        """
        after = decision_number_of(after_decision_id) if after_decision_id else 0
        with self._store.reader() as reader:
            if after and reader.find_decision(after) is None:
                raise no_decision(after_decision_id)
            if last:
                after = max(after, reader.find_start_of_last(last))
            return after, reader.head().event_position

    def read_sample(self, after: int, until: int, known: set[Digest]) -> Sample:
        """The next recorded decisions with the documents not in `known`, to which they are added."""
        with self._store.reader() as reader:
            return read_sample(reader, after, until, known)

    def count_decisions(self, after: int) -> int:
        """How many decisions stand behind a number."""
        with self._store.reader() as reader:
            return reader.count_decisions(after)


def no_decision(decision_id: str) -> RouterError:
    return RouterError(
        Reason.DECISION_NOT_FOUND, f"no decision has the id `{decision_id}`", decision_id=decision_id
    )
